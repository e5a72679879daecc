"""Reads whom people cheered, as deeds: one statement for one person or many."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session

from badges.rules.deeds import CheerDeed
from challenges.recognition.models import Cheer


def cheers_of_many(session: Session, people: Iterable[int]) -> dict[int, list[CheerDeed]]:
    """What each of these people gave: the first cheer to each receiver, and the first from another
    unit; an empty list for those who gave none."""
    deeds: dict[int, list[CheerDeed]] = {person_id: [] for person_id in people}
    if deeds:
        # A range, as in ``deeds_of_many``.
        for row in session.execute(_firsts(Cheer.giver_id.between(min(deeds), max(deeds)))):
            if row.giver_id in deeds:
                deeds[row.giver_id].append(cheer_deed_of(row))
    return deeds


def _firsts(of: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    # Rules count receivers once, so only the first cheer to each can matter: a busy giver has
    # thousands. It is the first within each value of what rules ask beside it.
    place = func.row_number().over(
        partition_by=(Cheer.giver_id, Cheer.receiver_id, Cheer.other_unit),
        order_by=(Cheer.given_at, Cheer.id),
    )
    cheers = (
        select(
            Cheer.giver_id,
            Cheer.completion_id,
            Cheer.receiver_id.label("receiver"),
            Cheer.other_unit,
            Cheer.given_at.label("happened_at"),
            place.label("place"),
        )
        .where(Cheer.taken_back_at.is_(None), of)
        .subquery()
    )
    of_all = (cheers.c.giver_id, cheers.c.completion_id, cheers.c.receiver, cheers.c.other_unit)
    return select(*of_all, cheers.c.happened_at).where(cheers.c.place == 1)


CHEERS_OF_ONE = _firsts(Cheer.giver_id == bindparam("person_id"))


def cheer_deed_of(row: Any) -> CheerDeed:
    """One row of the statement."""
    return CheerDeed(
        completion_id=row.completion_id,
        receiver=row.receiver,
        other_unit=row.other_unit,
        happened_at=row.happened_at,
    )
