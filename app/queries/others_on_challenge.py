"""What others allow one to see of them on the page of a challenge: how large a share of the unit
tried it, the lines they share, and whom one may ask.

Whoever left, is still to come or takes a rest is not there.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session

from challenges.people.counting import counts_on
from challenges.people.models import Membership, Person, Unit
from challenges.people.org_chart import ON_DAY, holds_on
from challenges.people.visibility import VIEWER, allows, is_there
from challenges.shares import rounded_share
from challenges.storage.sql import fetch_rows, padded_ids
from challenges.submissions.models import Completion, Submission
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


def share_of_unit(
    session: Session, looking: Looking, *, kinds: Collection[Employment]
) -> int | None:
    """The people of the unit who tried the challenge and allow the unit to see it, in per cent of
    all there. None where fewer than ten people are in the unit, or none allows it. One statement,
    none without a unit.
    """
    if looking.unit_id is None:
        return None
    tried = exists().where(
        Completion.person_id == Person.id,
        Completion.step_id.in_(looking.step_ids),
        Completion.voided_at.is_(None),
    )
    allowed = and_(allows(Consent.STEPS), Person.paused_at.is_(None), tried)
    row = session.execute(
        select(func.count().label("base"), func.count().filter(allowed).label("tried"))
        .select_from(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.unit_id == looking.unit_id, Membership.is_primary)
        .where(holds_on(looking.on), counts_on(looking.on, kinds=kinds))
    ).one()
    return rounded_share(row.tried, row.base) if row.tried else None


def shared_lines(session: Session, looking: Looking) -> list[SharedLine]:
    """The newest words of others about its steps, those of one's own unit first. One statement."""
    rows = fetch_rows(session, _LINES, _asked(looking))
    return [
        SharedLine(**{name: row._mapping[name] for name in SharedLine.__slots__}) for row in rows
    ]


def helpers(session: Session, looking: Looking) -> list[Helper]:
    """Some who climbed a step of it and let others ask, those of one's own unit first. One
    statement."""
    rows = fetch_rows(session, _HELPERS, _asked(looking))
    return [Helper(**row._mapping) for row in rows]


def _asked(looking: Looking) -> dict[str, Any]:
    return {
        "viewer_id": looking.viewer_id,
        "my_unit_id": looking.unit_id or 0,
        "step_ids": padded_ids(looking.step_ids),
        "on_day": looking.on,
    }


_STEPS: Any = bindparam("step_ids", expanding=True, type_=Integer)
_IS_OTHER = and_(is_there(), Person.paused_at.is_(None), Person.id != VIEWER)
_IS_NEAR = exists().where(
    Membership.person_id == Person.id,
    Membership.is_primary,
    Membership.unit_id == bindparam("my_unit_id", type_=Integer),
    holds_on(ON_DAY),
)


def _lines() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Completion.id.label("completion_id"),
            Submission.id.label("submission_id"),
            Person.name,
            Submission.reflection.label("words"),
            Submission.step_id,
            Completion.happened_at,
        )
        .join(Completion, Completion.submission_id == Submission.id)
        .join(Person, Person.id == Submission.person_id)
        .where(Submission.step_id.in_(_STEPS), Submission.words_shown_at.is_not(None))
        .where(Submission.reflection != "", Completion.voided_at.is_(None), _IS_OTHER)
        .order_by(_IS_NEAR.desc(), Completion.happened_at.desc(), Completion.id.desc())
        .limit(LINES_AT_ONCE)
    )


def _helpers() -> Select[*tuple[Any, ...]]:
    climbed = exists().where(
        Completion.person_id == Person.id,
        Completion.step_id.in_(_STEPS),
        Completion.voided_at.is_(None),
    )
    of_the_day = and_(Membership.person_id == Person.id, Membership.is_primary, holds_on(ON_DAY))
    is_near = func.coalesce(Membership.unit_id == bindparam("my_unit_id", type_=Integer), False)
    return (
        select(Person.id.label("person_id"), Person.name, Unit.path.label("unit"))
        .outerjoin(Membership, of_the_day)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(allows(Consent.HELP), climbed, _IS_OTHER)
        .order_by(is_near.desc(), Person.id)
        .limit(HELPERS_AT_ONCE)
    )


_LINES = _lines()
_HELPERS = _helpers()
