"""What a manager may see of themself: a private mirror, reckoned when it is opened.

It is stored and logged nowhere, nobody else can open it, and it compares with one's own last
quarter alone. Of the unit it tells shares of ten people and more, in steps.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from statistics import median
from typing import Any

from sqlalchemy import Row, Select, bindparam, case, distinct, func, select, union_all
from sqlalchemy.orm import Session

from challenges.calendar import day_of, midnight_of, quarter_start, working_days_between
from challenges.catalogue.models import Challenge, Step
from challenges.people import org_chart
from challenges.people.models import Membership, Person
from challenges.recognition.models import Cheer, Endorsement
from challenges.shares import SMALLEST_GROUP, rounded_share
from challenges.storage.sql import fetch_rows, padded_ids
from challenges.submissions.models import Completion, Submission
from challenges.vocabulary import MembershipKind

TOLD_BY = ("ask-a-question", "ask-when-stuck", "good-failure")
"""Challenges in which a person tells a question or a failure."""

LATE_WORDS = 5
"""Working days after which words for a step are no longer fresh."""


class Hint(StrEnum):
    """The one thing that the mirror suggests."""

    CLIMB = "CLIMB"
    """Take a step oneself."""
    SPREAD = "SPREAD"
    """Read a step of somebody who has not had words yet."""
    SOONER = "SOONER"
    """Say it in the week in which it happens."""
    TELL = "TELL"
    """Tell a failure of one's own first."""


@dataclass(frozen=True, slots=True)
class Image:
    """One quarter of a manager."""

    steps: int
    """One's own standing steps."""
    people: int
    """To how many different people one's words went."""
    freshness: float | None
    """Median of the working days from a step to one's words. None without words."""
    tellers: int | None
    """Share of the unit's people, per cent in steps, who told a question or a failure. None below
    ten people."""
    answered_in: float | None
    """Median of the working days from a submission to one's answer. None below ten people, and
    without answers."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """This quarter and the one before, of the same person."""

    now: Image
    before: Image
    is_large_enough: bool
    """Whether the unit has ten people and more."""

    @property
    def hint(self) -> Hint:
        """What to try next: the first that fits."""
        if self.now.steps == 0:
            return Hint.CLIMB
        if self.now.people < max(self.before.people, 1):
            return Hint.SPREAD
        if self.now.freshness is not None and self.now.freshness > LATE_WORDS:
            return Hint.SOONER
        return Hint.TELL


def mirror(session: Session, person_id: int, *, unit_ids: Collection[int], at: datetime) -> Mirror:
    """What the person did in this quarter and the last one. ``unit_ids`` are the units that they
    manage themselves. Five statements."""
    today = day_of(at)
    start = quarter_start(today)
    before = quarter_start(start - timedelta(days=1))
    asked = {
        "me": person_id,
        "unit_ids": padded_ids(unit_ids),
        "start": midnight_of(start),
        "before": midnight_of(before),
        "until": at,
        "on_day": today,
    }
    steps = _by_quarter(fetch_rows(session, _STEPS, asked).all())
    words = fetch_rows(session, _WORDS, asked).all()
    unit = _by_quarter(fetch_rows(session, _TELLERS, asked).all())
    people = fetch_rows(session, _PEOPLE, asked).scalar() or 0
    is_large = people >= SMALLEST_GROUP
    answers = fetch_rows(session, _ANSWERS, asked).all() if is_large else []

    def image(quarter: bool) -> Image:
        mine = [row for row in words if bool(row.is_now) is quarter]
        return Image(
            steps=steps.get(quarter, 0),
            people=len({row.person_id for row in mine}),
            freshness=_median_days([(row.happened_at, row.given_at) for row in mine]),
            tellers=rounded_share(unit.get(quarter, 0), people) if is_large else None,
            answered_in=_median_days(
                [(row.asked_at, row.answered_at) for row in answers if bool(row.is_now) is quarter]
            ),
        )

    return Mirror(image(True), image(False), is_large)


def _by_quarter(rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[bool, int]:
    return {bool(row.is_now): row.many for row in rows}


def _median_days(pairs: Sequence[tuple[datetime, datetime]]) -> float | None:
    """Median of the working days between two times; zero on the same day."""
    days = [_between(day_of(first), day_of(then)) for first, then in pairs]
    return median(days) if days else None


# A quarter has few pairs of days, and each takes a walk through the calendar.
@cache
def _between(first: date, then: date) -> int:
    return working_days_between(first, then)


def _is_now(column: Any) -> Any:
    return case((column >= bindparam("start", type_=column.type), 1), else_=0).label("is_now")


def _in_both(column: Any) -> tuple[Any, Any]:
    """Whether a time is in one of the two quarters."""
    return (
        column >= bindparam("before", type_=column.type),
        column <= bindparam("until", type_=column.type),
    )


def _steps() -> Select[*tuple[Any, ...]]:
    is_now = _is_now(Completion.happened_at)
    return (
        select(is_now, func.count().label("many"))
        .where(Completion.person_id == bindparam("me"), Completion.voided_at.is_(None))
        .where(*_in_both(Completion.happened_at))
        .group_by(is_now)
    )


def _words() -> Select[*tuple[Any, ...]]:
    """The words that the manager gave: with an endorsement, or with a cheer."""
    endorsed = _words_of(Endorsement, Endorsement.person_id, by=Endorsement.endorser_id).where(
        Endorsement.withdrawn_at.is_(None)
    )
    cheered = _words_of(Cheer, Cheer.receiver_id, by=Cheer.giver_id).where(
        Cheer.taken_back_at.is_(None), Cheer.words != ""
    )
    return select(union_all(endorsed, cheered).subquery())


def _words_of(given: Any, to: Any, *, by: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(
            _is_now(given.given_at), to.label("person_id"), given.given_at, Completion.happened_at
        )
        .join(Completion, Completion.id == given.completion_id)
        .where(by == bindparam("me"), Completion.voided_at.is_(None), *_in_both(given.given_at))
    )


def _tellers() -> Select[*tuple[Any, ...]]:
    is_now = _is_now(Completion.happened_at)
    return (
        select(is_now, func.count(distinct(Completion.person_id)).label("many"))
        .join(Step, Step.id == Completion.step_id)
        .join(Challenge, Challenge.id == Step.challenge_id)
        .where(Challenge.slug.in_(TOLD_BY), Completion.voided_at.is_(None))
        .where(Completion.unit_id.in_(bindparam("unit_ids", expanding=True)))
        .where(*_in_both(Completion.happened_at), Completion.person_id != bindparam("me"))
        .group_by(is_now)
    )


_PEOPLE = (
    select(func.count(distinct(Membership.person_id)))
    .join(Person, Person.id == Membership.person_id)
    .where(Membership.unit_id.in_(bindparam("unit_ids", expanding=True)))
    .where(Membership.kind == MembershipKind.STAFF, Membership.is_primary)
    .where(org_chart.holds_on(org_chart.ON_DAY), Person.deactivated_at.is_(None))
    .where(Person.id != bindparam("me"))
)


def _answers() -> Select[*tuple[Any, ...]]:
    """What this manager answered: accepted, or asked back about and not yet decided."""
    answered_at = func.coalesce(Submission.decided_at, Submission.asked_at, type_=_TIME)
    by = func.coalesce(Submission.decided_by_id, Submission.asked_by_id)
    return (
        select(
            case((answered_at >= bindparam("start", type_=_TIME), 1), else_=0).label("is_now"),
            Submission.submitted_at.label("asked_at"),
            answered_at.label("answered_at"),
        )
        .where(Submission.reviewing_unit_id.in_(bindparam("unit_ids", expanding=True)))
        .where(by == bindparam("me"), Submission.submitted_at.is_not(None))
        .where(answered_at >= bindparam("before", type_=_TIME))
        .where(answered_at <= bindparam("until", type_=_TIME))
    )


_TIME = Submission.decided_at.type
_STEPS = _steps()
_WORDS = _words()
_TELLERS = _tellers()
_ANSWERS = _answers()
