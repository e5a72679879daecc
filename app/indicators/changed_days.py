"""Marks the days of people that have to be folded again. A subscriber, so that no change is missed:
each fact is delivered, whenever its transaction was committed."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.indicators import counting
from app.indicators.activity import ChangedDay, MonthCount
from app.indicators.periods import month_after
from challenges.calendar import day_of
from challenges.outbox import Delivery, DeliveryState, Fact
from challenges.recognition.events import (
    Cheered,
    CheerTakenBack,
    CompletionEndorsed,
    EndorsementWithdrawn,
)
from challenges.storage.sql import upsert
from challenges.submissions.events import StepClimbed, StepRestored, StepUndone
from challenges.submissions.models import Completion

SUBSCRIBER = "indicators"
"""The name of this handler in ``app/subscriptions.py``. It is stored with every delivery."""

HEARD = tuple(
    event.kind
    for event in (
        StepClimbed,
        StepUndone,
        StepRestored,
        CompletionEndorsed,
        EndorsementWithdrawn,
        Cheered,
        CheerTakenBack,
    )
)
"""Kinds of the facts that change what a person did on a day."""
MONTHS_OF_A_YEAR = 12


def on_completion_changed(session: Session, fact: Fact, at: datetime) -> None:  # noqa: ARG001  # as subscribers are called
    """The day on which the completion happened has to be folded again."""
    completion = session.get_one(Completion, fact.about["completion_id"])
    mark(session, completion.person_id, day_of(completion.happened_at))


def on_appointments_changed(session: Session, fact: Fact, at: datetime) -> None:
    """People were in other units on days gone by, or counted on others: the months from the first
    such day on are counted again. Facts of before it was told mean a year."""
    told = fact.about.get("since")
    first = date.fromisoformat(told) if told else month_after(day_of(at), -MONTHS_OF_A_YEAR)
    counting.mark_stale(session, MonthCount.month >= first.replace(day=1))


def mark(session: Session, person_id: int, day: date) -> None:
    """Fold that day again at the next fold."""
    row = upsert(session, ChangedDay).values(person_id=person_id, day=day)
    session.execute(row.on_conflict_do_nothing())


def people_pending(session: Session) -> set[int]:
    """Ids of the people whose fold need not be up to date: a day of theirs is marked, or a fact
    about them is on its way. Two statements."""
    waiting = (Delivery.subscriber == SUBSCRIBER) & (Delivery.state == DeliveryState.WAITING)
    facts = (
        select(Fact.about)
        .outerjoin(Delivery, (Delivery.fact_id == Fact.id) & (Delivery.subscriber == SUBSCRIBER))
        .where(Fact.kind.in_(HEARD), or_(Fact.fanned_out_at.is_(None), waiting))
    )
    marked = set(session.scalars(select(ChangedDay.person_id).distinct()))
    return marked | {_whose(about) for about in session.scalars(facts)}


def _whose(about: Mapping[str, int]) -> int:
    """Whose completion a fact is about."""
    return about["receiver_id"] if "receiver_id" in about else about["person_id"]
