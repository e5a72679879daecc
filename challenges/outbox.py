"""Writes facts down in the transaction that makes them true. Who hears them is decided in app/subscriptions."""

from sqlalchemy.orm import Session

from .events import Event
from .models import Fact


def record(session: Session, event: Event) -> Fact:
    """Add the event to the outbox; it is saved, or not, together with the change it tells of."""
    fact = Fact(kind=event.kind, about=event.about(), occurred_at=event.occurred_at)
    session.add(fact)
    return fact
