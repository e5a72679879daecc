"""Compares the stored awards with the fold from scratch, for whoever doubts them."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from badges.book import BadgeBook
from badges.cases import batches_of_people, cases_of
from badges.decisions import Outcome, changes, decide
from badges.subscribers import HEARD, SUBSCRIBER
from challenges.models import Delivery, DeliveryState, Fact


@dataclass(frozen=True, slots=True)
class Difference:
    """One badge of one person that the database and the fold see differently."""

    person_id: int
    badge: str
    outcome: Outcome
    """What a recompute would do about it."""

    def __str__(self) -> str:
        return f"person {self.person_id}: badge {self.badge}: {_SAID[self.outcome]}"


_SAID = {
    Outcome.ADDED: "earned, but not awarded",
    Outcome.TAKEN_BACK: "stands, but is no longer earned",
    Outcome.RENEWED: "stands, but rests on other completions or another day",
}


def differences(session: Session, *, book: BadgeBook) -> Iterator[Difference]:
    """Awards that differ from what everybody's deeds say. People whom a fact is still on its way for are left out."""
    pending = _people_pending(session)
    for people in batches_of_people(session):
        for case in cases_of(session, people, book=book):
            if case.person_id not in pending:
                for one in changes(decide(case, book)):
                    yield Difference(one.person_id, one.badge, one.outcome)


def _people_pending(session: Session) -> set[int]:
    waiting = (Delivery.subscriber == SUBSCRIBER) & (Delivery.state == DeliveryState.WAITING)
    statement = (
        select(Fact.about)
        .outerjoin(Delivery, Delivery.fact_id == Fact.id)
        .where(Fact.kind.in_(HEARD), or_(Fact.fanned_out_at.is_(None), waiting))
    )
    return {about["person_id"] for about in session.scalars(statement)}
