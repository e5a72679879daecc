"""What a report of a campaign is made of: numbers of its last snapshot, what the office wrote, and
what people agreed to share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.queries import campaign_live
from app.queries.campaign_lines import Line, lines
from app.queries.campaign_live import Live
from app.queries.campaign_shares import UnitList, list_for
from app.queries.campaigns import Looking
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign
from challenges.campaigns.nominations import Nomination
from challenges.campaigns.reports import CampaignReport, report_of
from challenges.people.models import Person
from challenges.people.org_chart import department_id

MOST_LINES = 20
"""Lines that a report prints."""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who named themself for the yearly awards."""

    person_id: int
    name: str
    words: str
    nomination_id: int


@dataclass(frozen=True, slots=True)
class Report:
    """A report, with what the reader may see of it."""

    definition: CampaignDefinition
    live: Live | None
    """None where no snapshot was ever made."""
    written: CampaignReport | None
    lines: Sequence[Line]
    """What people wrote and show, failures among it; the newest."""
    nominations: Sequence[Named]
    """One more than asked for, if there are more."""
    all_departments: UnitList | None = None
    """None unless the office shows it to staff."""


def report(
    session: Session,
    campaign: Campaign,
    *,
    for_office: bool,
    looking: Looking | None = None,
    limit: int = 0,
    offset: int = 0,
) -> Report:
    """The report of a published campaign, with the lines that ``looking`` may read. Nominations are
    read for the office alone."""
    own_id = department_id(session, looking.unit_id if looking else None)
    return Report(
        definition=campaign_live.definition_of(session, campaign),
        live=campaign_live.live(session, campaign, until=date.max),
        written=report_of(session, campaign.id),
        lines=lines(session, campaign.id, looking, limit=MOST_LINES) if looking else (),
        nominations=(
            nominations(session, campaign, limit=limit, offset=offset) if for_office else ()
        ),
        all_departments=list_for(session, campaign, own_id),
    )


def nominations(session: Session, campaign: Campaign, *, limit: int, offset: int) -> list[Named]:
    """Who named themself, in the order of their names."""
    rows = session.execute(
        select(Nomination.id, Nomination.person_id, Person.name, Nomination.words)
        .join(Person, Person.id == Nomination.person_id)
        .where(Nomination.campaign_id == campaign.id, Nomination.ended_at.is_(None))
        .order_by(Person.kana, Person.name, Person.id)
        .limit(limit)
        .offset(offset)
    )
    return [Named(row.person_id, row.name, row.words, row.id) for row in rows]
