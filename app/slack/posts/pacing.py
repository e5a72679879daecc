"""Pacing that holds across workers: a gate per channel, shut while somebody is at it, and one for
the whole queue.

Two requests for one channel are at least ``RetryPolicy.pace`` apart because the gate stays shut
from before the first leaves until that long after its answer; a gate that opened by the sender's
clock alone would let a slow request and the next one arrive together.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.slack.posts.models import SlackGate
from challenges.storage.sql import upsert

EVERY_CHANNEL = "*"


def is_open(session: Session, name: str, *, at: datetime) -> bool:
    """Whether a request may leave through this gate. A gate that was never used is open."""
    opens_at = session.scalar(select(SlackGate.opens_at).where(SlackGate.name == name))
    return opens_at is None or opens_at <= at


def enter(session: Session, name: str, *, at: datetime, until: datetime) -> bool:
    """Shut the gate behind oneself; False if somebody else was quicker."""
    new = upsert(session, SlackGate).values(name=name, opens_at=at).on_conflict_do_nothing()
    session.execute(new)
    taken = (
        update(SlackGate)
        .where(SlackGate.name == name, SlackGate.opens_at <= at)
        .values(opens_at=until)
    )
    return session.execute(taken.returning(SlackGate.name)).first() is not None


def leave(session: Session, name: str, *, held_until: datetime, opens_at: datetime) -> None:
    """Set when it opens next, if it is still held as ``enter`` left it."""
    held = update(SlackGate).where(SlackGate.name == name, SlackGate.opens_at == held_until)
    session.execute(held.values(opens_at=opens_at))


def shut(session: Session, name: str, *, until: datetime) -> None:
    """Shut it at least until then, whoever is at it."""
    new = upsert(session, SlackGate).values(name=name, opens_at=until).on_conflict_do_nothing()
    session.execute(new)
    session.execute(
        update(SlackGate)
        .where(SlackGate.name == name, SlackGate.opens_at < until)
        .values(opens_at=until)
    )
