"""What the people who can sign in to a demo find in their lists: notices, challenges put aside, and
a letter that is on its way."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from app.demo.people import DemoPerson
from app.demo.world import World
from app.notices import letter_wishes
from app.notices.campaigns import happening_of
from app.notices.kinds import NoticeKind
from app.notices.models import Notice
from app.notices.subscribers import SUBSCRIBER
from app.notices.telling import Happening, tell
from app.notices.waiting import tell_who_decides
from app.subscriptions import SUBSCRIPTIONS
from badges.models import Award
from challenges.calendar import day_of
from challenges.campaigns.models import Campaign
from challenges.outbox import Fact
from challenges.people.models import Membership
from challenges.people.org_chart import MANAGING
from challenges.submissions.models import Submission
from challenges.submissions.putting_aside import put_aside
from challenges.vocabulary import CampaignState, SubmissionState

REMEMBERED = timedelta(days=45)
UNREAD = timedelta(days=7)
"""What is older was read."""
CONCERNED = ("person_id", "giver_id", "receiver_id")
"""Where facts name people."""
ASIDE = {
    "staff": (("ai-draft", 7), ("next-department", None)),
    "colleague": (("emoji-promise", None),),
    "manager": (("meeting-inventory", 3),),
}
"""By account: challenges, and in how many days they want to come back to them."""
WANT_LETTERS = ("staff", "manager")


def add_notices(session: Session, world: World, people: Sequence[DemoPerson]) -> None:
    """Tell those who can sign in what happened to them lately, at the time at which it happened."""
    accounts = [one.id for one in people if one.account]
    since = world.days.at - REMEMBERED
    _tell_facts(session, accounts, since)
    _tell_badges(session, accounts, since)
    _tell_waiting(session, accounts)
    _tell_campaigns(session, accounts, at=world.days.at)
    # Nobody's bell is without a number, so that a visitor sees what it is for.
    newest = select(func.max(Notice.id)).group_by(Notice.person_id)
    session.execute(
        update(Notice)
        .where(Notice.happened_at < world.days.at - UNREAD, Notice.id.not_in(newest))
        .values(read_at=Notice.listed_at)
    )
    _put_aside(session, world, people)
    for one in people:
        if one.account and one.account.number in WANT_LETTERS:
            letter_wishes.want_letter(session, one.id, at=world.days.at)


def _tell_facts(session: Session, accounts: Sequence[int], since: datetime) -> None:
    """Let the subscriber hear of what is about these people, as a relay would have."""
    heard = {
        kind: handlers[SUBSCRIBER]
        for kind, handlers in SUBSCRIPTIONS.items()
        if SUBSCRIBER in handlers
    }
    facts = (
        select(Fact)
        .where(Fact.kind.in_(heard), Fact.occurred_at >= since)
        .where(or_(*(Fact.about[name].as_integer().in_(accounts) for name in CONCERNED)))
        .order_by(Fact.occurred_at, Fact.id)
    )
    for fact in session.scalars(facts).all():
        heard[fact.kind](session, fact, fact.occurred_at)
    # A step tells of all its cheers, as they stand today: also of those that came after it.
    session.execute(
        update(Notice)
        .where(Notice.listed_at < Notice.happened_at)
        .values(listed_at=Notice.happened_at, rises_at=Notice.happened_at)
    )


def _tell_badges(session: Session, accounts: Sequence[int], since: datetime) -> None:
    awards = select(Award).where(Award.person_id.in_(accounts), Award.awarded_at >= since)
    for award in session.scalars(awards.where(Award.voided_at.is_(None))).all():
        told = Happening(
            kind=NoticeKind.BADGE,
            key=f"badge:{award.badge_slug}",
            subject_id=award.id,
            happened_at=award.awarded_at,
        )
        tell(session, told, people=[award.person_id], at=award.awarded_at)


def _tell_waiting(session: Session, accounts: Sequence[int]) -> None:
    """Those who decide with one of these people hear of it as well."""
    managed = select(Membership.unit_id).where(
        Membership.person_id.in_(accounts), Membership.kind.in_(MANAGING)
    )
    waiting = (
        select(Submission.id, Submission.waiting_since)
        .where(Submission.state == SubmissionState.WAITING)
        .where(Submission.reviewing_unit_id.in_(managed), Submission.waiting_since.is_not(None))
    )
    for row in session.execute(waiting).all():
        tell_who_decides(session, [row.id], at=row.waiting_since)


def _tell_campaigns(session: Session, accounts: Sequence[int], *, at: datetime) -> None:
    is_open = Campaign.state == CampaignState.OPEN
    for campaign in session.scalars(select(Campaign).where(is_open)).all():
        told = happening_of(campaign, NoticeKind.CAMPAIGN_OPENS, at=at)
        tell(session, told, people=accounts, at=told.happened_at)


def _put_aside(session: Session, world: World, people: Sequence[DemoPerson]) -> None:
    for one in people:
        for slug, days in ASIDE.get(one.account.number, ()) if one.account else ():
            challenge = world.catalogue.by_slug.get(slug)
            if challenge is not None:
                day = None if days is None else day_of(world.days.at) + timedelta(days=days)
                put_aside(
                    session,
                    person_id=one.id,
                    challenge_id=challenge.id,
                    day=day,
                    at=world.days.at,
                )
