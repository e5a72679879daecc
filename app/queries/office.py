"""What the DX office looks after: what is loaded, what waits, how much is stuck. Questions for one
page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ColumnExpressionArgument,
    ScalarSelect,
    TextClause,
    func,
    select,
)
from sqlalchemy.orm import Session

from app.jobs.models import Job, JobState
from app.slack.posts.models import IS_OPEN, PostState, SlackPace, SlackPost
from badges.models import Badge
from challenges.calendar import day_of, working_days_between
from challenges.catalogue.models import CatalogueLoad, Challenge
from challenges.outbox import Delivery, DeliveryState, Fact
from challenges.people.models import Membership, Person, Unit
from challenges.submissions.models import Submission
from challenges.vocabulary import MembershipKind, SubmissionState

RELAY_PATIENCE = timedelta(minutes=5)
"""It looks several times a second, and its leases last a minute."""


@dataclass(frozen=True, slots=True)
class OfficeOverview:
    """Everything there is, as numbers. A load is the revision it made, or None where there was
    none."""

    people: int
    left: int
    units: int
    challenges: int
    badges: int
    challenges_load: int | None
    challenges_loaded_at: datetime | None
    badges_load: int | None
    badges_loaded_at: datetime | None
    newest_post_on: date | None
    """The first day of the latest post that the personnel list told of."""
    waiting_submissions: int
    deliveries_waiting: int
    deliveries_parked: int
    posts_waiting: int
    posts_parked: int
    jobs_parked: int
    oldest_fact: datetime | None
    """When the oldest fact happened that nobody has fanned out."""
    oldest_delivery: datetime | None
    """Since when the oldest delivery is due."""
    oldest_job: datetime | None
    """Since when the oldest job is due or when the turn of its worker began."""
    oldest_post: datetime | None
    """Since when the oldest post is due."""
    slack_asked_at: datetime | None
    """About when Slack was asked last; later than now where it asked for a pause."""

    def is_relay_silent(self, at: datetime) -> bool:
        """Whether something has waited for the relay so long that it cannot be running."""
        waiting = [
            since for since in (self.oldest_fact, self.oldest_delivery, self.oldest_job) if since
        ]
        return bool(waiting) and at - min(waiting) > RELAY_PATIENCE

    def is_slack_silent(self, at: datetime) -> bool:
        """Whether a post has been due for so long, and Slack not asked for so long, that nobody can
        be sending. A long queue alone is no silence: only so many a minute may leave."""
        since = [moment for moment in (self.oldest_post, self.slack_asked_at) if moment]
        return self.oldest_post is not None and at - max(since) > RELAY_PATIENCE


@dataclass(frozen=True, slots=True)
class WaitingSubmission:
    """A submission that a manager has; ``waited`` in working days."""

    id: int
    person: str
    person_id: int
    step_id: int
    unit: str | None
    since: datetime
    waited: int


def overview(session: Session) -> OfficeOverview:
    """One statement."""

    def count(
        *where: ColumnElement[bool] | TextClause, of: type[Any] = Person
    ) -> ScalarSelect[int]:
        return select(func.count()).select_from(of).where(*where).scalar_subquery()

    def load(what: ColumnExpressionArgument[Any], kind: str) -> ScalarSelect[Any]:
        return select(func.max(what)).where(CatalogueLoad.kind == kind).scalar_subquery()

    asked: list[ScalarSelect[Any]] = [
        count(Person.deactivated_at.is_(None)),
        count(Person.deactivated_at.is_not(None)),
        count(of=Unit),
        count(Challenge.retired_at.is_(None), of=Challenge),
        count(Badge.retired_at.is_(None), of=Badge),
        load(CatalogueLoad.id, "challenges"),
        load(CatalogueLoad.loaded_at, "challenges"),
        load(CatalogueLoad.id, "badges"),
        load(CatalogueLoad.loaded_at, "badges"),
        select(func.max(Membership.valid_from))
        .where(Membership.kind != MembershipKind.DEPUTY)
        .scalar_subquery(),
        count(Submission.state == SubmissionState.WAITING, of=Submission),
        count(Delivery.state == DeliveryState.WAITING, of=Delivery),
        count(Delivery.state == DeliveryState.PARKED, of=Delivery),
        count(IS_OPEN, of=SlackPost),
        count(SlackPost.state == PostState.PARKED, of=SlackPost),
        count(Job.state == JobState.PARKED, of=Job),
        select(func.min(Fact.occurred_at)).where(Fact.fanned_out_at.is_(None)).scalar_subquery(),
        select(func.min(Delivery.due_at))
        .where(Delivery.state == DeliveryState.WAITING)
        .scalar_subquery(),
        select(func.min(Job.due_at)).where(Job.state == JobState.WAITING).scalar_subquery(),
        select(func.min(SlackPost.due_at)).where(IS_OPEN).scalar_subquery(),
        select(func.max(SlackPace.opens_at)).scalar_subquery(),
    ]
    return OfficeOverview(*session.execute(select(*asked)).one())


def waiting_submissions(
    session: Session, *, on: date, limit: int, offset: int
) -> list[WaitingSubmission]:
    """Every unit's waiting submissions, the longest waiting first. One statement."""
    rows = session.execute(
        select(
            Submission.id,
            Person.name,
            Person.id,
            Submission.step_id,
            Unit.path,
            Submission.waiting_since,
        )
        .join(Person, Person.id == Submission.person_id)
        .outerjoin(Unit, Unit.id == Submission.reviewing_unit_id)
        .where(Submission.state == SubmissionState.WAITING)
        .order_by(Submission.waiting_since, Submission.id)
        .limit(limit)
        .offset(offset)
    )
    found = [(row, row.waiting_since) for row in rows]
    return [
        WaitingSubmission(*row[:-1], since, working_days_between(day_of(since), on))
        for row, since in found
        if since
    ]
