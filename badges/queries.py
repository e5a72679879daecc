"""What pages ask about badges: who holds what, why, and how many hold it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from badges.awards.deciding import Standing
from badges.models import Award
from challenges.small_groups import SMALLEST_GROUP
from challenges.storage.sql import fetch_rows
from challenges.submissions.models import Completion


@dataclass(frozen=True, slots=True)
class Reason:
    """One completion that an award rests on."""

    completion_id: int
    step_id: int
    happened_at: datetime
    is_undone: bool
    """It no longer stands; the badge says it is kept all the same."""


def standing_awards(session: Session, person_id: int) -> list[Standing]:
    """The badges somebody holds, newest first. One statement."""
    rows = fetch_rows(session, _STANDING, {"person_id": person_id})
    return [
        Standing(id_, slug, version, at, tuple(evidence))
        for id_, slug, version, at, evidence in rows
    ]


_STANDING = (
    select(Award.id, Award.badge_slug, Award.badge_version, Award.awarded_at, Award.evidence)
    .where(Award.person_id == bindparam("person_id"), Award.voided_at.is_(None))
    .order_by(Award.awarded_at.desc(), Award.id.desc())
)


def held_before(session: Session, person_id: int, at: datetime) -> set[str]:
    """Slugs of the badges somebody holds since before that moment, whatever they rest on today. One
    statement."""
    return set(fetch_rows(session, _HELD_BEFORE, {"person_id": person_id, "at": at}).scalars())


_HELD_BEFORE = select(Award.badge_slug).where(
    Award.person_id == bindparam("person_id"),
    Award.voided_at.is_(None),
    Award.recorded_at < bindparam("at", type_=Award.recorded_at.type),
)


def reasons(session: Session, award: Standing) -> list[Reason]:
    """Why somebody holds it, down to the completions, earliest first. One statement."""
    rows = session.execute(
        select(
            Completion.id,
            Completion.step_id,
            Completion.happened_at,
            Completion.voided_at.is_not(None),
        )
        .where(Completion.id.in_(award.evidence))
        .order_by(Completion.happened_at, Completion.id)
    )
    return [Reason(*row) for row in rows]


def holders(session: Session, slug: str) -> int | None:
    """How many people hold a badge; None where they are so few that a number might point at them.
    One statement."""
    holds = (Award.badge_slug == slug) & Award.voided_at.is_(None)
    count = session.scalar(select(func.count()).select_from(Award).where(holds)) or 0
    return count if count >= SMALLEST_GROUP else None
