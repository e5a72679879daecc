"""The campaigns of the demo: one that is over, with its report, one that is open, one to come, and
a draft with two things to mend."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.config import Config
from app.studio import audit
from app.studio.draft_fields import WHOLE
from app.studio.models import DraftRevision
from challenges.calendar import day_of, noon_of
from challenges.campaigns import lifecycle, log, snapshots, templates
from challenges.campaigns.board import BoardPlace
from challenges.campaigns.counting import recount_some
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign, CampaignPart
from challenges.campaigns.nominations import Nomination
from challenges.campaigns.reports import CampaignReport
from challenges.campaigns.versions import put_in_force
from challenges.outbox import Fact
from challenges.people.models import Person
from challenges.vocabulary import CampaignAct

PEOPLE_AT_ONCE = 500
BOARD_SHARE = 6
"""One in so many of those who take part lets their name stand on the board."""

LEARNED = """\
はじめの週は「何を書けばよいか分からない」という声が多く、見本の投稿を三つ置いた日から、書く人がふえました。

現場に出ている職場では、朝礼の三行を写真で残すやり方が続いています。"""
DO_DIFFERENTLY = """\
見本の投稿を、はじめの日から置いておく。

出先機関には、所属長より先に、係の人へ声をかける。"""


@dataclass(frozen=True, slots=True)
class Planned:
    """A campaign by its template and its days, counted from the day of the load."""

    template: str
    begins: int
    ends: int


OVER = Planned("first-slack", -49, -21)
OPEN = Planned("light-meetings", -14, 16)
TO_COME = Planned("teach-each-other", 21, 49)
DRAFT = Planned("kaizen-month", 63, 98)


def add_campaigns(session: Session, *, office: list[int], at: datetime) -> None:
    """Add them, with whatever people have climbed counted, and every day up to yesterday.

    ``office`` are the ids of the people of the DX office: the first submits, the last approves.
    """
    over, running, _to_come = (
        publish(session, _definition(planned, day_of(at)), office=office, at=at)
        for planned in (OVER, OPEN, TO_COME)
    )
    _draft(session, DRAFT, by_id=office[0], at=at)
    session.flush()
    lifecycle.open_and_close(session, at=at)
    count_all(session, at=at)
    _fill_board(session, running, by_id=office[0], at=at)
    _look_back(session, over, by_id=office[0], at=at)
    kinds = Config.counted_employments
    snapshots.make_due(session, at=at, kinds=kinds, limit=1000)
    # Everything is counted and awarded by the load itself: the relay need not hear of it.
    session.execute(update(Fact).where(Fact.fanned_out_at.is_(None)).values(fanned_out_at=at))


def _definition(planned: Planned, today: date) -> CampaignDefinition:
    first_day, last_day = (today + timedelta(days=n) for n in (planned.begins, planned.ends))
    definition = templates.from_template(planned.template, today)
    slug = f"{planned.template}-{first_day.year}"
    return definition.model_copy(
        update={"slug": slug, "first_day": first_day, "last_day": last_day}
    )


def publish(
    session: Session, definition: CampaignDefinition, *, office: list[int], at: datetime
) -> Campaign:
    """Publish a campaign as two people of the office would have, some days before it begins."""
    first_day = definition.first_day or day_of(at)
    made_at = noon_of(min(first_day, day_of(at)) - timedelta(days=12))
    approved_at = made_at + timedelta(days=2)
    campaign = lifecycle.create(
        session, definition, by_id=office[0], at=made_at, owner_id=office[0]
    )
    version = put_in_force(
        session,
        campaign,
        definition,
        submitted_by_id=office[0],
        approved_by_id=office[-1],
        at=approved_at,
    )
    log.tell(
        session,
        campaign,
        CampaignAct.PUBLISHED,
        at=approved_at,
        by_id=office[-1],
        version=version.number,
        first_day=version.starts_on,
        last_day=version.ends_on,
    )
    for act, by_id, when in (
        ("created", office[0], made_at),
        ("approved", office[-1], approved_at),
    ):
        audit.note(
            session,
            act=act,
            subject="campaign",
            subject_id=campaign.id,
            subject_name=definition.ja.name,
            after={"slug": campaign.slug},
            by_id=by_id,
            at=when,
        )
    return campaign


def _draft(session: Session, planned: Planned, *, by_id: int, at: datetime) -> None:
    whole = _definition(planned, day_of(at))
    # What a designer of the demo can mend: no English motto, and nobody said when to stop.
    definition = whole.model_copy(
        update={
            "ja": whole.ja.model_copy(update={"stop_when": ""}),
            "en": whole.en.model_copy(update={"motto": "", "stop_when": ""}),
        }
    )
    begun_at = at - timedelta(days=1)
    campaign = lifecycle.create(session, definition, by_id=by_id, at=begun_at, owner_id=by_id)
    revision = DraftRevision(
        campaign_id=campaign.id,
        number=1,
        part=WHOLE,
        definition=definition.as_data(),
        saved_by_id=by_id,
        saved_at=begun_at,
    )
    session.add(revision)


def count_all(session: Session, *, at: datetime) -> None:
    """Count whatever people have climbed, in all campaigns."""
    last: int | None = 0
    while last is not None:
        last = recount_some(session, None, after=last, limit=PEOPLE_AT_ONCE, at=at)


def _fill_board(session: Session, campaign: Campaign, *, by_id: int, at: datetime) -> None:
    opened_at = at - timedelta(days=10)
    reason = "名前を出して声をかけ合いたい、という声がありました。"
    lifecycle.set_board(session, campaign, True, reason=reason, by_id=by_id, at=opened_at)
    for person_id in _taking_part(session, campaign):
        place = BoardPlace(campaign_id=campaign.id, person_id=person_id, begun_at=opened_at)
        session.add(place)


def _taking_part(session: Session, campaign: Campaign) -> Iterator[int]:
    """Some of those who take part, and those who can sign in."""
    may_sign_in = select(Person.id).where(Person.password_hash.is_not(None))
    yield from session.scalars(
        select(CampaignPart.person_id)
        .where(
            CampaignPart.campaign_id == campaign.id,
            (func.mod(CampaignPart.person_id, BOARD_SHARE) == 0)
            | CampaignPart.person_id.in_(may_sign_in),
        )
        .order_by(CampaignPart.person_id)
    )


def _look_back(session: Session, campaign: Campaign, *, by_id: int, at: datetime) -> None:
    written_at = at - timedelta(days=7)
    report = CampaignReport(
        campaign_id=campaign.id,
        learned=LEARNED,
        do_differently=DO_DIFFERENTLY,
        written_by_id=by_id,
        written_at=written_at,
    )
    colleague = session.scalars(select(Person.id).where(Person.employee_number == "colleague"))
    nomination = Nomination(
        campaign_id=campaign.id,
        person_id=colleague.one(),
        words="朝礼の三行を、休んだ人も昼に読めるようにしました。いまも係のみんなで続けています。",
        begun_at=written_at,
    )
    session.add_all([report, nomination])
