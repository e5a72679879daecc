"""Carries facts to their subscribers: every fact to each of them exactly once, however often a
relay is killed.

A fact becomes one delivery per subscriber. A relay takes deliveries for a while (a lease),
then hears each in one transaction with whatever its subscriber writes, and that transaction begins
by marking the delivery done. So a relay that dies loses nothing, and a relay that was only slow
finds its lease gone and writes nothing. Any number may run.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.db.sessions import Database
from app.subscriptions import Handler, Subscriptions
from challenges.outbox import Delivery, DeliveryState, Fact
from challenges.storage.sql import upsert

LEASE = timedelta(seconds=60)
"""After this, a relay that has not come back is taken for dead."""


MOST_ATTEMPTS = 8


FACTS_AT_ONCE = 500


DELIVERIES_AT_ONCE = 20


DIED, NOBODY = "the relay died each time it carried this", "nobody hears this any more"
"""How its own two reasons begin."""


class Permanent(Exception):
    """Trying again would not help: the delivery is parked. Its text is kept as the reason."""


@dataclass(frozen=True)
class Lease:
    """A delivery that is ours until ``until``; only who knows that time may settle it."""

    id: int
    until: datetime


def back_off(attempts: int) -> timedelta:
    """How long to wait after the n-th attempt failed: 2 s, doubled each time, at most an hour."""
    return min(timedelta(seconds=2**attempts), timedelta(hours=1))


def has_work(session: Session, *, at: datetime) -> bool:
    """Whether there is a fact nobody has heard of, or a delivery that is due. Reads only."""
    new = select(Fact.id).where(Fact.fanned_out_at.is_(None)).limit(1)
    due = (
        select(Delivery.id)
        .where(Delivery.state == DeliveryState.WAITING, Delivery.due_at <= at)
        .limit(1)
    )
    return session.scalar(new) is not None or session.scalar(due) is not None


def fan_out(session: Session, *, at: datetime, subscriptions: Subscriptions) -> int:
    """Give each subscriber of a new fact its delivery; how many facts were new."""
    new = (
        select(Fact.id, Fact.kind)
        .where(Fact.fanned_out_at.is_(None))
        .order_by(Fact.id)
        .limit(FACTS_AT_ONCE)
    )
    facts = session.execute(new.with_for_update(skip_locked=True)).all()
    rows = [
        {
            "fact_id": fact.id,
            "subscriber": name,
            "state": DeliveryState.WAITING,
            "attempts": 0,
            "due_at": at,
        }
        for fact in facts
        for name in subscriptions.get(fact.kind, {})
    ]
    if rows:
        session.execute(upsert(session, Delivery).on_conflict_do_nothing(), rows)
    if facts:
        session.execute(
            update(Fact).where(Fact.id.in_([fact.id for fact in facts])).values(fanned_out_at=at)
        )
    return len(facts)


def take_leases(session: Session, *, at: datetime, lasting: timedelta = LEASE) -> list[Lease]:
    """Take some of the deliveries that are due, oldest first. Commit before they are heard.

    The attempt is counted here, so that a fact which kills its relay is parked too, in the end. One
    that was tried before is taken alone: it may be that one, and the others taken with it would die
    with it.
    """
    is_due = (Delivery.state == DeliveryState.WAITING) & (Delivery.due_at <= at)
    oldest = (
        select(Delivery.id, Delivery.attempts).where(is_due).order_by(Delivery.due_at, Delivery.id)
    )
    found = session.execute(
        oldest.limit(DELIVERIES_AT_ONCE).with_for_update(skip_locked=True)
    ).all()
    fresh = [row.id for row in takewhile(lambda row: row.attempts == 0, found)]
    ids = fresh or [row.id for row in found[:1]]
    taken = (
        update(Delivery)
        .where(Delivery.id.in_(ids))
        .values(due_at=at + lasting, attempts=Delivery.attempts + 1)
    )
    session.execute(taken.execution_options(synchronize_session=False))
    return [Lease(id=one, until=at + lasting) for one in ids]


def dispatch(
    database: Database,
    *,
    clock: Callable[[], datetime],
    subscriptions: Subscriptions,
    lasting: timedelta = LEASE,
) -> Counter[str]:
    """Fan out what is new and deliver a handful of what is due; how many facts, and deliveries by
    their new state.

    Empty where there was nothing to do, or where other relays are at all of it.
    """
    counts: Counter[str] = Counter()
    with database.reading() as session:
        if not has_work(session, at=clock()):
            return counts
    with database.writing() as session:
        counts["FACTS"] = fan_out(session, at=clock(), subscriptions=subscriptions)
    with database.writing() as session:
        leases = take_leases(session, at=clock(), lasting=lasting)
    for one in leases:
        counts[deliver_one(database, one, at=clock(), subscriptions=subscriptions) or "LATE"] += 1
    return +counts


def deliver_one(
    database: Database, lease: Lease, *, at: datetime, subscriptions: Subscriptions
) -> DeliveryState | None:
    """Let the subscriber hear the fact; the delivery's state after that, or None if it was no
    longer ours.

    A subscriber's exception undoes all it wrote: the delivery is tried again later, or parked with
    the reason.
    """
    try:
        with database.writing() as session:
            if not _finish(session, lease, state=DeliveryState.DONE, done_at=at, last_error=None):
                return None
            delivery = session.get_one(Delivery, lease.id)
            _handler_of(delivery, subscriptions)(session, delivery.fact, at)
        return DeliveryState.DONE
    except Exception as error:  # whatever a subscriber raises is its delivery's last_error
        with database.writing() as session:
            return _put_off(session, lease, error, at=at)


def retry(delivery: Delivery, *, at: datetime) -> None:
    """Give a parked delivery all its attempts again."""
    if delivery.state is DeliveryState.PARKED:
        delivery.state, delivery.due_at, delivery.attempts = DeliveryState.WAITING, at, 0


def _handler_of(delivery: Delivery, subscriptions: Subscriptions) -> Handler:
    handler = subscriptions.get(delivery.fact.kind, {}).get(delivery.subscriber)
    if delivery.attempts > MOST_ATTEMPTS:
        raise Permanent(f"{DIED}; see its log")
    if handler is None:
        raise Permanent(f"{NOBODY}: {delivery.subscriber}, {delivery.fact.kind}")
    return handler


def _put_off(
    session: Session, lease: Lease, error: Exception, *, at: datetime
) -> DeliveryState | None:
    delivery = session.get_one(Delivery, lease.id)
    reason = str(error) if isinstance(error, Permanent) else f"{type(error).__name__}: {error}"
    is_over = isinstance(error, Permanent) or delivery.attempts >= MOST_ATTEMPTS
    state = DeliveryState.PARKED if is_over else DeliveryState.WAITING
    settled = _finish(
        session,
        lease,
        state=state,
        due_at=at + back_off(delivery.attempts),
        last_error=reason[:2000],
    )
    return state if settled else None


def _finish(session: Session, lease: Lease, **values: object) -> bool:
    """Change the delivery if it is still ours. On PostgreSQL this also holds off whoever would
    submission it."""
    ours = update(Delivery).where(
        Delivery.id == lease.id,
        Delivery.state == DeliveryState.WAITING,
        Delivery.due_at == lease.until,
    )
    changed = session.execute(
        ours.values(values).returning(Delivery.id).execution_options(synchronize_session=False)
    ).first()
    return changed is not None
