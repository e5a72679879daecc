"""The web server as it is started: slow clients, broken requests and waiting writers cost nobody
else anything."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text, update

from app.config import ROOT
from app.db.sessions import Database
from app.serve import WEB
from challenges.people.models import Person

pytestmark = pytest.mark.kill
SLOW = 200
SOON = 7
"""Seconds. Who waits for slow clients (15 s) or for a writer (8 s) is not answered that soon."""
AT_LAST = 60
"""Seconds that no machine needs; what takes longer never comes."""
HALF_HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: "
HALF_BODY = (
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\nname="
)
HALF_CHUNK = (
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nna"
)
ESTABLISHED = "01"
"""The state of an open connection in /proc/net/tcp."""
NO_READER = b"GET /static/vendor/htmx-4.0.1/htmx.min.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 30


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """The socket that the server takes over, so that nobody else gets its port before."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as held:
        yield held


@pytest.fixture
def port(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


@pytest.fixture
def server(
    listener: socket.socket, port: int, database_url: str, tmp_path: Path
) -> Iterator[Callable[..., Any]]:
    """``server()``: gunicorn with our worker on that port and this test's database; its log."""
    started = []

    def begin(worker: str = "app.web_worker.Worker", *options: str) -> SimpleNamespace:
        settings = {"DATABASE_URL": database_url, "STEPUP_INSTANCE": str(tmp_path / "instance")}
        words = WEB.replace("app.web_worker.Worker", worker).split()
        log = tmp_path / "log"
        command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--no-control-socket"]
        with log.open("w") as output:
            process = subprocess.Popen(
                [*command, "--bind", f"fd://{listener.fileno()}", *words, *options],
                cwd=ROOT,
                env={**os.environ, **settings, "SECRET_KEY": "a secret of the tests"},
                stderr=output,
                pass_fds=[listener.fileno()],
            )
        started.append(process)
        # Ours would go on listening after the server has stopped.
        listener.close()
        assert get(port, "/healthz") == 200, log.read_text()
        return SimpleNamespace(process=process, log=log)

    yield begin
    for process in started:
        process.terminate()
        try:
            process.wait(timeout=AT_LAST)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def get(port: int, path: str, **headers: str) -> int:
    return fetch(port, "GET", path, headers=headers)


def fetch(port: int, method: str, path: str, **given: Any) -> int:
    """The status of the answer, after the last byte of it has arrived."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=AT_LAST)
    with closing(connection):
        connection.request(method, path, **given)
        answer = connection.getresponse()
        answer.read()
        return answer.status


def wait_until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + AT_LAST
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.05)


def unread(port: int) -> dict[int, int]:
    """How many bytes the server has still to read from each open connection, by the client's
    port."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {
        int(other.rpartition(":")[2], 16): int(queues.rpartition(":")[2], 16)
        for _, own, other, state, queues, *_ in lines
        if own.endswith(f":{port:04X}") and state == ESTABLISHED
    }


def has_arrived(connection: socket.socket) -> bool:
    """Whether the server has read all that was sent, or has closed the connection."""
    return not unread(connection.getpeername()[1]).get(connection.getsockname()[1])


def is_refused(port: int) -> bool:
    """Whether nobody listens any more."""
    try:
        get(port, "/healthz")
    except ConnectionError:
        return True
    return False


def longest(port: int, *paths: str, times: int = 10) -> float:
    """The longest time in seconds that one of these answers took."""
    took = []
    for path in paths * times:
        began = time.monotonic()
        assert get(port, path) == 200
        took.append(time.monotonic() - began)
    return max(took)


@contextmanager
def connections(port: int, sent: bytes, number: int = SLOW) -> Iterator[list[socket.socket]]:
    """So many connections that have sent this much, and neither send nor read any more."""
    with ExitStack() as stack:
        opened = []
        for _ in range(number):
            one = stack.enter_context(socket.socket())
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.connect(("127.0.0.1", port))
            one.sendall(sent)
            opened.append(one)
        yield opened


def ask(port: int, request: bytes) -> bytes:
    """What comes back first for these bytes, after which we send no more; nothing if cut off."""
    with socket.create_connection(("127.0.0.1", port), timeout=AT_LAST) as connection:
        try:
            connection.sendall(request)
            with suppress(OSError):  # cut off already
                connection.shutdown(socket.SHUT_WR)
            return connection.recv(65_536)
        except ConnectionError:
            return b""


def received(connection: socket.socket) -> int:
    """How many bytes still arrive until the other side is found to be gone."""
    total = 0
    with suppress(ConnectionError):
        while got := len(connection.recv(65_536)):
            total += got
    return total


def events(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


def test_slow_clients_keep_nobody_waiting(server: Callable[..., Any], port: int) -> None:
    server()
    for sent in (b"", HALF_HEAD, HALF_BODY, HALF_CHUNK, NO_READER):
        with connections(port, sent):
            assert longest(port, "/healthz", "/sign-in") < SOON, sent[:40]


def test_who_drips_is_cut_off_and_who_is_slow_but_done_is_served(
    server: Callable[..., Any], port: int
) -> None:
    server("tests.app.hurried_worker.Hurried")
    with connections(port, HALF_HEAD, 3) as heads, connections(port, HALF_BODY, 3) as bodies:
        with socket.create_connection(("127.0.0.1", port), timeout=AT_LAST) as patient:
            for piece in (b"GET /healthz HTTP/1.1\r\n", b"Host: 127.0.0.1\r\n", b"\r\n"):
                patient.sendall(piece)
                time.sleep(0.2)  # a slow client is what is tested
            assert patient.recv(1000).startswith(b"HTTP/1.1 200")
        cut_off = set()

        def are_cut_off() -> bool:
            for one in (*heads, *bodies):
                try:
                    one.sendall(b"x")
                except OSError:
                    cut_off.add(one)
            return len(cut_off) == 6

        wait_until(are_cut_off)


def test_who_reads_nothing_is_cut_off(server: Callable[..., Any], port: int) -> None:
    server("tests.app.hurried_worker.Hurried")
    with connections(port, NO_READER * 10, 3) as opened:
        assert get(port, "/healthz") == 200
        wait_until(lambda: not unread(port))
        for one in opened:
            one.settimeout(AT_LAST)
            assert received(one) < 300 * 37_000  # of so many files, only what was on its way


def test_broken_requests_get_400_or_nothing_and_are_no_crash(
    server: Callable[..., Any], port: int
) -> None:
    log = server().log
    post = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    for broken in (
        post + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nname=x\r\n0\r\n\r\n",
        post + b"Transfer-Encoding: chunked\r\n\r\n5\r\nname=x\r\n0\r\n\r\n",
        post + b"Transfer-Encoding: gzip\r\n\r\n",
        post + b"Content-Length: -5\r\n\r\nname=x",
        post + b"Content-Length: abc\r\n\r\nname=x",
        post + b"Content-Length: 500\r\n\r\nname=x",
        b"GET / HTTP/1.1\r\nHost: [\r\nConnection: close\r\n\r\n",
        b"GET /\xff?q=\xff HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        b"GET /sign-in HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET  HTTP/1.1\r\n\r\n",
        b"G" * 100_000,
    ):
        answer = ask(port, broken)
        assert not answer or answer.split(b" ", 2)[1] in {b"400", b"414", b"431", b"501"}, broken
    for headers in ({"Referer": "http://["}, {"HX-Current-URL": "http://["}):
        form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        status = fetch(port, "POST", "/settings/pauses", body="reflection=x", headers=form)
        assert status in {400, 401}
    assert get(port, "/healthz") == 200
    assert [event for event in events(log) if event["level"] == "error"] == []
    assert "Traceback" not in log.read_text()


def test_waiting_writers_keep_no_reader_waiting(
    server: Callable[..., Any],
    port: int,
    app: Flask,
    database: Database,
    cast: SimpleNamespace,
    sign_in: Callable[..., FlaskClient],
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    app.config["SECRET_KEY"] = "a secret of the tests"
    browser = sign_in(app.test_client(), cast.staff)
    server()
    requests = [form_of(browser) for _ in range(30)]
    with ExitStack() as stack:
        with database.writing() as writer:
            writer.execute(update(Person).values(session_epoch=Person.session_epoch))
            opened = [
                stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=AT_LAST))
                for _ in requests
            ]
            for connection, request in zip(opened, requests, strict=True):
                connection.sendall(request)
            wait_until(lambda: all(map(has_arrived, opened)))
            assert longest(port, "/healthz", "/readyz", "/sign-in", times=5) < SOON
        statuses = [connection.recv(65_536).split(b" ", 2)[1] for connection in opened]
    assert set(statuses) <= {b"303", b"503"}
    assert get(port, "/readyz") == 200


def form_of(browser: FlaskClient) -> bytes:
    """The bytes of a form that the person of this browser sends to begin a rest."""
    page = browser.get("/settings").text
    token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    cookie_ = browser.get_cookie("stepup")
    assert cookie_
    body = f"csrf_token={token}"
    return (
        "POST /settings/pauses HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Cookie: stepup={cookie_.value}\r\nContent-Length: {len(body)}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}"
    ).encode()


def test_what_has_arrived_is_answered_before_the_server_stops(
    server: Callable[..., Any],
    port: int,
    app: Flask,
    database: Database,
    cast: SimpleNamespace,
    sign_in: Callable[..., FlaskClient],
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    app.config["SECRET_KEY"] = "a secret of the tests"
    browser = sign_in(app.test_client(), cast.staff)
    process = server().process
    request = form_of(browser)
    with (
        connections(port, HALF_HEAD, 5),
        connections(port, b"", 5),
        socket.create_connection(("127.0.0.1", port), timeout=AT_LAST) as waiting,
        ExitStack() as writing,
    ):
        writer = writing.enter_context(database.writing())
        writer.execute(update(Person).values(session_epoch=Person.session_epoch))
        waiting.sendall(request)
        wait_until(lambda: has_arrived(waiting))
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: is_refused(port))
        writing.close()
        assert waiting.recv(65_536).startswith(b"HTTP/1.1 303")
        assert process.wait(timeout=AT_LAST) == 0


def test_a_process_whose_database_does_not_answer_is_replaced(
    server: Callable[..., Any], port: int, database: Database
) -> None:
    """Every process of PostgreSQL that serves us is stopped, as on a machine that hangs.

    The server has one process, since another would answer over a connection of its own. It begins
    as a fork that has imported everything, because the time-out covers its beginning too.
    """
    if database.is_sqlite:
        return
    server("tests.app.hurried_worker.Hurried", "--workers=1", "--preload", "--timeout=3")
    assert get(port, "/readyz") == 200
    others = text(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    with database.reading() as session:
        stopped = list(session.scalars(others))
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=AT_LAST) as asking:
            asking.sendall(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert get(port, "/healthz") == 200
            assert asking.recv(1000) == b""  # cut off, after some seconds
        assert get(port, "/readyz") == 200
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
