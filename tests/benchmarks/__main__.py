"""`make bench`: pages under load beside a bare page and a bare commit on the same server, in the same run.

Needs wrk (Debian's package). Starts gunicorn with the settings of `make run` on a copy of a demo database, signs many
people in by making their session cookies, and writes docs/benchmarks.md.
"""

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import event, select

from app.config import ROOT, Config
from app.db import database
from app.factory import create_app
from app.serve import WEB
from challenges.models import Membership, MembershipKind, Person

PORT, CONNECTIONS = 8971, 16
READS = {
    "bare page": "/bench/read",
    "sign-in page": "/sign-in",
    "home": "/",
    "challenge list": "/challenges",
    "challenge page": "/challenges/first-hello",
    "badges": "/badges",
    "a person's page": "/people/{id}",
    "team page": "/team",
}
LUA = """
local cookies, paths, n = {{{cookies}}}, {{{paths}}}, 0
request = function()
  n = n + 1
  local i = n % #cookies + 1
  local headers = {{["Cookie"] = cookies[i], ["Content-Type"] = "application/x-www-form-urlencoded"}}
  return wrk.format("{method}", paths[i], headers, "{body}")
end
done = function(summary, latency)
  io.write(string.format("RESULT %d %d %f %f %f %d\\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(95), latency:percentile(99),
    summary.errors.status + summary.errors.connect + summary.errors.read))
end
"""


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    arguments.add_argument("--staff", type=int, nargs="*", default=[4500, 100_000])
    arguments.add_argument("--seconds", type=int, default=8)
    asked = arguments.parse_args()
    if not shutil.which("wrk"):
        print("make bench needs wrk: apt-get install wrk", file=sys.stderr)
        return 1
    tables = [measure(staff, seconds=asked.seconds) for staff in asked.staff]
    (ROOT / "docs" / "benchmarks.md").write_text(report(tables, asked.seconds), encoding="utf-8")
    return 0


def measure(staff: int, *, seconds: int) -> tuple[int, list[list[str]], float]:
    """Rows of figures for one size on SQLite, and the memory of the web workers in MB."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        config = Config(database_url=url, secret_key="bench", public_url=f"http://127.0.0.1:{PORT}")
        environment = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": "bench", "PUBLIC_URL": config.public_url}
        flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
        for command in (["db", "upgrade"], ["demo", "load", "--staff", str(staff)]):
            subprocess.run([*flask, *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        people, managers = _people(config)
        with _server(environment) as server:
            rows, floor = [], {}
            for name, path in READS.items():
                who = managers if name == "team page" else people
                paths = [path.format(id=person) for person, _ in who]
                result = _wrk([cookie for _, cookie in who], paths, seconds=seconds)
                floor.setdefault("read", result[0])
                rows.append(_row(name, result, floor["read"], _statements(config, name, path, managers)))
            for name, path, body in (
                ("bare commit", "/bench/write", ""),
                ("submit", "/challenges/first-hello/steps/1/submissions", "reflection=bench"),
            ):
                fresh = _people(config, untouched=True)[0] if name == "submit" else people
                cookies, paths = [cookie for _, cookie in fresh], [path] * len(fresh)
                result = _wrk(cookies, paths, method="POST", body=body, seconds=min(seconds, 4))
                floor.setdefault("write", result[0])
                rows.append(_row(name, result, floor["write"], "" if name == "bare commit" else "9"))
            return staff, rows, _memory(server.pid)


def _people(config: Config, *, untouched: bool = False) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Up to 3,000 people, and managers, each with a session cookie. ``untouched``: none who climbed first-hello."""
    app = create_app(config)
    sign = SecureCookieSessionInterface().get_signing_serializer(app)
    with app.app_context(), database().reading() as session:
        query = select(Person.id, Person.session_epoch).where(Person.deactivated_at.is_(None)).order_by(Person.id)
        if untouched:
            from challenges.models import Challenge, Step, Submission

            done = (
                select(Submission.person_id)
                .join(Step, Step.id == Submission.step_id)
                .join(Challenge, Challenge.id == Step.challenge_id)
                .where(Challenge.slug == "first-hello")
            )
            query = query.where(Person.id.not_in(done))
        managing = select(Membership.person_id).where(
            Membership.kind == MembershipKind.MANAGER, Membership.valid_to.is_(None)
        )
        people = session.execute(query.limit(3000 if not untouched else 20_000)).all()
        managers = session.execute(query.where(Person.id.in_(managing)).limit(500)).all()

    def cookie(person: int, epoch: int) -> tuple[int, str]:
        return person, f"stepup={sign.dumps({'_user_id': f'{person}.{epoch}', '_fresh': True})}"

    return [cookie(*row) for row in people], [cookie(*row) for row in managers]


@contextmanager
def _server(environment: dict[str, str]):  # type: ignore[no-untyped-def]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "tests.benchmarks.bare:app",
        "--bind",
        f"127.0.0.1:{PORT}",
        *WEB.split(),
    ]
    with Path(os.devnull).open("w") as nowhere:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=nowhere, stderr=nowhere)
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=1)
                break
            except OSError:
                time.sleep(0.1)
        yield server
    finally:
        server.terminate()
        server.wait()


def _wrk(cookies, paths, *, seconds, method="GET", body=""):  # type: ignore[no-untyped-def]
    lists = {
        "cookies": ",".join(f'"{cookie}"' for cookie in cookies),
        "paths": ",".join(f'"{path}"' for path in paths),
    }
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LUA.format(**lists, method=method, body=body))
        script.flush()
        target = f"http://127.0.0.1:{PORT}/"
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", script.name, target]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) ([\d.]+) (\d+)", printed)
    assert found, printed
    requests, microseconds, *percentiles, errors = map(float, found.groups())
    return requests / (microseconds / 1e6), [one / 1000 for one in percentiles], int(errors)


def _row(name, result, floor, statements):  # type: ignore[no-untyped-def]
    rate, (p50, p95, p99), errors = result
    return [
        name,
        f"{rate:,.0f}",
        f"{rate / floor:.2f}",
        f"{p50:.1f}",
        f"{p95:.1f}",
        f"{p99:.1f}",
        str(statements),
        str(errors),
    ]


def _statements(config, name, path, managers):  # type: ignore[no-untyped-def]
    """SQL statements of one warm request, counted in-process."""
    app = create_app(config)
    browser, seen = app.test_client(), []
    person, cookie = managers[0]
    browser.set_cookie("stepup", cookie.partition("=")[2], domain="localhost")
    if path.startswith("/bench"):
        return 1
    browser.get(path.format(id=person))
    engine = app.extensions["stepup_database"].engine
    event.listen(engine, "before_cursor_execute", lambda *rest: seen.append(rest[2]))
    browser.get(path.format(id=person))
    return len(seen)


def _memory(parent: int) -> float:
    """Proportional memory of the workers, in MB."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            if status.read_text().rsplit(")", 1)[1].split()[1] == str(parent):
                rollup = (status.parent / "smaps_rollup").read_text()
                total += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])  # type: ignore[index]
        except OSError:
            continue
    return total / 1024


def report(tables: list[tuple[int, list[list[str]], float]], seconds: int) -> str:
    """The Markdown of docs/benchmarks.md."""
    lines = [
        "# Benchmarks",
        "",
        f"`make bench` (wrk, {CONNECTIONS} keep-alive connections, {seconds} s a row; gunicorn `{WEB}`; SQLite; "
        f"Python {platform.python_version()}, {os.cpu_count()} cores shared by server and driver).",
        "`share` is the rate beside the bare page (one indexed SELECT) or the bare commit (one row) of the same run.",
        "Goals: any page at least 0.20; home, challenge list and submit 0.25; at most 5 statements a read, 10 a write.",
    ]
    for staff, rows, memory in tables:
        lines += [
            "",
            f"## {staff:,} people",
            "",
            f"Web workers: {memory:.0f} MB in all.",
            "",
            "| page | requests/s | share | p50 ms | p95 ms | p99 ms | statements | errors |",
            "|---|--:|--:|--:|--:|--:|--:|--:|",
            *(f"| {' | '.join(row)} |" for row in rows),
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
