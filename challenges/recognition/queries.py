"""What others said about a person's steps.

Home and the own page ask these. Each statement is built once, because building one takes longer
than the database's answer.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, exists, literal, select, union_all
from sqlalchemy.orm import Session

from challenges.people.models import Person
from challenges.recognition.models import Endorsement
from challenges.storage.sql import fetch_rows
from challenges.submissions.models import Completion
from challenges.submissions.queries import STANDS
from challenges.vocabulary import DecidedHow


@dataclass(frozen=True, slots=True)
class Recognition:
    """Somebody noticed a step: an endorsement with its words, or a submission that was accepted
    without any."""

    words: str
    by: str | None
    """None where a submission was accepted because nobody had time."""
    at: datetime
    step_id: int


def words_received(
    session: Session, person_id: int, *, limit: int, offset: int = 0
) -> list[Recognition]:
    """The newest standing endorsements a person received for what still stands. One statement."""
    rows = fetch_rows(
        session, _WORDS_RECEIVED, {"person_id": person_id, "at_most": limit, "skipped": offset}
    )
    return [Recognition(**row._mapping) for row in rows]


def noticed(session: Session, person_id: int, *, limit: int) -> list[Recognition]:
    """The same, and submissions that somebody accepted without words. One statement."""
    rows = fetch_rows(session, _NOTICED, {"person_id": person_id, "at_most": limit})
    return [Recognition(**row._mapping) for row in rows]


_ENDORSED = (
    select(
        Endorsement.words,
        Person.name.label("by"),
        Endorsement.given_at.label("at"),
        Completion.step_id,
    )
    .join(Person, Person.id == Endorsement.endorser_id)
    .join(Completion, Completion.id == Endorsement.completion_id)
    .where(
        Endorsement.person_id == bindparam("person_id"), Endorsement.withdrawn_at.is_(None), STANDS
    )
)


_WORDS_RECEIVED = (
    _ENDORSED.order_by(Endorsement.given_at.desc(), Endorsement.id.desc())
    .limit(bindparam("at_most"))
    .offset(bindparam("skipped"))
)


def _noticed() -> Select[*tuple[Any, ...]]:
    with_words = exists().where(
        Endorsement.completion_id == Completion.id,
        Endorsement.endorser_id == Completion.decided_by_id,
        Endorsement.withdrawn_at.is_(None),
    )
    accepted = (
        select(
            literal("").label("words"),
            Person.name.label("by"),
            Completion.decided_at.label("at"),
            Completion.step_id,
        )
        .outerjoin(Person, Person.id == Completion.decided_by_id)
        .where(Completion.person_id == bindparam("person_id"), STANDS, ~with_words)
        .where(Completion.decided_how.in_((DecidedHow.MANAGER, DecidedHow.OVERDUE)))
    )
    either = union_all(_ENDORSED, accepted).subquery()
    return select(either).order_by(either.c.at.desc()).limit(bindparam("at_most"))


_NOTICED = _noticed()
