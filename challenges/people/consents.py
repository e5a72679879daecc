"""What a person allows others to see, and whether they take part at present."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from challenges.people.models import ConsentGiven, Person, Rest
from challenges.storage.sql import insert_once, upsert
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


def pause(session: Session, person: Person, *, at: datetime) -> None:
    """Take a rest. What was earned stays; nothing is asked. A rest that is open goes on."""
    if insert_once(session, Rest, person_id=person.id, begun_at=at) is not None:
        _set_paused_at(session, person, at)


def resume(session: Session, person: Person, *, at: datetime) -> None:
    """Come back from a rest. Whoever takes none stays as they are."""
    ended = session.execute(
        update(Rest).where(Rest.person_id == person.id, Rest.ended_at.is_(None)).values(ended_at=at)
    )
    if ended.rowcount == 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        _set_paused_at(session, person, None)


def _set_paused_at(session: Session, person: Person, at: datetime | None) -> None:
    # By a statement, because the object may not know what a second tab has just done, and the ORM
    # writes nothing that it believes to be there.
    session.execute(update(Person).where(Person.id == person.id).values(paused_at=at))
