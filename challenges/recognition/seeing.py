"""Which completions of others somebody sees, and so may cheer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, Select, bindparam, or_, select
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
    unit: str | None
    """Path of the person's unit on that day."""
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
    rows = fetch_rows(session, _SEEN, asked)
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


_SEEN = _statement()
