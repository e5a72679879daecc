"""`make bench`: pages under load beside a bare page and a bare commit on the same server, in the same run.

Needs wrk (Debian's package). Loads demo data of each size into SQLite and PostgreSQL, starts gunicorn with the settings
of `make run`, and writes docs/benchmarks.md. Every page is measured next to the bare page, turn and turn about, so
that what else the machine does falls on both.
"""

import argparse
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from flask import Flask

from app.config import ROOT
from app.factory import create_app
from tests.benchmarks import load, report, stage
from tests.benchmarks.bare import beside
from tests.benchmarks.figures import Figures, Mix, Row

READS = {
    "sign-in page": "/sign-in",
    "home": "/",
    "challenge list": "/challenges",
    "challenge page": f"/challenges/{stage.SLUG}",
    "badges": "/badges",
    "a person's page": "/people/{id}",
    "team page": "/team",
}
ROUNDS = 7
"""Many short turns rather than few long ones, so that what else the machine does falls on page and floor alike."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--staff", type=int, nargs="*", default=[4_500, 100_000])
    parser.add_argument("--databases", nargs="*", choices=["SQLite", "PostgreSQL"], default=["SQLite", "PostgreSQL"])
    parser.add_argument("--seconds", type=int, default=1, help="of each turn (default 1)")
    asked = parser.parse_args()
    if not shutil.which("wrk"):
        print("make bench needs wrk: apt-get install wrk", file=sys.stderr)
        return 1
    found = []
    for kind in asked.databases:
        with stage.engine_of(kind) as new_database:
            for staff in asked.staff:
                url = new_database(f"staff_{staff}")
                figures = Figures(kind, staff, stage.load_demo(url, staff))
                measure(url, figures, seconds=asked.seconds)
                found.append(figures)
                print(*report.table(figures), sep="\n", flush=True)
    (ROOT / "docs" / "benchmarks.md").write_text(report.whole(found, seconds=asked.seconds), encoding="utf-8")
    return 0


def measure(url: str, figures: Figures, *, seconds: int) -> None:
    """Cold, then every page, then the mix, over one database."""
    app = beside(create_app(stage.config(url)))  # in this process, to count statements
    people = stage.people(app)
    cold_first, cold_last = _cold(url, people)
    with stage.server(url) as server:
        load.at_once(people.any[:16], "/")
        warm_last = load.at_once(people.any[16:32], "/")[-1]
        figures.cold = (cold_first, cold_last, warm_last)
        before = stage.memory_of(server.pid)
        figures.rows += [_read(app, server.pid, people, page, path, seconds=seconds) for page, path in READS.items()]
        figures.rows.append(_submit(app, server.pid, people, seconds=seconds))
        figures.mixes += [_mix(people, a_second, seconds=seconds) for a_second in (1, 10)]
        figures.memory = (before, stage.memory_of(server.pid))
    app.extensions["stepup_database"].dispose()


def _cold(url: str, people: stage.People) -> tuple[float, float]:
    firsts, lasts = [], []
    for _ in range(3):
        with stage.server(url):
            firsts.append(load.ask(people.any[0], "/")[1])
        with stage.server(url):
            lasts.append(load.at_once(people.any[:16], "/")[-1])
    return median(firsts), median(lasts)


def _read(app: Flask, server: int, people: stage.People, page: str, path: str, *, seconds: int) -> Row:
    who: Sequence[stage.Somebody | None] = people.any
    if path == "/team":
        who = people.managers
    elif path == "/sign-in":
        who = [None]
    load.run(who, [path], seconds=1)
    rounds = []
    for _ in range(ROUNDS):
        floor = _costed(server, people.any, ["/bench/read"], seconds=seconds)
        rounds.append((_costed(server, who, [path], seconds=seconds), floor))
    run, floor = _middle(rounds)
    return Row(page, run, floor, stage.statements_of(app, who[0], path))


def _submit(app: Flask, server: int, people: stage.People, *, seconds: int) -> Row:
    """Everybody submits once: a second time would be another request."""
    statements = stage.statements_of(app, people.fresh.pop(), stage.SUBMIT, method="POST")
    rounds = []
    for _ in range(ROUNDS):
        floor = _costed(server, people.any, ["/bench/write"], seconds=seconds, method="POST")
        run = _costed(server, people.fresh, [stage.SUBMIT], seconds=seconds, method="POST")
        assert run.requests < len(people.fresh), "too few people for so many submissions: fewer --seconds"
        del people.fresh[: run.requests + 2 * load.CONNECTIONS]
        rounds.append((run, floor))
    run, floor = _middle(rounds)
    return Row("submit", run, floor, statements)


def _costed(server: int, who: Sequence[stage.Somebody | None], paths: list[str], **how: Any) -> load.Run:
    """A turn, with what it cost the server's processors."""
    before = stage.cpu_of(server)
    run = load.run(who, paths, **how)
    return replace(run, cpu=(stage.cpu_of(server) - before) / run.requests)


def _mix(people: stage.People, a_second: int, *, seconds: int) -> Mix:
    """Home, list and challenge page in turn, without and with submissions, turn and turn about."""
    pages = [READS[page] for page in ("home", "challenge list", "challenge page")]
    alone, mixed, took, refused = [], [], [], 0
    for _ in range(ROUNDS):
        alone.append(load.run(people.any, pages, seconds=seconds).rate)
        with load.trickle(people.fresh, a_second=a_second) as submitted:
            mixed.append(load.run(people.any, pages, seconds=seconds).rate)
        took += submitted.took
        refused += submitted.refused
    kept = median(beside / by_itself for beside, by_itself in zip(mixed, alone, strict=True))
    return Mix(a_second, median(mixed), 1 - kept, median(took), refused)


def _middle(rounds: list[tuple[load.Run, load.Run]]) -> tuple[load.Run, load.Run]:
    """The round whose share is the median."""
    return sorted(rounds, key=lambda one: one[0].rate / one[1].rate)[len(rounds) // 2]


if __name__ == "__main__":
    sys.exit(main())
