"""The DX office's page: what is loaded, what waits, and what is stuck."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ColumnExpressionArgument,
    ScalarSelect,
    TextClause,
    exists,
    func,
    select,
    true,
)
from sqlalchemy.orm import Session

from app.indicators.statement_models import StatementKind
from app.indicators.statements import Said, problems_said
from app.jobs.models import Job, JobState
from app.notices.letter_models import IS_TROUBLE, IS_WANTED, Letter
from app.promise import PromiseBasis
from app.slack.posts.models import IS_OPEN, PostState, SlackPace, SlackPost
from badges.models import Badge
from challenges.calendar import day_of, working_days_between
from challenges.catalogue.models import CatalogueLoad, Challenge
from challenges.moderation.queries import reports_waiting
from challenges.outbox import Delivery, DeliveryState, Fact
from challenges.people.coming import people_to_come, units_to_come
from challenges.people.counting import counts_on
from challenges.people.models import Membership, Person, Unit
from challenges.submissions.models import Submission
from challenges.vocabulary import Employment, MembershipKind, SubmissionState

RELAY_PATIENCE = timedelta(minutes=5)
"""The relay looks several times a second, and its leases last a minute."""
MAIL_PATIENCE = timedelta(minutes=30)
"""The letters of a Monday morning take some minutes."""


@dataclass(frozen=True, slots=True)
class OfficeOverview:
    """Everything there is, as numbers. A load is the id of the newest, or None if there is none."""

    people: int
    counted: int
    """How many of them are in the denominators today."""
    left: int
    units: int
    challenges: int
    badges: int
    challenges_load: int | None
    challenges_loaded_at: datetime | None
    badges_load: int | None
    badges_loaded_at: datetime | None
    promise_versions: int
    promise_entered_at: datetime | None
    """When the newest basis of the promise on personnel review was entered."""
    newest_post_on: date | None
    """The first day of the latest appointment that has begun: what is to come is not shown."""
    waiting_submissions: int
    deliveries_waiting: int
    deliveries_parked: int
    posts_waiting: int
    posts_parked: int
    jobs_parked: int
    letters_in_trouble: int
    """Letters that were refused, or of which nobody knows whether they arrived."""
    reports_waiting: int
    """Texts that people told the office of."""
    oldest_fact: datetime | None
    """When the oldest fact happened that no relay has fanned out."""
    oldest_delivery: datetime | None
    """Since when the oldest delivery is due."""
    oldest_job: datetime | None
    """Since when the oldest waiting job is due, or its worker went on with it."""
    oldest_post: datetime | None
    """Since when the oldest post is due."""
    oldest_letter: datetime | None
    """Since when the oldest letter is due."""
    slack_asked_at: datetime | None
    """About when Slack was asked last; in the future if it asked for a pause."""
    problems: Sequence[Said] = ()
    """対応中の課題 as the dashboard tells them, closed ones left out."""

    def is_relay_silent(self, at: datetime) -> bool:
        """Whether something has waited so long that no relay can be running."""
        waiting = [
            since for since in (self.oldest_fact, self.oldest_delivery, self.oldest_job) if since
        ]
        return bool(waiting) and at - min(waiting) > RELAY_PATIENCE

    def is_mail_silent(self, at: datetime) -> bool:
        """Whether letters have waited so long that no relay sends them, or the server is away."""
        return self.oldest_letter is not None and at - self.oldest_letter > MAIL_PATIENCE

    def is_slack_silent(self, at: datetime) -> bool:
        """Whether no relay can be sending: a post is due, and Slack was not asked for long.

        A long queue alone is no sign of it, because only so many posts a minute may leave.
        """
        since = [moment for moment in (self.oldest_post, self.slack_asked_at) if moment]
        return self.oldest_post is not None and at - max(since) > RELAY_PATIENCE


@dataclass(frozen=True, slots=True)
class WaitingSubmission:
    """A submission that waits for a manager. ``waited`` is in working days."""

    id: int
    person: str
    person_id: int
    step_id: int
    unit: str | None
    since: datetime
    waited: int


def overview(
    session: Session, *, on: date, counted: Collection[Employment], me: int | None = None
) -> OfficeOverview:
    """The numbers of the page on that day, in one statement. Who and what is still to come is in
    none. ``counted`` are the kinds of employment that count, ``me`` is who reads the page."""

    def count(
        *where: ColumnElement[bool] | TextClause, of: type[Any] = Person
    ) -> ScalarSelect[int]:
        return select(func.count()).select_from(of).where(*where).scalar_subquery()

    def most(what: ColumnExpressionArgument[Any], *where: ColumnElement[bool]) -> ScalarSelect[Any]:
        return select(func.max(what)).where(*where).scalar_subquery()

    def least(
        what: ColumnExpressionArgument[Any], where: ColumnElement[bool] | TextClause
    ) -> ScalarSelect[Any]:
        return select(func.min(what)).where(where).scalar_subquery()

    is_to_come = Person.id.in_(people_to_come(on))
    was_here = exists().where(Membership.person_id == Person.id, Membership.valid_from <= on)
    of_challenges = CatalogueLoad.kind == "challenges"
    of_badges = CatalogueLoad.kind == "badges"
    asked: dict[str, ScalarSelect[Any]] = {
        "people": count(Person.deactivated_at.is_(None), ~is_to_come),
        "counted": count(counts_on(on, kinds=counted)),
        "left": count(Person.deactivated_at.is_not(None) | (is_to_come & was_here)),
        "units": count(Unit.id.not_in(units_to_come(on)), of=Unit),
        "challenges": count(Challenge.retired_at.is_(None), of=Challenge),
        "badges": count(Badge.retired_at.is_(None), of=Badge),
        "challenges_load": most(CatalogueLoad.id, of_challenges),
        "challenges_loaded_at": most(CatalogueLoad.loaded_at, of_challenges),
        "badges_load": most(CatalogueLoad.id, of_badges),
        "badges_loaded_at": most(CatalogueLoad.loaded_at, of_badges),
        "promise_versions": count(of=PromiseBasis),
        "promise_entered_at": most(PromiseBasis.entered_at),
        "newest_post_on": most(
            Membership.valid_from,
            Membership.kind != MembershipKind.DEPUTY,
            Membership.valid_from <= on,
        ),
        "waiting_submissions": count(Submission.state == SubmissionState.WAITING, of=Submission),
        "deliveries_waiting": count(Delivery.state == DeliveryState.WAITING, of=Delivery),
        "deliveries_parked": count(Delivery.state == DeliveryState.PARKED, of=Delivery),
        "posts_waiting": count(IS_OPEN, of=SlackPost),
        "posts_parked": count(SlackPost.state == PostState.PARKED, of=SlackPost),
        "jobs_parked": count(Job.state == JobState.PARKED, of=Job),
        "letters_in_trouble": count(IS_TROUBLE, of=Letter),
        "reports_waiting": reports_waiting(me=me),
        "oldest_letter": least(Letter.due_at, IS_WANTED),
        "oldest_fact": least(Fact.occurred_at, Fact.fanned_out_at.is_(None)),
        "oldest_delivery": least(Delivery.due_at, Delivery.state == DeliveryState.WAITING),
        "oldest_job": least(Job.due_at, Job.state == JobState.WAITING),
        "oldest_post": least(SlackPost.due_at, IS_OPEN),
        "slack_asked_at": most(SlackPace.opens_at),
    }
    # The problems hang on the one row of numbers, so that all of it is one statement.
    numbers = select(*(value.label(name) for name, value in asked.items())).cte("numbers")
    problems = problems_said().subquery()
    rows = session.execute(select(numbers, problems).outerjoin_from(numbers, problems, true()))
    found = [dict(row._mapping) for row in rows]
    told = [
        Said(row["id"], StatementKind.PROBLEM, row["subject"], row["content"], row["approved_at"])
        for row in found
        if row["id"] is not None
    ]
    return OfficeOverview(
        **{name: found[0][name] for name in asked},
        problems=[one for one in told if not one.content.get("closed_on")],
    )


def waiting_submissions(
    session: Session, *, on: date, limit: int, offset: int
) -> list[WaitingSubmission]:
    """Every unit's waiting submissions, the longest waiting first. One statement."""
    rows = session.execute(
        select(
            Submission.id,
            Person.name.label("person"),
            Submission.person_id,
            Submission.step_id,
            Unit.path.label("unit"),
            Submission.waiting_since.label("since"),
        )
        .join(Person, Person.id == Submission.person_id)
        .outerjoin(Unit, Unit.id == Submission.reviewing_unit_id)
        .where(
            Submission.state == SubmissionState.WAITING,
            Submission.waiting_since.is_not(None),
        )
        .order_by(Submission.waiting_since, Submission.id)
        .limit(limit)
        .offset(offset)
    )
    return [
        WaitingSubmission(**row._mapping, waited=working_days_between(day_of(row.since), on))
        for row in rows
    ]
