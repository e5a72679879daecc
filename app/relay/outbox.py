"""Carries each fact to each of its subscribers exactly once, however often a relay is killed.

A fact becomes one delivery for each subscriber. A relay takes a lease on a few deliveries and
handles each in a transaction of its own, which marks the delivery done and holds whatever the
subscriber writes. A relay that dies loses nothing. A relay that was only slow finds its lease gone
and writes nothing. Any number of relays may run.
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
"""After this a relay that has not finished a delivery counts as dead."""
MOST_ATTEMPTS = 8
FACTS_AT_ONCE = 500
DELIVERIES_AT_ONCE = 20

DIED, NOBODY = "the relay died each time it carried this", "nobody hears this any more"
"""How the two reasons begin that are not a subscriber's. The office page translates them."""


class Permanent(Exception):
    """Trying again would not help. The delivery is parked, with this text as the reason."""


@dataclass(frozen=True)
class Lease:
    """A delivery that this relay has until ``until``.

    The time is stored as the delivery's ``due_at``, so it also tells whose lease it is: a relay
    that took the delivery later has set another time.
    """

    id: int
    until: datetime


def back_off(attempts: int) -> timedelta:
    """The wait after so many failed attempts: 2 s, doubled each time, an hour at most."""
    return min(timedelta(seconds=2**attempts), timedelta(hours=1))


def has_work(session: Session, *, at: datetime) -> bool:
    """Whether a fact waits to be fanned out, or a delivery is due. Reads only."""
    new = select(Fact.id).where(Fact.fanned_out_at.is_(None)).limit(1)
    due = (
        select(Delivery.id)
        .where(Delivery.state == DeliveryState.WAITING, Delivery.due_at <= at)
        .limit(1)
    )
    return session.scalar(new) is not None or session.scalar(due) is not None


def fan_out(session: Session, *, at: datetime, subscriptions: Subscriptions) -> int:
    """Create a delivery for each subscriber of each new fact. Returns the number of new facts."""
    new = (
        select(Fact.id, Fact.kind)
        .where(Fact.fanned_out_at.is_(None))
        .order_by(Fact.id)
        .limit(FACTS_AT_ONCE)
    )
    # Another relay may be at the same facts: skip them instead of waiting for it.
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
    """Take a few of the due deliveries, oldest first. Commit before handling them.

    The attempt is counted here, so that a delivery which kills its relay is parked in the end. A
    delivery that was tried before is taken alone: if it kills the relay again, no others lose an
    attempt with it.
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
    """Fan out new facts and handle a few due deliveries.

    Returns the number of FACTS, and of deliveries by their new state or as LATE. Empty if there was
    nothing to do, or other relays are doing all of it.
    """
    counts: Counter[str] = Counter()
    # Look first in a read session: an idle relay should not take the write lock again and again.
    with database.reading() as session:
        if not has_work(session, at=clock()):
            return counts
    with database.writing() as session:
        counts["FACTS"] = fan_out(session, at=clock(), subscriptions=subscriptions)
    with database.writing() as session:
        leases = take_leases(session, at=clock(), lasting=lasting)
    for lease in leases:
        state = deliver_one(database, lease, at=clock(), subscriptions=subscriptions)
        counts[state or "LATE"] += 1
    return +counts


def deliver_one(
    database: Database, lease: Lease, *, at: datetime, subscriptions: Subscriptions
) -> DeliveryState | None:
    """Let the subscriber handle the fact.

    Returns the new state of the delivery, or None if the lease was lost. An exception of the
    subscriber rolls back all it wrote. The delivery is then tried again later, or parked with the
    reason.
    """
    try:
        with database.writing() as session:
            # Marked done first: this fails if the lease is lost, and on PostgreSQL it locks the
            # row until the commit, so that no other relay takes the delivery meanwhile.
            if not _finish(session, lease, state=DeliveryState.DONE, done_at=at, last_error=None):
                return None
            delivery = session.get_one(Delivery, lease.id)
            _handler_of(delivery, subscriptions)(session, delivery.fact, at)
        return DeliveryState.DONE
    # Whatever a subscriber raises is kept as the delivery's last error.
    except Exception as error:
        with database.writing() as session:
            return _put_off(session, lease, error, at=at)


def retry(delivery: Delivery, *, at: datetime) -> None:
    """Give a parked delivery all its attempts again."""
    if delivery.state is DeliveryState.PARKED:
        delivery.state = DeliveryState.WAITING
        delivery.due_at = at
        delivery.attempts = 0


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
    is_ours = _finish(
        session,
        lease,
        state=state,
        due_at=at + back_off(delivery.attempts),
        last_error=reason[:2000],
    )
    return state if is_ours else None


def _finish(session: Session, lease: Lease, **values: object) -> bool:
    """Change the delivery if the lease still holds. False if another relay has taken it since."""
    ours = update(Delivery).where(
        Delivery.id == lease.id,
        Delivery.state == DeliveryState.WAITING,
        Delivery.due_at == lease.until,
    )
    changed = session.execute(
        ours.values(values).returning(Delivery.id).execution_options(synchronize_session=False)
    ).first()
    return changed is not None
