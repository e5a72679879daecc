"""Which letters went wrong, for the DX office."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.notices.letter_models import IS_TROUBLE, Letter, LetterKind, LetterState
from challenges.people.models import Person


@dataclass(frozen=True, slots=True)
class TroubledLetter:
    """A letter that was refused, or of which nobody knows whether it arrived."""

    id: int
    person: str
    employee_number: str
    kind: LetterKind
    is_unknown: bool
    at: datetime
    reason: str


def troubled_letters(session: Session, *, limit: int, offset: int) -> list[TroubledLetter]:
    """The newest before the others. One statement."""
    rows = session.execute(
        select(
            Letter.id,
            Person.name.label("person"),
            Person.employee_number,
            Letter.kind,
            (Letter.state == LetterState.UNKNOWN).label("is_unknown"),
            func.coalesce(Letter.sending_at, Letter.asked_at).label("at"),
            func.coalesce(Letter.last_error, "").label("reason"),
        )
        .join(Person, Person.id == Letter.person_id)
        .where(IS_TROUBLE)
        .order_by(Letter.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [TroubledLetter(**row._mapping) for row in rows]
