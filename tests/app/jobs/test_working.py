"""What becomes of a job: chunks, progress, failure, retry, cancelling."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from app.db.sessions import Database
from app.jobs.handling import LEASE, CannotFinish, Chunk, ReadsFirst, Worker, after_reading
from app.jobs.models import Job, JobState
from app.jobs.starting import cancel, retry, start
from app.jobs.working import LONGEST, MOST_ATTEMPTS, Outcome, do_chunk, take_lease, work
from challenges.people.models import Person
from tests.app.jobs.conftest import Clock, do, load


def begin(
    database: Database, at: datetime, kind: str = "count", *, key: str = "one", **more: Any
) -> int:
    with database.writing() as session:
        return start(session, kind, {"until": 3}, key, at=at, **more).id


def count(session: Any, job: Job, chunk: Chunk) -> bool:
    job.cursor = (job.cursor or 0) + 1
    job.done, job.total = job.cursor, job.arguments["until"]
    return job.cursor < job.arguments["until"]


def go_on(session: Any, job: Job, chunk: Chunk) -> bool:
    return True


def dawdle(session: Any, job: Job, chunk: Chunk) -> bool:
    return Event().wait(LONGEST + 0.01)  # which nobody sets


def test_job_is_done_chunk_by_chunk(
    database: Database, worker: Callable[..., Worker], at: datetime
) -> None:
    with database.reading() as session:
        asker = session.scalar(select(func.min(Person.id)))
    job = begin(database, at, asked_by_id=asker)
    done = do(worker(count=count))
    assert done is not None
    assert (done.job_id, done.outcome) == (job, Outcome.DONE)
    kept = load(database, job)
    assert (kept.state, kept.cursor, kept.done, kept.total, kept.finished_at) == (
        JobState.DONE,
        3,
        3,
        3,
        at,
    )
    assert (kept.asked_by_id, kept.leased_until) == (asker, None)
    assert do(worker(count=count)) is None


def test_reading_before_a_chunk_keeps_nobody_from_writing(
    database: Database, worker: Callable[..., Worker], at: datetime
) -> None:
    def read(session: Any, job: Job, at: datetime) -> int:
        assert database.write_if_free(lambda _session: None)
        return (job.cursor or 0) + 1

    def write(session: Any, job: Job, chunk: Chunk, /, *, known: int) -> bool:
        job.cursor = known
        return known < job.arguments["until"]

    job = begin(database, at)
    done = do(worker(count=ReadsFirst(read, write)))
    assert done is not None
    assert (done.outcome, load(database, job).cursor) == (Outcome.DONE, 3)


def test_files_are_read_while_anybody_may_write(
    database: Database, worker: Callable[..., Worker], at: datetime
) -> None:
    acts: list[str] = []

    def read_files() -> None:
        assert database.write_if_free(lambda _session: None)
        acts.append("read")

    def count(session: Any, job: Job, chunk: Chunk) -> bool:
        acts.append("count")
        return False

    begin(database, at)
    done = do(worker(count=after_reading(read_files, count)))
    assert done is not None
    assert (done.outcome, acts) == (Outcome.DONE, ["read", "count"])


@pytest.mark.parametrize("is_cancelled", [True, False])
def test_nothing_is_read_for_a_job_that_has_ended(
    database: Database, worker: Callable[..., Worker], at: datetime, is_cancelled: bool
) -> None:
    seen: list[int] = []
    job = begin(database, at)
    with database.writing() as session:
        if is_cancelled:
            cancel(session, job, at=at)
        else:
            session.get_one(Job, job).attempts = MOST_ATTEMPTS
    handler = ReadsFirst(
        lambda _session, job, _at: seen.append(job.id), lambda *_, known: bool(known)
    )
    done = do(worker(count=handler))
    assert done is not None
    assert done.outcome is (Outcome.CANCELLED if is_cancelled else Outcome.PARKED)
    assert seen == []


def test_what_was_read_by_a_worker_without_its_lease_is_not_written(
    database: Database, worker: Callable[..., Worker], clock: Clock, at: datetime
) -> None:
    written: list[int] = []

    def read(session: Any, job: Job, at: datetime) -> int:
        clock.at = at + LEASE
        with database.writing() as other:
            assert take_lease(other, at=clock.at, lease=LEASE) is not None
        return 1

    def write(session: Any, job: Job, chunk: Chunk, /, *, known: int) -> bool:
        written.append(known)
        return False

    job = begin(database, at)
    done = do(worker(count=ReadsFirst(read, write)))
    assert done is not None
    assert (done.outcome, written) == (Outcome.LATE, [])
    assert load(database, job).state is JobState.WAITING


def test_nothing_is_started_by_what_is_rolled_back(
    database: Database, worker: Callable[..., Worker], at: datetime
) -> None:
    with database.writing() as session:
        start(session, "count", {}, "one", at=at)
        session.rollback()
    assert do(worker(count=count)) is None


def test_second_start_with_the_key_gives_the_unfinished_job(
    database: Database, worker: Callable[..., Worker], at: datetime
) -> None:
    first = begin(database, at)
    assert begin(database, at) == first
    assert begin(database, at, key="other") != first
    while do(worker(count=count)) is not None:
        pass
    assert begin(database, at) != first


def test_of_many_who_start_at_once_one_starts(database: Database, at: datetime) -> None:
    barrier, found = Barrier(8), []

    def begin_at_once() -> None:
        barrier.wait()
        found.append(begin(database, at))

    threads = [Thread(target=begin_at_once) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_lease_is_given_once_until_it_ends(database: Database, at: datetime) -> None:
    job = begin(database, at)
    minute = timedelta(seconds=60)
    with database.writing() as session:
        first = take_lease(session, at=at, lease=minute)
    with database.writing() as session:
        assert take_lease(session, at=at + timedelta(seconds=59), lease=minute) is None
        assert take_lease(session, at=at + timedelta(seconds=59), lease=minute, job_id=job) is None
    with database.writing() as session:
        second = take_lease(session, at=at + minute, lease=minute)
    assert first is not None
    assert second is not None
    assert (first.job_id, second.job_id) == (job, job)


def test_late_worker_saves_nothing(
    database: Database, worker: Callable[..., Worker], at: datetime
) -> None:
    job = begin(database, at)
    late = worker(count=count)
    with database.writing() as session:
        held = take_lease(session, at=at, lease=late.lease)
    assert held is not None
    with database.writing() as session:
        assert take_lease(session, at=at + late.lease, lease=late.lease) is not None
    assert do_chunk(late, held, keep_lease=True) == (Outcome.LATE, None)
    assert load(database, job).cursor is None


def test_worker_that_is_overtaken_within_its_chunk_saves_nothing(
    database: Database, worker: Callable[..., Worker], at: datetime
) -> None:
    if database.is_sqlite:
        pytest.skip("Over SQLite nobody writes while a chunk is under way.")
    begin(database, at)

    def overtaken(session: Any, job: Job, chunk: Chunk) -> bool:
        with database.writing() as other:
            assert (
                take_lease(other, at=at + timedelta(minutes=2), lease=timedelta(minutes=1))
                is not None
            )
        return count(session, job, chunk)

    done = do(worker(count=overtaken))
    assert done is not None
    assert done.outcome is Outcome.LATE
    assert load(database, done.job_id).cursor is None


def test_long_job_lets_others_have_their_turn(
    database: Database, worker: Callable[..., Worker], clock: Clock, at: datetime
) -> None:
    long, short = begin(database, at, "long", key="long"), begin(database, at, key="short")
    stop = Event()
    stop.set()  # one chunk a slice
    endless = worker(long=go_on, count=count)
    turns = []
    for _ in range(4):
        clock.at += timedelta(seconds=1)
        done = work(endless, stop=stop)
        turns.append(done and done.job_id)
    assert turns == [long, short, long, short]


def test_failing_job_is_tried_again_later_and_parked_in_the_end(
    database: Database, worker: Callable[..., Worker], clock: Clock, at: datetime
) -> None:
    job = begin(database, at)

    def fail(session: Any, job: Job, chunk: Chunk) -> bool:
        job.cursor = 99
        raise LookupError("no such file")

    failing, outcomes = worker(count=fail), []
    for _ in range(MOST_ATTEMPTS):
        outcomes.append(do(failing).outcome)
        assert do(failing) is None, "not before its time"
        clock.at += timedelta(minutes=1)
    assert outcomes == [Outcome.PUT_OFF] * (MOST_ATTEMPTS - 1) + [Outcome.PARKED]
    kept = load(database, job)
    assert (kept.state, kept.cursor, kept.last_error) == (
        JobState.PARKED,
        None,
        "LookupError: no such file",
    )
    assert do(failing) is None


def test_retried_job_goes_on_from_its_cursor(
    database: Database, worker: Callable[..., Worker], clock: Clock, at: datetime
) -> None:
    job = begin(database, at)

    def fail_at_two(session: Any, job: Job, chunk: Chunk) -> bool:
        if job.cursor == 2:
            raise CannotFinish("第3行が読めません。")
        return count(session, job, chunk)

    do(worker(count=fail_at_two))
    assert (load(database, job).state, load(database, job).last_error) == (
        JobState.PARKED,
        "第3行が読めません。",
    )
    with database.writing() as session:
        assert retry(session, job, at=clock.at)
        assert not retry(session, job, at=clock.at), "it waits already"
    do(worker(count=count))
    kept = load(database, job)
    assert (kept.state, kept.cursor, kept.last_error) == (JobState.DONE, 3, None)


def test_job_of_unknown_kind_is_parked_with_a_sentence(
    database: Database, worker: Callable[..., Worker], at: datetime
) -> None:
    unknown, known = begin(database, at, "dance", key="dance"), begin(database, at)
    while do(worker(count=count)) is not None:
        pass
    assert load(database, unknown).state is JobState.PARKED
    assert load(database, unknown).last_error == "nobody knows how to do this kind of work: dance"
    assert load(database, known).state is JobState.DONE


def test_cancelled_before_it_began_or_while_parked(
    database: Database, worker: Callable[..., Worker], at: datetime
) -> None:
    waiting, parked = begin(database, at), begin(database, at, "dance", key="dance")
    with database.writing() as session:
        assert cancel(session, waiting, at=at)
    while do(worker(count=count)) is not None:
        pass
    with database.writing() as session:
        assert cancel(session, parked, at=at)
        assert not cancel(session, parked, at=at), "it has ended"
    assert [load(database, job).state for job in (waiting, parked)] == [JobState.CANCELLED] * 2
    assert load(database, waiting).done == 0


def test_wish_to_cancel_does_not_undo_the_chunk_under_way(
    database: Database, worker: Callable[..., Worker], at: datetime
) -> None:
    if database.is_sqlite:
        pytest.skip("Over SQLite nobody writes while a chunk is under way.")
    job = begin(database, at)

    def cancelled(session: Any, job: Job, chunk: Chunk) -> bool:
        if job.cursor is None:
            with database.writing() as other:
                cancel(other, job.id, at=at)
        return count(session, job, chunk)

    do(worker(count=cancelled))
    kept = load(database, job)
    assert (kept.state, kept.cursor) == (JobState.CANCELLED, 1)


def test_handler_is_told_when_its_budget_is_used_up(
    database: Database, worker: Callable[..., Worker], at: datetime
) -> None:
    begin(database, at)

    def patient(session: Any, job: Job, chunk: Chunk) -> bool:
        assert not chunk.is_over()
        while not chunk.is_over():
            job.done += 1
        return False

    assert do(worker(count=patient)).outcome is Outcome.DONE


def test_chunk_that_takes_too_long_is_logged(
    database: Database, worker: Callable[..., Worker], at: datetime, capsys: Any
) -> None:
    begin(database, at)
    do(worker(count=dawdle))
    said = capsys.readouterr().err
    assert '"chunk_took": 0.' in said
    assert '"kind": "count"' in said
