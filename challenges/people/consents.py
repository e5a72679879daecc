"""What a person allows others to see, and whether they take part at present."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from challenges.people.models import ConsentGiven, Person
from challenges.storage.sql import upsert
from challenges.vocabulary import Consent


def set_consent(
    session: Session, person: Person, consent: Consent, *, given: bool, at: datetime
) -> None:
    """Give or withdraw a consent. Saying the same again changes nothing, not even its date."""
    if given:
        row = upsert(session, ConsentGiven).values(
            person_id=person.id, consent=consent, given_at=at
        )
        session.execute(row.on_conflict_do_nothing())
        return
    held = (
        ConsentGiven.person_id == person.id,
        ConsentGiven.consent == consent,
        ConsentGiven.withdrawn_at.is_(None),
    )
    session.execute(update(ConsentGiven).where(*held).values(withdrawn_at=at))


def pause(person: Person, *, at: datetime) -> None:
    """Take a rest. What was earned stays; nothing is asked."""
    person.paused_at = person.paused_at or at


def resume(person: Person) -> None:
    """Come back from a rest."""
    person.paused_at = None


def consents_of(session: Session, person_id: int) -> frozenset[Consent]:
    """What the person allows now."""
    given = select(ConsentGiven.consent).where(
        ConsentGiven.person_id == person_id, ConsentGiven.withdrawn_at.is_(None)
    )
    return frozenset(session.scalars(given))
