"""What a relay does: carry facts, post to Slack, follow the schedule, work on jobs.

Each duty runs in a thread of its own, so that nobody's badge waits while Slack does not answer. If
a duty fails (because the database is away, say), the log says so and the duty is tried again, a
little later each time.
"""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.config import Config
from app.db.sessions import Database
from app.jobs.driving import driver_for
from app.jobs.handling import Worker
from app.jobs.kinds import ACCEPT_OVERDUE, HANDLERS
from app.jobs.models import Job, JobState
from app.jobs.scheduling import PeriodicJobs
from app.jobs.working import Outcome, work
from app.log import log
from app.notices.letter_sending import Sender, ServerAway, send_all, send_some, sender
from app.relay.outbox import dispatch
from app.schedule import SCHEDULE
from app.slack.posts.sending import post_all, post_next, poster
from app.subscriptions import SUBSCRIPTIONS

if TYPE_CHECKING:
    import psycopg


IDLE = 0.3
"""Seconds between two looks for something to do, so short that a badge is there before the person
has read the page."""
FIRST_REST, LONGEST_REST = 1.0, 30.0
"""Seconds until a failed duty is tried again, doubled each time."""
LONGEST_WAIT = 1.0
"""Seconds until the next look if PostgreSQL reports no fact: a delivery may be due."""
LAST_MOMENTS = 15.0
"""Seconds for what is under way when the relay stops. Work that takes longer is cut off, which is
as safe as `kill -9`."""

Clock = Callable[[], datetime]
Duty = Callable[[], bool | None]
"""Does a little, and returns whether there was something to do."""


def duties(
    database: Database, config: Config, *, clock: Clock, stop: threading.Event
) -> dict[str, Duty]:
    """The duties of a relay by name. Without Slack's settings nothing is posted, and
    posts wait; without a mail server nothing is sent."""
    slack_poster = poster(database, config, clock=clock)
    worker = Worker(database=database, handlers=HANDLERS, clock=clock)
    driver = driver_for(database.engine.dialect.name)
    facts = FactsByLooking(database, clock)
    if not database.is_sqlite:
        facts = FactsByListening(database, clock)
    named: dict[str, Duty] = {
        "facts": facts,
        "schedule": PeriodicJobs(database, clock, SCHEDULE),
        "jobs": lambda: driver.work_until(stop, worker),
    }
    if slack_poster is not None:
        named["slack"] = lambda: post_next(slack_poster) is not None
    letter_sender = sender(database, config, clock=clock)
    if letter_sender is not None:
        named["mail"] = lambda: send_some(letter_sender) > 0
    return named


@dataclass
class FactsByLooking:
    """Carries the facts that a look into the database finds."""

    database: Database
    clock: Clock

    def __call__(self) -> bool:
        return bool(dispatch(self.database, clock=self.clock, subscriptions=SUBSCRIPTIONS))


@dataclass
class FactsByListening(FactsByLooking):
    """The same on PostgreSQL, which reports a new fact at once by a trigger that sends NOTIFY."""

    _listening: "psycopg.Connection[Any] | None" = None

    def __call__(self) -> bool:
        # Listen before looking. The other way round, a fact between the two would wait unnoticed.
        if self._listening is None or self._listening.closed:
            self._listening = self.database.listen("fact")
        if not super().__call__():
            for _fact in self._listening.notifies(timeout=LONGEST_WAIT, stop_after=1):
                pass
        # True, although there may have been nothing to do: it has waited already.
        return True


def run_once(database: Database, config: Config, *, clock: Clock) -> Counter[str]:
    """Do everything that is due, and return. Counts what was done, by its name."""
    counts: Counter[str] = Counter()
    # In this order, because jobs record facts, facts start jobs, and both lead to posts.
    PeriodicJobs(database, clock, SCHEDULE)()
    counts += _do_jobs(database, clock)
    while carried := dispatch(database, clock=clock, subscriptions=SUBSCRIPTIONS):
        counts += carried
        counts += _do_jobs(database, clock)
    slack_poster = poster(database, config, clock=clock)
    if slack_poster is not None:
        counts += post_all(slack_poster, wait=sleep)
    letter_sender = sender(database, config, clock=clock)
    if letter_sender is not None:
        counts["LETTERS"] = _send_letters(letter_sender)
    return counts


def _send_letters(worker: Sender) -> int:
    try:
        return send_all(worker)
    except ServerAway as error:
        log.error("mail", error=str(error))
        return 0


def _do_jobs(database: Database, clock: Clock) -> Counter[str]:
    """Do every due job in this process, without the database's driver."""
    worker = Worker(database=database, handlers=HANDLERS, clock=clock)
    never = threading.Event()
    ended = []
    while (worked := work(worker, stop=never)) is not None:
        if worked.outcome in (Outcome.DONE, Outcome.PARKED, Outcome.CANCELLED):
            ended.append(worked.job_id)
    with database.reading() as session:
        jobs = session.scalars(select(Job).where(Job.id.in_(ended))).all()
    counts = Counter(
        f"JOBS_{job.state}" for job in jobs if not job.is_scheduled or job.state is JobState.PARKED
    )
    counts["OVERDUE_ACCEPTED"] = sum(job.done for job in jobs if job.kind == ACCEPT_OVERDUE)
    return counts


def run_forever(named: dict[str, Duty], *, stop: threading.Event) -> list[threading.Thread]:
    """Start every duty in a thread. They end when ``stop`` is set and what is under way is done."""
    threads = [
        threading.Thread(target=_keep_doing, args=(name, duty, stop), name=name, daemon=True)
        for name, duty in named.items()
    ]
    for thread in threads:
        thread.start()
    return threads


def finish(
    threads: list[threading.Thread], *, stop: threading.Event, within: float = LAST_MOMENTS
) -> None:
    """Let the duties finish what is under way, within so many seconds in all."""
    stop.set()
    end = monotonic() + within
    for thread in threads:
        thread.join(timeout=max(0.0, end - monotonic()))


def _keep_doing(name: str, duty: Duty, stop: threading.Event) -> None:
    rest = FIRST_REST
    while not stop.is_set():
        try:
            found, rest = duty(), FIRST_REST
        # Everything, so that no error ends a thread of a relay that seems to run.
        except Exception as error:
            log.error("relay", duty=name, error=f"{type(error).__name__}: {error}", again_in=rest)
            stop.wait(rest)
            rest = min(rest * 2, LONGEST_REST)
        else:
            if not found:
                stop.wait(IDLE)
