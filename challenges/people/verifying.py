"""Checks people against their own history. Nothing is mended here; a difference is a sentence."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from challenges.people.models import Person, Rest


def rests_that_disagree(session: Session) -> Iterator[str]:
    """People of whom the own row and the open rest do not say the same."""
    people = session.scalars(
        select(Person.id)
        .outerjoin(Rest, (Rest.person_id == Person.id) & Rest.ended_at.is_(None))
        .where(Person.paused_at.is_distinct_from(Rest.begun_at))
        .order_by(Person.id)
    )
    for id_ in people:
        yield f"person {id_}: whether or since when they rest is not what their open rest says"


def rows_checked(session: Session) -> dict[str, int]:
    """How many rows there were to look at."""
    return {"rests": session.scalars(select(func.count()).select_from(Rest)).one()}
