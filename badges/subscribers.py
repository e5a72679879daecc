"""What badges do when they hear of a fact: whatever it was, bring that person up to date.

Nothing is added or subtracted, so a fact that comes late, twice or out of order ends in the same
awards.
"""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from badges.awards.awarding import bring_up_to_date
from badges.catalogue.reading import current_catalogue
from challenges.outbox import Delivery, DeliveryState, Fact
from challenges.recognition.events import CompletionEndorsed, EndorsementWithdrawn
from challenges.submissions.events import StepClimbed, StepRestored, StepUndone

SUBSCRIBER = "badges"
"""Name of these handlers' deliveries; app/subscriptions uses it too."""
HEARD = tuple(
    event.kind
    for event in (StepClimbed, StepUndone, StepRestored, CompletionEndorsed, EndorsementWithdrawn)
)


def on_step_climbed(session: Session, fact: Fact, at: datetime) -> None:
    """Badges may have been earned by it."""
    _follow(session, fact, at)


def on_step_undone(session: Session, fact: Fact, at: datetime) -> None:
    """Badges may no longer have what they rest on."""
    _follow(session, fact, at)


def on_step_restored(session: Session, fact: Fact, at: datetime) -> None:
    """Badges may have again what they rested on."""
    _follow(session, fact, at)


def on_completion_endorsed(session: Session, fact: Fact, at: datetime) -> None:
    """Some badges count endorsements."""
    _follow(session, fact, at)


def on_endorsement_withdrawn(session: Session, fact: Fact, at: datetime) -> None:
    """Some badges counted it."""
    _follow(session, fact, at)


def _follow(session: Session, fact: Fact, at: datetime) -> None:
    bring_up_to_date(
        session, person_id=fact.about["person_id"], catalogue=current_catalogue(session), at=at
    )


def people_pending(session: Session) -> set[int]:
    """People whom a fact is still on its way for: their awards need not be up to date yet. One
    statement."""
    waiting = (Delivery.subscriber == SUBSCRIBER) & (Delivery.state == DeliveryState.WAITING)
    statement = (
        select(Fact.about)
        .outerjoin(Delivery, Delivery.fact_id == Fact.id)
        .where(Fact.kind.in_(HEARD), or_(Fact.fanned_out_at.is_(None), waiting))
    )
    return {about["person_id"] for about in session.scalars(statement)}
