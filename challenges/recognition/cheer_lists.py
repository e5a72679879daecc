"""The cheers that pages show: those that reached a person, those a person gave, those of some
completions.

A cheer is shown while neither it nor its completion was taken back, so it comes back with a
completion that is restored. Each statement is built once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Integer, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from challenges.people.models import Person
from challenges.people.visibility import VIEWER
from challenges.recognition.models import Cheer
from challenges.recognition.seeing import NONE
from challenges.recognition.silencing import is_silenced
from challenges.recognition.stamps import Stamp
from challenges.storage.sql import fetch_rows, padded_ids
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
    session: Session, person_id: int, *, limit: int, offset: int = 0, only_unthanked: bool = False
) -> list[ShownCheer]:
    """The newest cheers that reached a person, all or those not thanked for yet. One statement."""
    asked = {
        "viewer_id": person_id,
        "all": not only_unthanked,
        "at_most": limit,
        "skipped": offset,
    }
    return [ShownCheer(**row._mapping) for row in fetch_rows(session, _RECEIVED, asked)]


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
    found: dict[int, list[ShownCheer]] = {}
    asked = {"completion_ids": padded_ids(completion_ids) or NONE, "viewer_id": viewer_id}
    for row in fetch_rows(session, _ON, asked):
        found.setdefault(row.completion_id, []).append(ShownCheer(**row._mapping))
    return found


IS_UNTHANKED = and_(Cheer.taken_back_at.is_(None), Cheer.thanked_at.is_(None))
"""SQL: whether a cheer is one that its receiver may still thank for."""


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


_RECEIVED = _newest(
    _cheers().where(
        Cheer.receiver_id == VIEWER,
        ~is_silenced(),
        or_(bindparam("all", type_=Boolean), Cheer.thanked_at.is_(None)),
    )
)
_GIVEN = _newest(_cheers().where(Cheer.giver_id == VIEWER))
_ON = (
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
