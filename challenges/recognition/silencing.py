"""A receiver is shown no cheers of one giver (応援を受け取らない). The giver learns nothing of it:
their cheers cost, count and look the same as ever on their own pages.

Whoever shows cheers to their receiver, or tells them of one, asks ``is_silenced``.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from challenges.errors import NotAllowed
from challenges.people.models import Person
from challenges.recognition.models import Cheer, Silence
from challenges.storage.sql import upsert


@dataclass(frozen=True, slots=True)
class Silenced:
    """Somebody whose cheers the receiver is not shown."""

    silence_id: int
    name: str
    since: datetime


def silence(session: Session, cheer: Cheer, *, by_id: int, at: datetime) -> None:
    """Show the receiver of a cheer none of its giver's any more, neither this one nor others. A
    second call changes nothing. Raises NotAllowed unless ``by_id`` received it."""
    if cheer.receiver_id != by_id:
        raise NotAllowed("この応援を受け取った本人だけができます。")
    row = upsert(session, Silence).values(receiver_id=by_id, giver_id=cheer.giver_id, since=at)
    session.execute(row.on_conflict_do_nothing())


def end(session: Session, silence_id: int, *, by_id: int, at: datetime) -> bool:
    """End one of the receiver's own silences; whether one ended. All cheers are shown again."""
    ended = session.execute(
        update(Silence)
        .where(Silence.id == silence_id, Silence.receiver_id == by_id)
        .where(Silence.ended_at.is_(None))
        .values(ended_at=at)
    )
    return bool(ended.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def silenced_by(
    session: Session, receiver_id: int, *, limit: int, offset: int = 0
) -> list[Silenced]:
    """Whose cheers the person is not shown, the last first. One statement."""
    rows = session.execute(
        select(Silence.id.label("silence_id"), Person.name, Silence.since)
        .join(Person, Person.id == Silence.giver_id)
        .where(Silence.receiver_id == receiver_id, Silence.ended_at.is_(None))
        .order_by(Silence.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [Silenced(**row._mapping) for row in rows]


def is_silenced(
    giver_id: Any = Cheer.giver_id, receiver_id: Any = Cheer.receiver_id
) -> ColumnElement[bool]:
    """SQL: whether the receiver is shown nothing of that giver now."""
    return exists().where(
        Silence.receiver_id == receiver_id,
        Silence.giver_id == giver_id,
        Silence.ended_at.is_(None),
    )
