"""Finds completions for the DX office by employee number or name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Subquery, exists, select
from sqlalchemy.orm import Session, joinedload

from challenges.people.directory import people_called, unit_path_on
from challenges.people.models import Person
from challenges.people.names import name_key
from challenges.submissions.models import Completion
from challenges.submissions.voiding import undone_by
from challenges.vocabulary import VoidedHow


@dataclass(frozen=True, slots=True)
class Found:
    """A completion, standing or not, with enough of its person to tell namesakes apart."""

    completion: Completion
    name: str
    employee_number: str
    unit: str | None
    """Path of the person's unit on the day of the search."""

    @property
    def undone_by(self) -> VoidedHow | None:
        """Who took it back, or None while it stands."""
        return undone_by(self.completion)


def completions_of(
    session: Session, words: str, *, on: date, limit: int, offset: int
) -> Sequence[Found]:
    """Completions, standing or undone, of people with that employee number or part of a name,
    newest first. One statement; none if ``words`` is blank.
    """
    if not name_key(words):
        return []
    shown = _shown(words, limit=limit, offset=offset)
    rows = session.execute(
        select(Completion, Person.name, Person.employee_number, unit_path_on(on).label("unit"))
        .join(shown, shown.c.id == Completion.id)
        .join(Person, Person.id == Completion.person_id)
        .options(joinedload(Completion.open_void))
        .order_by(Completion.recorded_at.desc(), Completion.id.desc())
    )
    return [
        Found(
            completion=row.Completion,
            name=row.name,
            employee_number=row.employee_number,
            unit=row.unit,
        )
        for row in rows
    ]


def completion_in_full(session: Session, completion_id: int) -> Completion | None:
    """The completion with its person, submission, unit, decider and void, or None. One
    statement."""
    around = (
        Completion.person,
        Completion.submission,
        Completion.unit,
        Completion.decided_by,
        Completion.voided_by,
        Completion.open_void,
    )
    return session.get(Completion, completion_id, options=[joinedload(one) for one in around])


def is_climbed_again(session: Session, completion: Completion) -> bool:
    """Whether another completion of the same person and step stands. One statement."""
    same = (Completion.person_id == completion.person_id) & (
        Completion.step_id == completion.step_id
    )
    return bool(session.scalar(select(exists().where(same, Completion.voided_at.is_(None)))))


def _shown(words: str, *, limit: int, offset: int) -> Subquery:
    """Ids of one page of completions."""
    # Chosen by person alone, so that everything else is looked up for one page only. People are
    # found in a subquery, so that a database compares the words once a person, not once a
    # completion.
    return (
        select(Completion.id)
        .where(Completion.person_id.in_(people_called(words)))
        .order_by(Completion.recorded_at.desc(), Completion.id.desc())
        .limit(limit)
        .offset(offset)
        .subquery("shown")
    )
