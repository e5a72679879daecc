"""A receiver keeps a copy of words to show to the consultation desk (相談窓口).

Nothing is sent by itself and nobody else learns of the copy: see
docs/adr/0021-words-passed-on-stay-with-their-receiver.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from challenges.errors import N_, NotAllowed, RuleBroken
from challenges.moderation.texts import FoundText
from challenges.people.models import Person
from challenges.words.kinds import TextKind
from challenges.words.models import PassedOn


class NotAddressed(NotAllowed):
    """Only to whom words were said may pass them on."""

    sentence = N_("この言葉を受け取った本人だけができます。")


class NothingToPassOn(RuleBroken):
    """The words were changed, taken back or masked since they were read."""

    sentence = N_("この言葉は、もう書き直されたか、取り下げられたか、伏せられています。")


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy as its keeper reads it."""

    id: int
    kind: TextKind
    words: str
    writer: str
    written_at: datetime
    passed_at: datetime


def keep_copy(session: Session, text: FoundText, *, by_id: int, at: datetime) -> int:
    """Keep a copy of words that were said to ``by_id``; its id. Where there is one of the same
    words already, that one's. Raises NotAddressed, NothingToPassOn."""
    if text.to_id != by_id:
        raise NotAddressed
    if not text.is_readable:
        raise NothingToPassOn
    its = {"person_id": by_id, "kind": text.ref.kind, "text_id": text.ref.id}
    kept = select(PassedOn.id).filter_by(**its, words=text.words).limit(1)
    if (copy_id := session.scalar(kept)) is not None:
        return copy_id
    copy = PassedOn(
        kind=text.ref.kind,
        text_id=text.ref.id,
        person_id=by_id,
        writer_id=text.writer_id,
        words=text.words,
        written_at=text.written_at,
        passed_at=at,
    )
    session.add(copy)
    session.flush()
    return copy.id


def copies(session: Session, person_id: int, *, limit: int, offset: int = 0) -> Sequence[Copy]:
    """The person's own copies, the newest first. One statement."""
    rows = session.execute(
        _copies(person_id).order_by(PassedOn.id.desc()).limit(limit).offset(offset)
    )
    return [Copy(**row._mapping) for row in rows]


def the_copy(session: Session, copy_id: int, *, person_id: int) -> Copy | None:
    """One of the person's own copies, or None. One statement."""
    row = session.execute(_copies(person_id).where(PassedOn.id == copy_id)).one_or_none()
    return None if row is None else Copy(**row._mapping)


def delete_copy(session: Session, copy_id: int, *, person_id: int) -> bool:
    """Delete one of the person's own copies; whether there was one."""
    its = delete(PassedOn).where(PassedOn.id == copy_id, PassedOn.person_id == person_id)
    return session.scalar(its.returning(PassedOn.id)) is not None


def _copies(person_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            PassedOn.id,
            PassedOn.kind,
            PassedOn.words,
            Person.name.label("writer"),
            PassedOn.written_at,
            PassedOn.passed_at,
        )
        .join(Person, Person.id == PassedOn.writer_id)
        .where(PassedOn.person_id == person_id)
    )
