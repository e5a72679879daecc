"""Every fact reaches each subscriber once, whatever goes wrong on the way."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.db.sessions import Database
from app.relay import outbox
from app.relay.outbox import (
    LEASE,
    MOST_ATTEMPTS,
    Permanent,
    back_off,
    deliver_one,
    fan_out,
    take_leases,
)
from app.subscriptions import Subscriptions
from challenges.catalogue.models import Project
from challenges.outbox import Delivery, DeliveryState, Fact


def hear(session: Session, fact: Fact, at: datetime) -> None:
    """A subscriber that leaves a trace which counts: hearing a fact twice would show."""
    session.add(
        Project(
            slug=f"heard-{session.scalar(select(func.count()).select_from(Project))}",
            position=fact.id,
            wording={},
        )
    )


def stumble(session: Session, fact: Fact, at: datetime) -> None:
    hear(session, fact, at)
    session.flush()
    raise RuntimeError("out of luck")


def refuse(session: Session, fact: Fact, at: datetime) -> None:
    raise Permanent("この通知は届けられません。")


def heard(database: Database) -> list[int]:
    with database.reading() as session:
        return sorted(session.scalars(select(Project.position).where(Project.slug.like("heard-%"))))


@pytest.fixture
def happens(database: Database, at: datetime) -> Callable[..., list[int]]:
    """``happens(3)``: three facts, committed; their ids."""

    def write(count: int = 1, kind: str = "tested") -> list[int]:
        with database.writing() as session:
            facts = [Fact(kind=kind, about={}, occurred_at=at) for _ in range(count)]
            session.add_all(facts)
            session.flush()
            return [fact.id for fact in facts]

    return write


def dispatch(
    database: Database, subscriptions: Subscriptions, *, at: datetime
) -> list[DeliveryState | None]:
    with database.writing() as session:
        fan_out(session, at=at, subscriptions=subscriptions)
    with database.writing() as session:
        leases = take_leases(session, at=at)
    return [deliver_one(database, one, at=at, subscriptions=subscriptions) for one in leases]


def only(database: Database) -> Delivery:
    with database.reading() as session:
        return session.scalars(select(Delivery)).one()


def test_each_subscriber_of_a_fact_hears_it_once(
    database: Database, happens: Callable[..., list[int]], at: datetime
) -> None:
    facts = happens(2)
    two = {"tested": {"one": hear, "other": hear}}
    assert dispatch(database, two, at=at) == [DeliveryState.DONE] * 4
    assert dispatch(database, two, at=at + timedelta(days=1)) == []
    assert heard(database) == sorted(facts * 2)


def test_a_fact_without_subscribers_is_done_at_once(
    database: Database, happens: Callable[..., list[int]], at: datetime
) -> None:
    happens(kind="unheard")
    assert dispatch(database, {}, at=at) == []
    with database.reading() as session:
        assert not outbox.has_work(session, at=at)


def test_a_failing_subscriber_is_rolled_back_and_retried(
    database: Database, happens: Callable[..., list[int]], at: datetime
) -> None:
    (fact,) = happens()
    assert dispatch(database, {"tested": {"one": stumble}}, at=at) == [DeliveryState.WAITING]
    assert heard(database) == []
    assert only(database).last_error == "RuntimeError: out of luck"
    assert only(database).due_at == at + back_off(1)
    assert (
        dispatch(
            database, {"tested": {"one": hear}}, at=at + back_off(1) - timedelta(microseconds=1)
        )
        == []
    )
    assert dispatch(database, {"tested": {"one": hear}}, at=at + back_off(1)) == [
        DeliveryState.DONE
    ]
    assert heard(database) == [fact]
    assert only(database).last_error is None


def test_a_permanent_error_is_parked_at_once_with_its_reason(
    database: Database, happens: Callable[..., list[int]], at: datetime
) -> None:
    happens()
    assert dispatch(database, {"tested": {"one": refuse}}, at=at) == [DeliveryState.PARKED]
    assert only(database).last_error == "この通知は届けられません。"


def test_a_delivery_is_parked_exactly_when_its_attempts_run_out(
    database: Database, happens: Callable[..., list[int]], at: datetime
) -> None:
    happens()
    subscriptions = {"tested": {"one": stumble}}
    states = [
        dispatch(database, subscriptions, at=at + timedelta(days=n))
        for n in range(MOST_ATTEMPTS + 1)
    ]
    assert states[MOST_ATTEMPTS - 2 :] == [[DeliveryState.WAITING], [DeliveryState.PARKED], []]


def test_a_fact_that_kills_every_relay_is_parked_in_the_end(
    database: Database, happens: Callable[..., list[int]], at: datetime
) -> None:
    happens()
    subscriptions = {"tested": {"one": hear}}
    with database.writing() as session:
        fan_out(session, at=at, subscriptions=subscriptions)
    for n in range(MOST_ATTEMPTS):
        with database.writing() as session:
            assert len(take_leases(session, at=at + n * LEASE)) == 1
    assert dispatch(database, subscriptions, at=at + MOST_ATTEMPTS * LEASE) == [
        DeliveryState.PARKED
    ]
    assert heard(database) == []


def test_a_fact_that_kills_its_relay_takes_no_other_with_it(
    database: Database, happens: Callable[..., list[int]], at: datetime
) -> None:
    happens(5)
    with database.writing() as session:
        fan_out(session, at=at, subscriptions={"tested": {"one": hear}})
    taken = []
    for n in range(3):
        with database.writing() as session:
            taken.append(len(take_leases(session, at=at + n * LEASE)))
    assert taken == [5, 1, 1], "together at first, and alone after a relay has died with them"


def test_a_parked_delivery_starts_afresh_when_the_office_retries(
    database: Database, happens: Callable[..., list[int]], at: datetime
) -> None:
    (fact,) = happens()
    dispatch(database, {"tested": {"one": refuse}}, at=at)
    with database.writing() as session:
        outbox.retry(session.scalars(select(Delivery)).one(), at=at)
    assert only(database).attempts == 0
    assert dispatch(database, {"tested": {"one": hear}}, at=at) == [DeliveryState.DONE]
    assert heard(database) == [fact]


def test_a_delivery_for_a_subscriber_that_is_gone_is_parked(
    database: Database, happens: Callable[..., list[int]], at: datetime
) -> None:
    happens()
    with database.writing() as session:
        fan_out(session, at=at, subscriptions={"tested": {"gone": hear}})
    assert dispatch(database, {}, at=at) == [DeliveryState.PARKED]
    assert "gone" in (only(database).last_error or "")


def test_a_leased_delivery_is_not_taken_until_the_lease_ends(
    database: Database, happens: Callable[..., list[int]], at: datetime
) -> None:
    happens()
    with database.writing() as session:
        fan_out(session, at=at, subscriptions={"tested": {"one": hear}})
    found = []
    for later in (timedelta(0), LEASE - timedelta(microseconds=1), LEASE):
        with database.writing() as session:
            found.append(len(take_leases(session, at=at + later)))
    assert found == [1, 0, 1]


def test_a_relay_past_its_lease_writes_nothing(
    database: Database, happens: Callable[..., list[int]], at: datetime
) -> None:
    (fact,) = happens()
    subscriptions = {"tested": {"one": hear}}
    with database.writing() as session:
        fan_out(session, at=at, subscriptions=subscriptions)
    with database.writing() as session:
        (slow,) = take_leases(session, at=at)
    with database.writing() as session:
        (quick,) = take_leases(session, at=at + LEASE)
    assert deliver_one(database, slow, at=at + LEASE, subscriptions=subscriptions) is None
    assert (
        deliver_one(database, quick, at=at + LEASE, subscriptions=subscriptions)
        is DeliveryState.DONE
    )
    assert deliver_one(database, slow, at=at + LEASE, subscriptions=subscriptions) is None
    assert heard(database) == [fact]


def test_a_failure_after_a_lost_lease_does_not_disturb_the_next_relay(
    database: Database, happens: Callable[..., list[int]], at: datetime
) -> None:
    happens()
    with database.writing() as session:
        fan_out(session, at=at, subscriptions={"tested": {"one": hear}})
    with database.writing() as session:
        (slow,) = take_leases(session, at=at)
    with database.writing() as session:
        take_leases(session, at=at + LEASE)
    assert (
        deliver_one(database, slow, at=at + LEASE, subscriptions={"tested": {"one": stumble}})
        is None
    )
    assert only(database).due_at == at + 2 * LEASE


def test_many_relays_at_once_deliver_everything_exactly_once(
    database: Database, happens: Callable[..., list[int]], at: datetime
) -> None:
    facts = happens(60)
    subscriptions = {"tested": {"one": mark, "other": mark}}
    start = threading.Barrier(6)
    trouble: list[BaseException] = []

    def work() -> None:
        start.wait()
        try:
            while dispatch(database, subscriptions, at=at):
                pass
        except BaseException as error:  # a thread's error must fail the test
            trouble.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == 120
        assert set(session.scalars(select(Delivery.state))) == {DeliveryState.DONE}
        marks = session.scalars(select(Fact.about).where(Fact.id.in_(facts)))
        assert [about["heard"] for about in marks] == [2] * 60


def mark(session: Session, fact: Fact, at: datetime) -> None:
    """Counts in the fact itself; two that count at the same time wait for each other."""
    locked = session.execute(
        select(Fact.about).where(Fact.id == fact.id).with_for_update()
    ).scalar_one()
    count = {"heard": locked.get("heard", 0) + 1}
    session.execute(update(Fact).where(Fact.id == fact.id).values(about=count))
