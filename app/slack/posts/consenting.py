"""Whether a post may speak of a person."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from challenges.people.models import ConsentGiven, Person
from challenges.vocabulary import Consent


def allows(session: Session, person_id: int, *, since: datetime) -> bool:
    """Whether the person has allowed posts from ``since`` until now, without a break."""
    given = select(ConsentGiven.given_at).where(
        ConsentGiven.person_id == person_id,
        ConsentGiven.consent == Consent.SLACK,
        ConsentGiven.withdrawn_at.is_(None),
    )
    given_at = session.scalar(given)
    return given_at is not None and given_at <= since


def is_active(session: Session, person_id: int) -> bool:
    active = exists().where(Person.id == person_id, Person.deactivated_at.is_(None))
    return bool(session.scalar(select(active)))


def name_of_who_allows(session: Session, person_id: int, *, since: datetime) -> str | None:
    """The name under which a post may speak of the person; None if it may not."""
    if not (is_active(session, person_id) and allows(session, person_id, since=since)):
        return None
    return session.scalar(select(Person.name).where(Person.id == person_id))
