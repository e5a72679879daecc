"""`make run`'s command, really started: it serves, it says how to come in, and it leaves nothing
behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.clock import now
from app.db.sessions import Database
from app.demo.models import DemoLoad
from app.serve import CannotServe, listen
from challenges.people.models import Person
from challenges.submissions.models import Completion
from challenges.vocabulary import Stage

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.kill
AT_LAST = 60
"""Seconds that no machine needs; what takes longer never comes."""
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def port() -> int:
    """A port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


@pytest.fixture
def start_new(port: int, tmp_path: Path) -> Iterator[Start]:
    """``start_new()``: the command on that port and a new SQLite database, other settings by
    name."""
    started = []

    def begin(*, options: tuple[str, ...] = (), **settings: str) -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{tmp_path}/new.db",
            "STEPUP_INSTANCE": str(tmp_path),
            "PORT": str(port),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "app.serve", *options],
            cwd=ROOT,
            env={**environment, **settings},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=AT_LAST)


@pytest.fixture
def start(start_new: Start, database_url: str) -> Start:
    """``start()``: the command on that port and this test's database."""
    return partial(start_new, DATABASE_URL=database_url)


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """What it printed up to the line with these words."""
    assert process.stdout is not None
    # A process that never says them would be waited for without end.
    late = threading.Timer(AT_LAST, process.kill)
    late.start()
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if words in line:
                return "".join(lines)
    finally:
        late.cancel()
    raise AssertionError("".join(lines) + (process.stderr.read() if process.stderr else ""))


def get(port: int, path: str) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=AT_LAST) as answer:
        return int(answer.status)


def becomes_free(port: int) -> bool:
    """Whether the port can be taken again; a process that ends closes it a moment after its
    output."""
    ends = time.monotonic() + AT_LAST
    while time.monotonic() < ends:
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return True
        time.sleep(0.05)
    return False


def children_of(process: subprocess.Popen[str]) -> dict[str, int]:
    """The web server's and the relay's process ids; the web server is the one with workers, once it
    answers."""
    pids = forked_by(process.pid)
    return {"web" if forked_by(pid) else "relay": pid for pid in pids}


def forked_by(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(line) for line in found.stdout.split()]


def is_alive(pid: int) -> bool:
    return (
        Path(f"/proc/{pid}").exists() and "(zombie)" not in Path(f"/proc/{pid}/status").read_text()
    )


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_stopped_and_leaves_no_orphan(
    start: Start, port: int, stop: signal.Signals
) -> None:
    process = start()
    printed = read_until(process, "DX Step-Up:")
    assert f"http://127.0.0.1:{port}/" in printed
    assert get(port, "/readyz") == 200
    children = children_of(process)
    assert children.keys() == {"web", "relay"}
    process.send_signal(stop)
    rest, _ = process.communicate(timeout=AT_LAST)
    assert process.returncode == 0
    assert "stepup-demo" not in printed + rest
    assert not any(is_alive(pid) for pid in children.values())
    assert becomes_free(port)


def test_the_demo_accounts_are_printed_when_there_is_demo_data(
    start: Start, session: Session
) -> None:
    session.add(DemoLoad(loaded_at=now(), seed=1, staff=6, days=1))
    session.commit()
    process = start()
    read_until(process, "DX Step-Up:")
    assert process.stdout is not None
    line = process.stdout.readline()
    for word in ("staff", "colleague", "manager", "outsider", "dx2", "stepup-demo"):
        assert re.search(rf"\b{word}\b", line)


def test_a_catalogue_that_contradicts_completions_stops_the_start(
    start: Start, session: Session, cast: SimpleNamespace, climb: Callable[..., Completion]
) -> None:
    climb(cast.staff, "first-hello", 2).submission.step.stage = Stage.SPREAD
    session.add(DemoLoad(loaded_at=now(), seed=1, staff=6, days=1))
    session.commit()
    process = start()
    _, told = process.communicate(timeout=AT_LAST)
    assert process.returncode == 1
    assert "first-hello.yaml: steps: step 2 is SPREAD and would become HABIT" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("which", ["web", "relay"])
def test_when_one_of_the_two_dies_the_other_is_stopped(start: Start, port: int, which: str) -> None:
    process = start()
    read_until(process, "DX Step-Up:")
    assert get(port, "/readyz") == 200
    children = children_of(process)
    os.kill(children[which], signal.SIGKILL)
    _, complaint = process.communicate(timeout=AT_LAST)
    assert process.returncode == 1
    assert "ended by itself, so everything stops." in complaint
    assert not any(is_alive(pid) for pid in children.values())


def test_killed_at_once_it_leaves_no_orphan(start: Start, port: int) -> None:
    process = start()
    read_until(process, "DX Step-Up:")
    process.kill()
    process.communicate(timeout=AT_LAST)  # ends when nobody holds its output any more
    assert becomes_free(port)


def test_a_taken_port_gets_a_sentence_before_anything_is_started(
    start_new: Start, port: int, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", port)):
        process = start_new()
        printed, complaint = process.communicate(timeout=AT_LAST)
    assert (process.returncode, printed) == (1, "")
    assert (
        complaint
        == f"Port {port} of 127.0.0.1 cannot be used: Address already in use. Try PORT=8001.\n"
    )
    assert not (tmp_path / "new.db").exists()


def test_a_nonsense_port_gets_a_sentence(start_new: Start) -> None:
    process = start_new(PORT="http")
    printed, complaint = process.communicate(timeout=AT_LAST)
    assert (process.returncode, printed) == (1, "")
    assert complaint == "PORT must be a number from 1 to 65535, but is 'http'.\n"


@pytest.mark.parametrize("nonsense", ["0", "65536", "-1", "８０００", "80 80", "8000x"])
def test_a_port_is_a_number_from_1_to_65535(monkeypatch: pytest.MonkeyPatch, nonsense: str) -> None:
    monkeypatch.setenv("PORT", nonsense)
    with pytest.raises(CannotServe, match="PORT must be a number"):
        listen()


def test_an_invalid_database_url_gets_a_sentence(start_new: Start) -> None:
    process = start_new(DATABASE_URL="oracle://here")
    _, complaint = process.communicate(timeout=AT_LAST)
    assert process.returncode == 1
    assert complaint == "DATABASE_URL must start with sqlite:/// or postgresql://.\n"


def test_a_database_of_a_newer_release_gets_a_sentence(start: Start, session: Session) -> None:
    session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    session.commit()
    process = start()
    printed, complaint = process.communicate(timeout=AT_LAST)
    assert (process.returncode, printed) == (1, "")
    assert complaint.startswith("The database is newer than this release (it is at 9999,")
    assert complaint.count("\n") == 1


def test_an_empty_database_gets_tables_and_the_catalogue(
    start_new: Start, port: int, tmp_path: Path
) -> None:
    process = start_new(options=("--no-demo",))
    printed = read_until(process, "DX Step-Up:")
    assert "challenges: 24 added" in printed
    assert get(port, "/readyz") == 200
    process.terminate()
    process.communicate(timeout=AT_LAST)
    assert process.returncode == 0


def test_an_empty_database_gets_demo_data_once_and_keeps_it(
    start_new: Start, port: int, tmp_path: Path
) -> None:
    small = {
        "FLASK_DEMO_LOAD_STAFF": "60",
        "FLASK_DEMO_LOAD_DAYS": "30",
    }  # options of `demo load`, as click reads them
    told = []
    for _ in range(2):
        process = start_new(**small)
        told.append(
            read_until(
                process,
                "Sign in as manager, staff, colleague, outsider, dx or dx2, password stepup-demo.",
            )
        )
        assert get(port, "/readyz") == 200
        process.terminate()
        process.communicate(timeout=AT_LAST)
        assert process.returncode == 0
    assert "people: 60 職員" in told[0]
    assert "people:" not in told[1]
    assert f"http://127.0.0.1:{port}/" in told[1]
    database = Database(f"sqlite:///{tmp_path}/new.db")
    with database.reading() as session:
        assert session.query(DemoLoad).count() == 1
        assert session.query(Person).count() == 60
        assert session.query(Completion).count() > 0
    database.dispose()
