"""A manager with two hundred people and their past steps, for `/team`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.catalogue.models import Step
from challenges.people.models import ConsentGiven, Membership, Person, Unit
from challenges.submissions.models import Completion, Submission
from challenges.vocabulary import Consent, DecidedHow, MembershipKind, SubmissionState

PEOPLE = 200
STEPS_EACH = 25
WAITING = 20
"""People of whom a further submission waits for the manager."""
NUMBER = "large-team"
"""The manager's employee number."""
YEARS = timedelta(days=730)
APART = YEARS / (PEOPLE * (STEPS_EACH + 1))


def add_large_team(session: Session, *, at: datetime) -> None:
    """Add a unit with its manager and 200 people, who show their 5,000 steps of two years."""
    unit = Unit(name="大きな課", path="大きな課", position=9_999)
    session.add(unit)
    people = [
        Person(employee_number=f"{NUMBER}-{number}", name=f"大課 職員{number}", kana="オオカ")
        for number in range(PEOPLE)
    ]
    manager = Person(employee_number=NUMBER, name="大課 課長", kana="オオカ")
    session.add_all([*people, manager])
    session.flush()
    joined = day_of(at - YEARS)
    for person in (*people, manager):
        kind = MembershipKind.MANAGER if person is manager else MembershipKind.STAFF
        session.add(Membership(person_id=person.id, unit_id=unit.id, kind=kind, valid_from=joined))
    session.flush()
    consents = [
        {"person_id": one.id, "consent": Consent.STEPS, "given_at": at - YEARS} for one in people
    ]
    session.execute(insert(ConsentGiven), consents)
    _add_steps(session, [one.id for one in people], unit.id, at=at)


def _add_steps(session: Session, people: list[int], unit_id: int, *, at: datetime) -> None:
    """Spread over two years, a step of everybody at about the same time, the newest today."""
    wanted = select(Step.id).order_by(Step.id).limit(STEPS_EACH + 1)
    [newest, *older] = session.scalars(wanted)
    made = Made(unit_id, at)
    session.execute(insert(Submission), made.submissions(newest, people[:WAITING], waits=True))
    for step in older:
        rows = made.submissions(step, people, waits=False)
        new = insert(Submission).returning(Submission.id, sort_by_parameter_order=True)
        ids = session.scalars(new, rows).all()
        session.execute(
            insert(Completion),
            [made.completion(id_, row) for id_, row in zip(ids, rows, strict=True)],
        )


@dataclass
class Made:
    """Rows of submissions and completions, each a little older than the one before."""

    unit_id: int
    at: datetime

    def submissions(self, step: int, people: list[int], *, waits: bool) -> list[dict[str, Any]]:
        """Those of these people for one step."""
        return [self._submission(step, one, waits=waits) for one in people]

    def _submission(self, step: int, person: int, *, waits: bool) -> dict[str, Any]:
        self.at -= APART
        return {
            "person_id": person,
            "step_id": step,
            "unit_id": self.unit_id,
            "reviewing_unit_id": self.unit_id if waits else None,
            "challenge_version": 1,
            "state": SubmissionState.WAITING if waits else SubmissionState.ACCEPTED,
            "is_already_doing": False,
            "reflection": "やってみました。",
            "created_at": self.at,
            "submitted_at": self.at,
            "waiting_since": self.at if waits else None,
            "decided_at": None if waits else self.at,
        }

    def completion(self, submission_id: int, row: dict[str, Any]) -> dict[str, Any]:
        """That of an accepted submission."""
        taken = ("person_id", "step_id", "unit_id", "challenge_version", "decided_at")
        return {
            **{name: row[name] for name in taken},
            "submission_id": submission_id,
            "happened_at": row["submitted_at"],
            "decided_how": DecidedHow.SELF,
            "recorded_at": row["submitted_at"],
        }
