"""The cheers that pages show: those that reached a person, those a person gave, those of some
completions.

A cheer is shown while neither it nor its completion was taken back, so it comes back with a
completion that is restored. Each statement is built once.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Integer, Row, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from challenges.people.models import Person
from challenges.people.visibility import VIEWER
from challenges.recognition.models import Cheer
from challenges.recognition.seeing import NONE
from challenges.recognition.silencing import is_silenced
from challenges.recognition.stamps import Stamp
from challenges.storage.sql import fetch_rows, fields_of, padded_ids
from challenges.submissions.models import Completion


@dataclass(frozen=True, slots=True)
class ShownCheer:
    """A cheer with the names of both."""

    cheer_id: int
    completion_id: int
    step_id: int
    stamp: Stamp
    words: str
    giver_id: int
    giver: str
    receiver_id: int
    receiver: str
    given_at: datetime
    week: date
    shown_to_others: bool
    thanked_at: datetime | None


def cheers_received(
    session: Session, person_id: int, *, limit: int, offset: int = 0
) -> list[ShownCheer]:
    """The newest cheers that reached a person. One statement."""
    asked = {"viewer_id": person_id, "all": True, "at_most": limit, "skipped": offset}
    return [ShownCheer(**row._mapping) for row in fetch_rows(session, RECEIVED, asked)]


def newest_cheers(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[ShownCheer]:
    """The rows of a statement as cheers, the newest first."""
    found = [ShownCheer(**fields_of(row, ShownCheer)) for row in rows]
    return sorted(found, key=lambda one: (one.given_at, one.cheer_id), reverse=True)


def cheers_given(
    session: Session, person_id: int, *, limit: int, offset: int = 0
) -> list[ShownCheer]:
    """The newest cheers that a person gave. One statement."""
    asked = {"viewer_id": person_id, "at_most": limit, "skipped": offset}
    return [ShownCheer(**row._mapping) for row in fetch_rows(session, _GIVEN, asked)]


def cheers_on(
    session: Session, completion_ids: Collection[int], *, viewer_id: int
) -> dict[int, list[ShownCheer]]:
    """The cheers of these completions that the viewer may see, by completion, the oldest first.

    The receiver sees all of theirs and the giver their own; others see what the receiver shows. The
    caller has asked whether the viewer sees the completions. One statement.
    """
    asked = {"completion_ids": padded_ids(completion_ids) or NONE, "viewer_id": viewer_id}
    return cheers_by_completion(fetch_rows(session, CHEERS_ON, asked))


def cheers_by_completion(rows: Iterable[Row[*tuple[Any, ...]]]) -> dict[int, list[ShownCheer]]:
    """The cheers of these rows in their order."""
    found: dict[int, list[ShownCheer]] = {}
    for row in rows:
        one = ShownCheer(**fields_of(row, ShownCheer))
        found.setdefault(one.completion_id, []).append(one)
    return found


def _cheers() -> Select[*tuple[Any, ...]]:
    giver, receiver = aliased(Person), aliased(Person)
    return (
        select(
            Cheer.id.label("cheer_id"),
            Cheer.completion_id,
            Completion.step_id,
            Cheer.stamp,
            Cheer.words,
            Cheer.giver_id,
            giver.name.label("giver"),
            Cheer.receiver_id,
            receiver.name.label("receiver"),
            Cheer.given_at,
            Cheer.week,
            Cheer.shown_to_others,
            Cheer.thanked_at,
        )
        .join(Completion, Completion.id == Cheer.completion_id)
        .join(giver, giver.id == Cheer.giver_id)
        .join(receiver, receiver.id == Cheer.receiver_id)
        .where(Cheer.taken_back_at.is_(None), Completion.voided_at.is_(None))
    )


def _newest(of: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        of.order_by(Cheer.given_at.desc(), Cheer.id.desc())
        .limit(bindparam("at_most", type_=Integer))
        .offset(bindparam("skipped", type_=Integer))
    )


RECEIVED = _newest(
    _cheers().where(
        Cheer.receiver_id == VIEWER,
        ~is_silenced(),
        or_(bindparam("all", type_=Boolean), Cheer.thanked_at.is_(None)),
    )
)
"""Takes the parameters viewer_id, all (or those not thanked for), at_most and skipped."""
_GIVEN = _newest(_cheers().where(Cheer.giver_id == VIEWER))
CHEERS_ON = (
    _cheers()
    .where(Cheer.completion_id.in_(bindparam("completion_ids", expanding=True, type_=Integer)))
    # What its receiver is not shown, nobody but its giver sees.
    .where(
        or_(
            Cheer.giver_id == VIEWER,
            and_(or_(Cheer.receiver_id == VIEWER, Cheer.shown_to_others), ~is_silenced()),
        )
    )
    .order_by(Cheer.completion_id, Cheer.given_at, Cheer.id)
)
