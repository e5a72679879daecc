"""Load on the server: wrk with many people's cookies, a trickle of submissions, sixteen at once."""

import re
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.benchmarks.databases import PORT
from tests.benchmarks.people import MIX_SLUG, SUBMIT, Somebody

CONNECTIONS = 16
SETTLING = 100
"""So many first requests of a turn close their connection. wrk opens all connections within a
millisecond, and one worker may accept them all. Opened again one by one, they go to whichever
worker is free, as those of people do."""
LUA = """
local cookies, paths, tags, n = {{{cookies}}}, {{{paths}}}, {{{tags}}}, 0
request = function()
  n = n + 1
  local i = n % #cookies + 1
  local headers = {{["Cookie"] = cookies[i]}}
  if tags[i] ~= "" then headers["If-None-Match"] = tags[i] end
  headers["Content-Type"] = "application/x-www-form-urlencoded"
  headers["Accept-Encoding"] = "gzip, deflate, br, zstd"
  if n <= {settling} then headers["Connection"] = "close" end
  return wrk.format("{method}", paths[i], headers, "{body}")
end
done = function(summary, latency)
  io.write(string.format("RESULT %d %d %f %f %f %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(95), latency:percentile(99),
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
"""


@dataclass(frozen=True)
class Run:
    """What wrk measured: requests, requests a second, milliseconds, and errors."""

    requests: int
    rate: float
    p50: float
    p95: float
    p99: float
    errors: int
    cpu: float = 0.0
    """Milliseconds of the server's processors for one request, however busy the machine is."""


def warm(
    who: Sequence[Somebody | None], paths: Sequence[str], *, seconds: int, port: int = PORT
) -> None:
    """Ask until every connection gets answers: the first ones of each worker may take longer than
    a turn."""
    for _ in range(60):
        if _asked(who, paths, seconds=seconds, port=port).requests > 4 * CONNECTIONS:
            return


def run(
    who: Sequence[Somebody | None],
    paths: Sequence[str],
    *,
    seconds: int,
    method: str = "GET",
    port: int = PORT,
) -> Run:
    """Sixteen keep-alive connections, person after person and page after page."""
    found = _asked(who, paths, seconds=seconds, method=method, port=port)
    message = "no answer within a turn: the machine is too busy, or needs more --seconds"
    assert found.requests, message
    return found


def _asked(
    who: Sequence[Somebody | None],
    paths: Sequence[str],
    *,
    seconds: int,
    method: str = "GET",
    port: int = PORT,
) -> Run:
    pairs = [(one, path) for one in who for path in paths]
    lists = {
        "cookies": _words(f"stepup={one.cookie}" if one else "" for one, _ in pairs),
        "paths": _words(path.format(id=one.id if one else "") for one, path in pairs),
        "tags": _words(one.tag if one else "" for one, _ in pairs),
    }
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        body = "reflection=bench" if method == "POST" else ""
        script.write(LUA.format(**lists, settling=SETTLING, method=method, body=body))
        script.flush()
        command = [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{seconds}s",
            "--timeout",
            "30s",
            "-s",
            script.name,
        ]
        printed = subprocess.run(
            [*command, f"http://127.0.0.1:{port}/"], capture_output=True, text=True, check=True
        )
    found = re.search(r"RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) ([\d.]+) (\d+)", printed.stdout)
    assert found, printed.stdout
    requests, microseconds, p50, p95, p99, errors = map(float, found.groups())
    return Run(
        int(requests),
        requests / (microseconds / 1e6),
        p50 / 1000,
        p95 / 1000,
        p99 / 1000,
        int(errors),
    )


def _words(listed: Iterable[str]) -> str:
    """The words as a list of Lua's."""
    return ",".join(f"'{word}'" for word in listed)


@dataclass
class Trickle:
    """Submissions at a steady pace: how long each took in ms, and how many were refused."""

    took: list[float] = field(default_factory=list)
    refused: int = 0


@contextmanager
def trickle(who: list[Somebody], *, a_second: int) -> Iterator[Trickle]:
    """While the block runs, ``a_second`` people a second submit a step, last of ``who`` first."""
    found, stop = Trickle(), threading.Event()

    def submit() -> None:
        due = time.monotonic()
        while not stop.wait(max(0.0, due - time.monotonic())):
            due += 1 / a_second
            began = time.monotonic()
            status, _ = ask(who.pop(), SUBMIT.format(slug=MIX_SLUG), method="POST")
            found.took.append((time.monotonic() - began) * 1000)
            found.refused += status >= 400

    thread = threading.Thread(target=submit)
    thread.start()
    try:
        yield found
    finally:
        stop.set()
        thread.join()


def ask(who: Somebody, path: str, *, method: str = "GET") -> tuple[int, float]:
    """One request on a connection of its own: the status, and milliseconds until the last byte.

    It writes to the socket itself, because the work of a client library would slow the server down.
    """
    body = "reflection=bench" if method == "POST" else ""
    lines = (
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Connection: close",
        "Accept-Encoding: gzip, deflate, br, zstd",
        f"Cookie: stepup={who.cookie}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    )
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", PORT), timeout=60) as connection:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    return int(answer.split(b" ", 2)[1]), (time.monotonic() - began) * 1000


def at_once(who: Sequence[Somebody], path: str) -> list[float]:
    """Let everybody ask at the same moment. Returns milliseconds of each, the fastest first."""
    barrier, took = threading.Barrier(len(who)), []

    def one(somebody: Somebody) -> None:
        barrier.wait()
        status, milliseconds = ask(somebody, path)
        assert status == 200, status
        took.append(milliseconds)

    threads = [threading.Thread(target=one, args=(somebody,)) for somebody in who]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(took)
