"""Which completions of others somebody sees, and so may cheer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from challenges.people import org_chart
from challenges.people.models import Membership, Person, Unit
from challenges.people.visibility import VIEWER, is_there, shows_steps
from challenges.storage.sql import fetch_rows, padded_ids
from challenges.submissions.models import Completion, Submission

NONE = [0]
"""No row has this id: an IN list cannot be empty everywhere."""


@dataclass(frozen=True, slots=True)
class SeenCompletion:
    """A standing completion of somebody else, as the viewer sees it."""

    completion_id: int
    person_id: int
    name: str
    unit_id: int | None
    unit: str | None
    """The person's unit on that day, and its path."""
    step_id: int
    happened_at: datetime


def seen_completions(
    session: Session,
    completion_ids: Collection[int],
    *,
    viewer_id: int,
    on: date,
    under_badges: Collection[int] = (),
) -> dict[int, SeenCompletion]:
    """Those of the completions that the viewer sees and that are not their own, by id.

    They stand; their person takes part at present, and shows their steps to the viewer or the words
    of this one to everybody. ``under_badges`` are the ids that the caller found beneath badges
    which the viewer sees. One statement.
    """
    asked = {
        "completion_ids": padded_ids(completion_ids) or NONE,
        "under_badges": padded_ids(under_badges) or NONE,
        "viewer_id": viewer_id,
        "on_day": on,
    }
    rows = fetch_rows(session, SEEN, asked)
    return {row.completion_id: SeenCompletion(**row._mapping) for row in rows}


def _statement() -> Select[*tuple[Any, ...]]:
    is_unit_of_the_day = Membership.is_primary & org_chart.holds_on(org_chart.ON_DAY)
    shows_words = Submission.words_shown_at.is_not(None) & (Submission.reflection != "")
    under_badges: Any = bindparam("under_badges", expanding=True, type_=Integer)
    wanted: Any = bindparam("completion_ids", expanding=True, type_=Integer)
    return (
        select(
            Completion.id.label("completion_id"),
            Person.id.label("person_id"),
            Person.name,
            Unit.id.label("unit_id"),
            Unit.path.label("unit"),
            Completion.step_id,
            Completion.happened_at,
        )
        .join(Person, Person.id == Completion.person_id)
        .join(Submission, Submission.id == Completion.submission_id)
        .outerjoin(Membership, (Membership.person_id == Person.id) & is_unit_of_the_day)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(Completion.id.in_(wanted), Completion.voided_at.is_(None))
        # Taking a rest looks like not taking part.
        .where(Person.id != VIEWER, is_there(), Person.paused_at.is_(None))
        .where(or_(shows_steps(), shows_words, Completion.id.in_(under_badges)))
    )


SEEN = _statement()
"""Takes the parameters completion_ids, under_badges, viewer_id and on_day."""


@dataclass(frozen=True, slots=True)
class Around:
    """Who looks for others, in which units, and since when."""

    viewer_id: int
    unit_ids: Collection[int]
    """Where the viewer works, and the units they manage with those below."""
    on: date
    since: datetime


def latest_of_others(session: Session, looking: Around, *, limit: int) -> list[SeenCompletion]:
    """The latest completion of each person in those units who shows their steps to the viewer, the
    newest first. One statement."""
    asked = {
        "unit_ids": padded_ids(looking.unit_ids) or NONE,
        "viewer_id": looking.viewer_id,
        "on_day": looking.on,
        "since": looking.since,
        "at_most": limit,
    }
    return [SeenCompletion(**row._mapping) for row in fetch_rows(session, _LATEST, asked)]


def _latest() -> Select[*tuple[Any, ...]]:
    unit_ids: Any = bindparam("unit_ids", expanding=True, type_=Integer)
    around = (
        select(
            Person.id.label("person_id"),
            Person.name,
            Unit.id.label("unit_id"),
            Unit.path.label("unit"),
        )
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.is_primary, org_chart.holds_on(org_chart.ON_DAY))
        .where(Unit.id.in_(unit_ids), Person.id != VIEWER, is_there(), Person.paused_at.is_(None))
        .where(shows_steps())
        .subquery("around")
    )
    newest = (
        select(func.max(Completion.id).label("id"))
        .join(around, around.c.person_id == Completion.person_id)
        .where(Completion.voided_at.is_(None))
        .where(Completion.happened_at >= bindparam("since", type_=Completion.happened_at.type))
        .group_by(Completion.person_id)
        .subquery("newest")
    )
    return (
        select(
            Completion.id.label("completion_id"),
            around.c.person_id,
            around.c.name,
            around.c.unit_id,
            around.c.unit,
            Completion.step_id,
            Completion.happened_at,
        )
        .join(newest, newest.c.id == Completion.id)
        .join(around, around.c.person_id == Completion.person_id)
        .order_by(Completion.happened_at.desc(), Completion.id.desc())
        .limit(bindparam("at_most", type_=Integer))
    )


_LATEST = _latest()
