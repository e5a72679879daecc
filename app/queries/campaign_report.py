"""What a report of a campaign is made of: numbers of its last snapshot, what the office wrote, and
what people agreed to share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.queries import campaign_live
from app.queries.campaign_live import Live
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign
from challenges.campaigns.nominations import Nomination
from challenges.campaigns.reports import CampaignReport, report_of
from challenges.people.models import Person


@dataclass(frozen=True, slots=True)
class SharedLine:
    """What somebody wrote and lets others read."""

    slug: str
    """Of the challenge."""
    words: str
    person: str


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who named themself for the yearly awards."""

    person_id: int
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report, with what the reader may see of it."""

    definition: CampaignDefinition
    live: Live | None
    """None where no snapshot was ever made."""
    written: CampaignReport | None
    lines: Sequence[SharedLine]
    nominations: Sequence[Named]
    """One more than asked for, if there are more."""


def report(
    session: Session, campaign: Campaign, *, for_office: bool, limit: int = 0, offset: int = 0
) -> Report:
    """The report of a published campaign. Nominations are read for the office alone."""
    return Report(
        definition=campaign_live.definition_of(session, campaign),
        live=campaign_live.live(session, campaign, until=date.max),
        written=report_of(session, campaign.id),
        lines=shared_lines(session, campaign),
        nominations=(
            nominations(session, campaign, limit=limit, offset=offset) if for_office else ()
        ),
    )


def shared_lines(session: Session, campaign: Campaign) -> list[SharedLine]:  # noqa: ARG001
    """Lines, failures among them, that people agreed to share. Nobody can agree yet."""
    return []


def nominations(session: Session, campaign: Campaign, *, limit: int, offset: int) -> list[Named]:
    """Who named themself, in the order of their names."""
    rows = session.execute(
        select(Nomination.person_id, Person.name, Nomination.words)
        .join(Person, Person.id == Nomination.person_id)
        .where(Nomination.campaign_id == campaign.id, Nomination.ended_at.is_(None))
        .order_by(Person.kana, Person.name, Person.id)
        .limit(limit)
        .offset(offset)
    )
    return [Named(row.person_id, row.name, row.words) for row in rows]
