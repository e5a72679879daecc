"""What a relay does all day: carry facts, post to Slack, and the chores that only time brings
about.

Each job runs in a thread of its own, so that a Slack that does not answer keeps nobody's badge
waiting. A job that fails (the database is away, say) says so in the log and is tried again, a
little later each time.
"""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic, sleep

from app.config import Config
from app.db.sessions import Database
from app.log import log
from app.relay.outbox import dispatch
from app.slack.posts.sending import post_all, post_next, poster
from app.subscriptions import SUBSCRIPTIONS
from challenges.submissions.overdue import accept_overdue
from challenges.submissions.routing import route_anew

IDLE = 0.3
"""Seconds between two looks for something to do. A badge should be there before the person has read
the page."""


FIRST_REST, LONGEST_REST = 1.0, 30.0
"""Seconds between two tries of a job that fails, doubled each time."""


CHORES_EVERY = timedelta(minutes=10)


LAST_MOMENTS = 15.0
"""Seconds for what is under way when the relay stops. What takes longer is left as `kill -9` leaves
it: whole."""


Clock = Callable[[], datetime]


Job = Callable[[], bool]
"""Does a little, and says whether there was something to do."""


@dataclass
class PeriodicJobs:
    """What has to be done now and then. Every relay does them; doing them twice changes nothing."""

    database: Database
    clock: Clock
    due_at: datetime | None = None
    accepted: int = 0
    """Submissions that were accepted because they had waited too long."""

    def __call__(self) -> bool:
        at = self.clock()
        if self.due_at is not None and at < self.due_at:
            return False
        with self.database.writing() as session:
            accepted = accept_overdue(session, at=at)
        with self.database.writing() as session:
            route_anew(session, at=at)
        self.accepted += accepted
        self.due_at = None if accepted else at + CHORES_EVERY  # it accepts some at a time
        return accepted > 0


def jobs(database: Database, config: Config, *, clock: Clock) -> dict[str, Job]:
    """The jobs of a relay by name. Without Slack's settings nothing is posted, and posts wait."""
    worker = poster(database, config, clock=clock)
    named: dict[str, Job] = {
        "facts": lambda: bool(dispatch(database, clock=clock, subscriptions=SUBSCRIPTIONS)),
        "chores": PeriodicJobs(database, clock),
    }
    if worker is not None:
        named["slack"] = lambda: post_next(worker) is not None
    return named


def run_once(database: Database, config: Config, *, clock: Clock) -> Counter[str]:
    """Do everything that is due, and come back: counts by what was done."""
    counts: Counter[str] = Counter()
    chores = PeriodicJobs(database, clock)
    while chores():
        pass
    counts["OVERDUE_ACCEPTED"] = chores.accepted
    while carried := dispatch(database, clock=clock, subscriptions=SUBSCRIPTIONS):
        counts += carried
    worker = poster(database, config, clock=clock)
    if worker is not None:
        counts += post_all(worker, wait=sleep)
    return counts


def run_forever(named: dict[str, Job], *, stop: threading.Event) -> list[threading.Thread]:
    """Start every job in its thread; they end when ``stop`` is set and their work is done, or with
    the process."""
    threads = [
        threading.Thread(target=_keep_doing, args=(name, job, stop), name=name, daemon=True)
        for name, job in named.items()
    ]
    for thread in threads:
        thread.start()
    return threads


def finish(
    threads: list[threading.Thread], *, stop: threading.Event, within: float = LAST_MOMENTS
) -> None:
    """Let the jobs end what they are at, but wait for none longer than ``within`` seconds in
    all."""
    stop.set()
    end = monotonic() + within
    for thread in threads:
        thread.join(timeout=max(0.0, end - monotonic()))


def _keep_doing(name: str, job: Job, stop: threading.Event) -> None:
    rest = FIRST_REST
    while not stop.is_set():
        try:
            found, rest = job(), FIRST_REST
        except Exception as error:
            log.error("relay", job=name, error=f"{type(error).__name__}: {error}", again_in=rest)
            stop.wait(rest)
            rest = min(rest * 2, LONGEST_REST)
        else:
            if not found:
                stop.wait(IDLE)
