"""What others allow one to see of them on the page of a challenge: how large a share of the unit
tried it, the lines they share, and whom one may ask.

Whoever left, is still to come or takes a rest is not there.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session

from challenges.people.counting import counts_on
from challenges.people.models import Membership, Person, Unit
from challenges.people.org_chart import ON_DAY, holds_on
from challenges.people.visibility import VIEWER, allows, is_there, those_who_allow
from challenges.shares import rounded_share, shown_count
from challenges.storage.sql import fetch_rows, fields_of, united
from challenges.submissions.models import Completion, StepTotal, Submission
from challenges.vocabulary import Consent, Employment

LINES_AT_ONCE = 5
HELPERS_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class Looking:
    """Who reads the page, of which unit, and which steps the challenge has."""

    viewer_id: int
    unit_id: int | None
    step_ids: Sequence[int]
    on: date


@dataclass(frozen=True, slots=True)
class SharedLine:
    """The words of one person about one step, with the name, as that person agreed."""

    completion_id: int
    submission_id: int
    name: str
    words: str
    step_id: int
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who climbed a step of the challenge and lets others ask."""

    person_id: int
    name: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many climbed its steps. Small groups are not told."""

    people: int | None
    """Everybody who climbed the first step."""
    share_of_unit: int | None
    """The people of the unit who tried the challenge and allow the unit to see it, in per cent of
    all there."""


def numbers(session: Session, looking: Looking, *, kinds: Collection[Employment]) -> Numbers:
    """The numbers of a challenge; ``kinds`` of employment count. One statement."""
    statement = _numbers(len(looking.step_ids), frozenset(kinds))
    row = fetch_rows(session, statement, _asked(looking)).one()
    return Numbers(
        people=shown_count(row.people or 0),
        share_of_unit=rounded_share(row.tried, row.base) if row.tried else None,
    )


@dataclass(frozen=True, slots=True)
class Others:
    """Some of each, those of one's own unit first."""

    lines: list[SharedLine]
    """The newest."""
    helpers: list[Helper]


def others(session: Session, looking: Looking) -> Others:
    """What others wrote about its steps and show, and who lets others ask. One statement."""
    rows = fetch_rows(session, _others(len(looking.step_ids)), _asked(looking)).all()
    # Whoever is of the unit is found a second time among all.
    near = {row.person_id for row in rows if row.part.startswith("near")}
    lines = {row.completion_id: row for row in rows if row.completion_id is not None}
    helpers = {row.person_id: row for row in rows if row.completion_id is None}
    newest = sorted(
        lines.values(),
        key=lambda row: (row.person_id in near, row.happened_at, row.completion_id),
        reverse=True,
    )
    nearest = sorted(helpers.values(), key=lambda row: (row.person_id not in near, row.person_id))
    return Others(
        lines=[SharedLine(**fields_of(row, SharedLine)) for row in newest[:LINES_AT_ONCE]],
        helpers=[Helper(**fields_of(row, Helper)) for row in nearest[:HELPERS_AT_ONCE]],
    )


def _asked(looking: Looking) -> dict[str, Any]:
    steps = {f"step_{place}": step_id for place, step_id in enumerate(looking.step_ids)}
    return {
        "viewer_id": looking.viewer_id,
        "my_unit_id": looking.unit_id,
        "on_day": looking.on,
        **steps,
    }


# Built once for each number of steps. None looks at all that was ever written: of each step the
# newest are looked through from the end of its index until there are enough.

_MY_UNIT: ColumnElement[int] = bindparam("my_unit_id", type_=Integer)
_IS_OTHER = and_(is_there(), Person.paused_at.is_(None), Person.id != VIEWER)
_IS_OF_THE_DAY = and_(Membership.person_id == Person.id, Membership.is_primary, holds_on(ON_DAY))


def _steps(count: int) -> list[ColumnElement[int]]:
    return [bindparam(f"step_{place}", type_=Integer) for place in range(count)]


def _climbed(steps: int) -> ColumnElement[bool]:
    return exists().where(
        Completion.person_id == Person.id,
        Completion.step_id.in_(_steps(steps)),
        Completion.voided_at.is_(None),
    )


@cache
def _numbers(steps: int, kinds: frozenset[Employment]) -> Select[*tuple[Any, ...]]:
    people = select(func.sum(StepTotal.completions)).where(StepTotal.step_id == _steps(1)[0])
    allowed = and_(allows(Consent.STEPS), Person.paused_at.is_(None), _climbed(steps))
    return (
        select(
            people.scalar_subquery().label("people"),
            func.count().label("base"),
            func.count().filter(allowed).label("tried"),
        )
        .select_from(Person)
        .join(Membership, _IS_OF_THE_DAY)
        .where(Membership.unit_id == _MY_UNIT, counts_on(ON_DAY, kinds=kinds))
    )


@cache
def _others(steps: int) -> Select[*tuple[Any, ...]]:
    lines = {
        f"lines_of_{place}": _lines().where(Submission.step_id == step)
        for place, step in enumerate(_steps(steps))
    }
    helpers = _helpers(steps)
    near_lines = (
        _lines()
        .join(Membership, _IS_OF_THE_DAY)
        .where(Membership.unit_id == _MY_UNIT, Submission.step_id.in_(_steps(steps)))
    )
    return united(
        near_lines=near_lines,
        near_helpers=helpers.where(Membership.unit_id == _MY_UNIT),
        helpers=helpers,
        **lines,
    )


def _lines() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Person.id.label("person_id"),
            Person.name,
            Completion.id.label("completion_id"),
            Submission.id.label("submission_id"),
            Submission.reflection.label("words"),
            Submission.step_id,
            Completion.happened_at,
        )
        .join(Completion, Completion.submission_id == Submission.id)
        .join(Person, Person.id == Submission.person_id)
        .where(Submission.words_shown_at.is_not(None), Submission.reflection != "")
        .where(Completion.voided_at.is_(None), _IS_OTHER)
        .order_by(Submission.submitted_at.desc())
        .limit(LINES_AT_ONCE)
    )


def _helpers(steps: int) -> Select[*tuple[Any, ...]]:
    given = those_who_allow(Consent.HELP)
    return (
        select(Person.id.label("person_id"), Person.name, Unit.path.label("unit"))
        .select_from(given)
        .join(Person, Person.id == given.c.person_id)
        .outerjoin(Membership, _IS_OF_THE_DAY)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(_climbed(steps), _IS_OTHER)
        .order_by(given.c.person_id)
        .limit(HELPERS_AT_ONCE)
    )
