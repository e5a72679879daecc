"""The fold of the dashboard: one day of a prefecture, and its whole history from scratch.

`make bench` measures 4,500 people on each database, with `--full` 400,000 people, 1,600 units, five
fiscal years and ten million completions. That alone, in half an hour:

    python -m tests.benchmarks.fold --people 400000 --databases SQLite

A process of its own folds as the worker does, in chunks of a tenth of a second, each committed.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select, text

from app.clock import now
from app.config import ROOT, counted_employments
from app.db.sessions import Database, remember_more
from app.indicators.activity import ChangedDay, PersonDay
from app.indicators.definitions import indicators
from app.indicators.nightly import step
from app.jobs.handling import BUDGET
from challenges.calendar import day_of
from tests.benchmarks.databases import KINDS, NewDatabase, engine_of, environment
from tests.benchmarks.history import DAYS, History, fill_history
from tests.benchmarks.servers import cpu_of_process

USUAL, FULL = 4_500, 400_000
"""People."""
USUAL_DAYS = 240
"""Days of activity at the usual size: as in a demo."""


@dataclass(frozen=True)
class Fold:
    """What it took to do all that was due."""

    seconds: float
    cpu: float
    """Seconds of processor time of this process."""
    server_cpu: float
    """Seconds of processor time of PostgreSQL for this connection."""
    peak: float
    """MB of this process."""
    longest: float
    """Milliseconds of the longest chunk."""
    chunks: int


@dataclass(frozen=True)
class FoldFigures:
    """What was measured on one database."""

    history: History
    scratch: Fold
    day: Fold
    changed: int
    """People whose steps of that day were folded."""


def fold_lines(kind: str, new_database: NewDatabase) -> Iterator[str]:
    """The section of the report for one database, at the usual size."""
    return _lines(kind, measure(new_database, people=USUAL))


def full_fold_lines(kind: str, new_database: NewDatabase) -> Iterator[str]:
    """The same at the size that the goals speak of."""
    return _lines(kind, measure(new_database, people=FULL))


def measure(new_database: NewDatabase, *, people: int, days: int | None = None) -> FoldFigures:
    """Fill a new database, fold it from scratch, and then one day more."""
    url = new_database(f"fold_{people}")
    days = days or (DAYS if people >= FULL else USUAL_DAYS)
    return measure_filled(url, fill_history(url, people=people, at=now(), days=days))


def measure_filled(url: str, history: History) -> FoldFigures:
    """Every figure, over a database in which nothing is folded yet."""
    database = Database(url)
    _analyze(database)
    scratch = _in_a_process(url, 0)
    _analyze(database)
    changed = _change_a_day(database)
    day = _in_a_process(url, 1)
    database.dispose()
    return FoldFigures(history, scratch, day, changed)


def publish_everything(url: str) -> None:
    """Let a filled database have the dashboard that its history gives."""
    _fold(url, at=now())


def _analyze(database: Database) -> None:
    """As PostgreSQL's autovacuum would, minutes later."""
    if not database.is_sqlite:
        autocommit = {"isolation_level": "AUTOCOMMIT"}
        with database.engine.connect().execution_options(**autocommit) as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _change_a_day(database: Database) -> int:
    """Mark the steps of the busiest of the last thirty days, as the facts of a day would."""
    since = day_of(now()) - timedelta(days=30)
    with database.writing() as session:
        busiest = (
            select(PersonDay.day)
            .where(PersonDay.day >= since)
            .group_by(PersonDay.day)
            .order_by(func.count().desc())
            .limit(1)
        )
        day = session.scalars(busiest).one()
        people = select(PersonDay.person_id, PersonDay.day).where(PersonDay.day == day)
        session.execute(insert(ChangedDay).from_select(["person_id", "day"], people))
        return session.scalars(select(func.count()).select_from(ChangedDay)).one()


def _in_a_process(url: str, nights: int) -> Fold:
    command = [sys.executable, "-m", "tests.benchmarks.fold", "--work-on", url]
    done = subprocess.run(
        [*command, "--nights", str(nights)],
        cwd=ROOT,
        env=environment(url),
        stdout=subprocess.PIPE,
        check=True,
    )
    return Fold(**json.loads(done.stdout))


def _fold(url: str, *, at: datetime) -> Fold:
    """Do all that is due at that time."""
    indicators()  # as the worker reads them before its first chunk
    database = Database(url)
    kinds, longest, chunks, more = counted_employments(), 0.0, 0, True
    began, cpu = time.monotonic(), time.process_time()
    server = _server_cpu(database)
    while more:
        with database.writing() as session:
            chunk = time.monotonic()
            remember_more(session)
            while more and time.monotonic() - chunk < BUDGET:
                more = step(session, kinds=kinds, at=at)
        longest, chunks = max(longest, time.monotonic() - chunk), chunks + 1
    fold = Fold(
        seconds=time.monotonic() - began,
        cpu=time.process_time() - cpu,
        server_cpu=_server_cpu(database) - server,
        peak=_peak(),
        longest=longest * 1000,
        chunks=chunks,
    )
    database.dispose()
    return fold


def _peak() -> float:
    """MB. What getrusage says is at least that of the process that started this one."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"^VmHWM:\s+(\d+)", status, re.MULTILINE)[0]) / 1024


def _server_cpu(database: Database) -> float:
    """Seconds that PostgreSQL has spent for the connection of this process, which needs only
    one."""
    if database.is_sqlite:
        return 0.0
    with database.reading() as session:
        pid = session.scalars(select(func.pg_backend_pid())).one()
    return cpu_of_process(pid) / 1000


def _lines(kind: str, figures: FoldFigures) -> Iterator[str]:
    history = figures.history
    yield f"## The fold of the dashboard on {kind}"
    yield ""
    yield (
        f"{history.people:,} people in {history.units:,} units with {history.completions:,} "
        "completions. Goals at 400,000 people, five fiscal years and ten million completions: one "
        "day in 5 s, everything from scratch in 120 s and 1 GB, no chunk over 250 ms."
    )
    yield ""
    yield "| what is folded | s | CPU s | of the server | peak MB | chunks | the longest, ms |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    day = f"one day, on which {figures.changed:,} people did something"
    for name, one in (("everything, from scratch", figures.scratch), (day, figures.day)):
        cells = [f"{one.seconds:.1f}", f"{one.cpu:.1f}", f"{one.server_cpu:.1f}"]
        cells += [f"{one.peak:.0f}", f"{one.chunks:,}", f"{one.longest:.0f}"]
        yield f"| {name} | {' | '.join(cells)} |"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.fold")
    parser.add_argument("--databases", nargs="*", choices=KINDS, default=KINDS)
    parser.add_argument("--people", type=int, default=USUAL)
    parser.add_argument("--days", type=int, help="of activity")
    parser.add_argument("--work-on", metavar="URL", help="be the process of another run that folds")
    parser.add_argument("--nights", type=int, default=0, help="after this one")
    asked = parser.parse_args()
    if asked.work_on:
        at = now() + timedelta(days=asked.nights)
        print(json.dumps(asdict(_fold(asked.work_on, at=at))))
        return 0
    for kind in asked.databases:
        with engine_of(kind) as new_database:
            figures = measure(new_database, people=asked.people, days=asked.days)
        print(*_lines(kind, figures), "", sep="\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
