"""The pauses of disasters, for the office's page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.campaigns.disasters import DisasterPause, PausedUnit
from challenges.people.models import Person, Unit


@dataclass(frozen=True, slots=True)
class ListedPause:
    """A pause with who began it, and its units."""

    id: int
    first_day: date
    last_day: date | None
    reason: str
    by: str
    units: tuple[str, ...]
    """Paths; none if it is for all."""


def listed(session: Session, *, limit: int, offset: int = 0) -> list[ListedPause]:
    """The pauses, those that go on first, then the newest. Two statements."""
    rows = session.execute(
        select(DisasterPause, Person.name)
        .join(Person, Person.id == DisasterPause.begun_by_id)
        .order_by(DisasterPause.last_day.is_not(None), DisasterPause.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    units = _units(session, [row[0].id for row in rows])
    return [
        ListedPause(
            id=pause.id,
            first_day=pause.first_day,
            last_day=pause.last_day,
            reason=pause.reason,
            by=name,
            units=tuple(units.get(pause.id, ())),
        )
        for pause, name in rows
    ]


def pause_with(session: Session, pause_id: int) -> DisasterPause | None:
    """The pause with that id, or None."""
    return session.get(DisasterPause, pause_id) if 0 < pause_id < 2**31 else None


def ids_of(session: Session, paths: Collection[str]) -> list[int]:
    """The ids of the units with these paths."""
    return list(session.scalars(select(Unit.id).where(Unit.path.in_(paths)).order_by(Unit.id)))


def _units(session: Session, pause_ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    paths = (
        select(PausedUnit.pause_id, Unit.path)
        .join(Unit, Unit.id == PausedUnit.unit_id)
        .where(PausedUnit.pause_id.in_(pause_ids))
        .order_by(Unit.path)
    )
    for row in session.execute(paths):
        found.setdefault(row.pause_id, []).append(row.path)
    return found
