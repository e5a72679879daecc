"""The DX office says which unit carries on an earlier one, so that a year can be compared with the
one before over a reorganisation."""

from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.indicators.models import UnitSuccessor
from app.indicators.successors import led_to
from app.studio import audit
from challenges.calendar import day_of
from challenges.errors import InvalidField
from challenges.people.coming import shown_unit
from challenges.people.models import Unit
from challenges.people.units import KnownUnit, known_units, unit_key


def enter(
    session: Session, *, path: str, successor: str, since: date, by_id: int, at: datetime
) -> UnitSuccessor:
    """Say that the unit with the path ``successor`` carries on that with ``path`` since a day.

    Raises InvalidField if a unit is not known, both are the same, or it would lead in a circle.
    """
    before, after = (_unit(session, typed, at=at) for typed in (path, successor))
    if before is None:
        raise InvalidField("前の所属が見つかりません。", field="path")
    if after is None:
        raise InvalidField("引き継ぐ所属が見つかりません。", field="successor")
    if before.id == after.id or before.id in led_to(session, after.id):
        raise InvalidField("同じ所属に戻る引き継ぎは登録できません。", field="successor")
    row = session.get(UnitSuccessor, (before.id, after.id))
    if row is None:
        row = UnitSuccessor(unit_id=before.id, successor_id=after.id)
        session.add(row)
    row.since, row.entered_at, row.entered_by_id = since, at, by_id
    session.flush()
    told = {"unit": before.path, "successor": after.path, "since": since.isoformat()}
    _note(session, "succeeded", before.id, before.path, after=told, by_id=by_id, at=at)
    return row


def _unit(session: Session, path: str, *, at: datetime) -> KnownUnit | None:
    """The unit with that path, however it is typed. One that is still to come is a secret."""
    found = known_units(session).get(unit_key(path))
    is_shown = found and shown_unit(session, found.id, on=day_of(at))
    return found if is_shown else None


def take_away(
    session: Session, unit_id: int, successor_id: int, *, by_id: int, at: datetime
) -> None:
    """Take back what was entered by mistake. A second call changes nothing."""
    row = session.get(UnitSuccessor, (unit_id, successor_id))
    if row is None:
        return
    before, after = session.get_one(Unit, unit_id), session.get_one(Unit, successor_id)
    told = {"unit": before.path, "successor": after.path, "since": row.since.isoformat()}
    session.execute(
        delete(UnitSuccessor).where(
            UnitSuccessor.unit_id == unit_id, UnitSuccessor.successor_id == successor_id
        )
    )
    _note(session, "succession_removed", unit_id, before.path, before=told, by_id=by_id, at=at)


def _note(
    session: Session,
    act: str,
    unit_id: int,
    path: str,
    *,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
    by_id: int,
    at: datetime,
) -> None:
    audit.note(
        session,
        act=act,
        subject="unit",
        subject_id=unit_id,
        subject_name=path,
        before=before,
        after=after,
        by_id=by_id,
        at=at,
    )
