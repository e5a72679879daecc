"""What a relay does all day: carry facts, post to Slack, follow the schedule, work on jobs.

Each duty runs in a thread of its own, so that a Slack that does not answer keeps nobody's badge
waiting. A duty that fails (the database is away, say) says so in the log and is tried again, a
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
from app.jobs.scheduling import Clockwork
from app.jobs.working import Outcome, work
from app.log import log
from app.relay.outbox import dispatch
from app.schedule import SCHEDULE
from app.slack.posts.sending import post_all, post_next, poster
from app.subscriptions import SUBSCRIPTIONS

if TYPE_CHECKING:
    import psycopg


IDLE = 0.3
"""Seconds between two looks for something to do. A badge should be there before the person has read
the page."""


FIRST_REST, LONGEST_REST = 1.0, 30.0
"""Seconds between two tries of a duty that fails, doubled each time."""


LONGEST_WAIT = 1.0
"""Seconds until the next look although PostgreSQL told of no fact: a delivery may be due."""


LAST_MOMENTS = 15.0
"""Seconds for what is under way when the relay stops. What takes longer is left as `kill -9` leaves
it: whole."""


Clock = Callable[[], datetime]


Duty = Callable[[], bool | None]
"""Does a little, and says whether there was something to do."""


def duties(
    database: Database, config: Config, *, clock: Clock, stop: threading.Event
) -> dict[str, Duty]:
    """The duties of a relay by name. Without Slack's settings nothing is posted, and posts wait."""
    poster_ = poster(database, config, clock=clock)
    worker = Worker(database=database, handlers=HANDLERS, clock=clock)
    driver = driver_for(database.engine.dialect.name)
    facts = Carrying(database, clock) if database.is_sqlite else CarryingAtOnce(database, clock)
    named: dict[str, Duty] = {
        "facts": facts,
        "schedule": Clockwork(database, clock, SCHEDULE),
        "jobs": lambda: driver.work_until(stop, worker),
    }
    if poster_ is not None:
        named["slack"] = lambda: post_next(poster_) is not None
    return named


@dataclass
class Carrying:
    """Carries facts, at each look that finds some."""

    database: Database
    clock: Clock

    def __call__(self) -> bool:
        return bool(dispatch(self.database, clock=self.clock, subscriptions=SUBSCRIPTIONS))


@dataclass
class CarryingAtOnce(Carrying):
    """The same on PostgreSQL, which says when there is a new fact: a trigger of the table notifies
    this channel."""

    _listening: "psycopg.Connection[Any] | None" = None

    def __call__(self) -> bool:
        if self._listening is None or self._listening.closed:
            self._listening = self.database.listen(
                "fact"
            )  # before the look, so that no fact comes in between
        if not super().__call__():
            for _fact in self._listening.notifies(timeout=LONGEST_WAIT, stop_after=1):
                pass
        return True  # it has waited already


def run_once(database: Database, config: Config, *, clock: Clock) -> Counter[str]:
    """Do everything that is due, and come back: counts by what was done."""
    counts: Counter[str] = Counter()
    Clockwork(database, clock, SCHEDULE)()
    counts += _do_jobs(database, clock)
    while carried := dispatch(database, clock=clock, subscriptions=SUBSCRIPTIONS):
        counts += carried
    worker = poster(database, config, clock=clock)
    if worker is not None:
        counts += post_all(worker, wait=sleep)
    return counts


def _do_jobs(database: Database, clock: Clock) -> Counter[str]:
    """Do every job that is due, here and now, whatever drives them elsewhere."""
    worker, never, ended = (
        Worker(database=database, handlers=HANDLERS, clock=clock),
        threading.Event(),
        [],
    )
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
    """Start every duty in its thread; they end when ``stop`` is set and their work is done, or with
    the process."""
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
    """Let the duties end what they are at, but wait for none longer than ``within`` seconds in
    all."""
    stop.set()
    end = monotonic() + within
    for thread in threads:
        thread.join(timeout=max(0.0, end - monotonic()))


def _keep_doing(name: str, duty: Duty, stop: threading.Event) -> None:
    rest = FIRST_REST
    while not stop.is_set():
        try:
            found, rest = duty(), FIRST_REST
        except Exception as error:
            log.error("relay", duty=name, error=f"{type(error).__name__}: {error}", again_in=rest)
            stop.wait(rest)
            rest = min(rest * 2, LONGEST_REST)
        else:
            if not found:
                stop.wait(IDLE)
