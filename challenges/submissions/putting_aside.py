"""「あとで」: a person puts a challenge aside for later, with a day if they like.

A note to oneself: nobody else sees it, and nothing follows from its day. It is gone once the
challenge is begun or the note is thrown away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Row, bindparam, delete, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from challenges.calendar import day_of
from challenges.catalogue.models import Step
from challenges.errors import N_, InvalidField
from challenges.storage.orm import Base, UtcDateTime
from challenges.storage.sql import fetch_rows, fields_of, upsert
from challenges.submissions.models import Submission

FURTHEST = timedelta(days=366)
"""How far ahead a day may be."""


class PutAside(Base):
    """One challenge that one person wants to come back to."""

    __tablename__ = "put_aside"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id"), primary_key=True)
    put_at: Mapped[datetime] = mapped_column(UtcDateTime)
    day: Mapped[date | None]
    """When the person wants to come back to it; None: some time."""


@dataclass(frozen=True, slots=True)
class Aside:
    """What is put aside, as its person sees it."""

    challenge_id: int
    day: date | None
    put_at: datetime


def put_aside(
    session: Session, *, person_id: int, challenge_id: int, day: date | None, at: datetime
) -> None:
    """Put the challenge aside, or move it to another day. Raises InvalidField for a day that is
    over or more than a year ahead."""
    today = day_of(at)
    if day is not None and not today <= day <= today + FURTHEST:
        raise InvalidField(N_("今日から一年先までの日を選んでください。"), field="day")
    row = upsert(session, PutAside).values(
        person_id=person_id, challenge_id=challenge_id, put_at=at, day=day
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=["person_id", "challenge_id"], set_={"put_at": at, "day": day}
        )
    )


def throw_away(session: Session, *, person_id: int, challenge_id: int) -> bool:
    """Forget the note. Returns whether there was one."""
    thrown = session.execute(
        delete(PutAside)
        .where(PutAside.person_id == person_id, PutAside.challenge_id == challenge_id)
        .returning(PutAside.challenge_id)
    )
    return thrown.one_or_none() is not None


def asides(session: Session, person_id: int) -> list[Aside]:
    """What the person has put aside and not begun since: what has a day first, by day. One
    statement."""
    return asides_in_order(fetch_rows(session, ASIDES, {"person_id": person_id}))


def asides_in_order(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Aside]:
    """The rows as they are shown: what has a day first, by day."""
    found = [Aside(**fields_of(row, Aside)) for row in rows]
    return sorted(found, key=lambda one: (one.day or date.max, one.put_at))


_HAS_BEGUN_SINCE = exists().where(
    Submission.person_id == PutAside.person_id,
    Submission.step_id == Step.id,
    Step.challenge_id == PutAside.challenge_id,
    Submission.created_at >= PutAside.put_at,
)

# Built once: Home asks it of everybody.
ASIDES = select(PutAside.challenge_id, PutAside.day, PutAside.put_at).where(
    PutAside.person_id == bindparam("person_id"), ~_HAS_BEGUN_SINCE
)
ASIDE = ASIDES.where(PutAside.challenge_id == bindparam("challenge_id"))
