"""What campaigns do when they hear of a fact: bring what counts of its person up to date.

It is counted from the person's history, whatever the fact says. So facts that come late, twice or
out of order end in the same counts.
"""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from challenges.campaigns.counting import recount_person
from challenges.outbox import Delivery, DeliveryState, Fact
from challenges.submissions.events import StepClimbed, StepRestored, StepUndone

SUBSCRIBER = "campaigns"
"""The name of these handlers in ``app/subscriptions.py``. It is stored with every delivery."""

HEARD = tuple(event.kind for event in (StepClimbed, StepUndone, StepRestored))
"""Kinds of the facts that may change what counts of somebody."""


def on_step_climbed(session: Session, fact: Fact, at: datetime) -> None:
    """The step may count in campaigns."""
    recount_person(session, fact.about["person_id"], at=at)


def on_step_undone(session: Session, fact: Fact, at: datetime) -> None:
    """The step counts no longer."""
    recount_person(session, fact.about["person_id"], at=at)


def on_step_restored(session: Session, fact: Fact, at: datetime) -> None:
    """The step may count again."""
    recount_person(session, fact.about["person_id"], at=at)


def campaigns_pending(session: Session) -> set[int]:
    """Ids of the people whose counts need not be up to date: a fact about them is on its way.

    One statement.
    """
    waiting = (Delivery.subscriber == SUBSCRIBER) & (Delivery.state == DeliveryState.WAITING)
    statement = (
        select(Fact.about)
        .outerjoin(Delivery, Delivery.fact_id == Fact.id)
        .where(Fact.kind.in_(HEARD), or_(Fact.fanned_out_at.is_(None), waiting))
    )
    return {about["person_id"] for about in session.scalars(statement)}
