"""`make bench`: pages under load beside a bare page and a bare commit on the same server, in the
same run.

Needs wrk (Debian's package). Loads demo data of each size into SQLite and PostgreSQL, starts
gunicorn with the settings of `make run`, and writes docs/benchmarks.md. Every page is measured next
to the bare page, turn and turn about, so that what else the machine does falls on both.
"""

import argparse
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from math import sqrt
from statistics import median, stdev
from typing import Any

from flask import Flask

from app.config import ROOT
from app.factory import create_app
from tests.benchmarks import load, report, stage
from tests.benchmarks.bare import beside
from tests.benchmarks.figures import MIX_ROUNDS, ROUNDS, Figures, Growth, Mix, Row

READS = {
    "sign-in page": "/sign-in",
    "home": "/",
    "challenge list": "/challenges",
    "challenge page": f"/challenges/{stage.SLUG}",
    "badges": "/badges",
    "a person's page": "/people/{id}",
    "team page": "/team",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--staff", type=int, nargs="*", default=[4_500, 100_000])
    parser.add_argument(
        "--databases", nargs="*", choices=["SQLite", "PostgreSQL"], default=["SQLite", "PostgreSQL"]
    )
    parser.add_argument("--seconds", type=int, default=1, help="of each turn (default 1)")
    asked = parser.parse_args()
    if not shutil.which("wrk"):
        print("make bench needs wrk: apt-get install wrk", file=sys.stderr)
        return 1
    found, growths = [], []
    for kind in asked.databases:
        with stage.engine_of(kind) as new_database:
            urls = [new_database(f"staff_{staff}") for staff in asked.staff]
            for url, staff in zip(urls, asked.staff, strict=True):
                figures = Figures(kind, staff, stage.load_demo(url, staff))
                measure(url, figures, seconds=asked.seconds)
                found.append(figures)
                print(*report.table(figures), sep="\n", flush=True)
            if len(urls) > 1:
                growths += grown(kind, urls[0], urls[-1], seconds=asked.seconds)
                print(*report.growth(growths), sep="\n", flush=True)
    (ROOT / "docs" / "benchmarks.md").write_text(
        report.whole(found, growths, seconds=asked.seconds), encoding="utf-8"
    )
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
        figures.rows += [
            _read(app, server.pid, people, page, path, seconds=seconds)
            for page, path in READS.items()
        ]
        figures.rows.append(_submit(app, server.pid, people, seconds=seconds))
        fresh = stage.people(app, stage.MIX_SLUG).fresh
        figures.mixes += [
            _mix(people.any, fresh, a_second, seconds=seconds) for a_second in MIX_ROUNDS
        ]
        figures.memory = (before, stage.memory_of(server.pid))
    app.extensions["stepup_database"].dispose()


def grown(kind: str, smallest: str, largest: str, *, seconds: int) -> list[Growth]:
    """Every page of both sizes, on two servers side by side that are asked turn and turn about."""
    ports, urls = (stage.PORT, stage.PORT + 1), (smallest, largest)
    asking = [_people(url, stage.OTHER_SLUG) for url in urls]
    submit = stage.SUBMIT.format(slug=stage.OTHER_SLUG)
    with stage.server(smallest, ports[0]) as one, stage.server(largest, ports[1]) as other:
        sides = list(zip(ports, (one.pid, other.pid), asking, strict=True))

        def turn(path: str, port: int, pid: int, people: stage.People) -> load.Run:
            if path == submit:
                return _submitting(pid, people.fresh, path, seconds=seconds, port=port)
            return _costed(pid, _asking(people, path), [path], seconds=seconds, port=port)

        found = []
        for page, path in [*READS.items(), ("submit", submit)]:
            rounds = [[turn(path, *side) for side in sides] for _ in range(ROUNDS)]
            assert not any(run.errors for pair in rounds for run in pair), f"{path} was refused"
            small, large = zip(*rounds, strict=True)
            p95 = median(run.p95 for run in small), median(run.p95 for run in large)
            cpu = median(run.cpu for run in small), median(run.cpu for run in large)
            found.append(Growth(kind, page, p95, cpu))
    return found


def _people(url: str, slug: str) -> stage.People:
    app = create_app(stage.config(url))
    found = stage.people(app, slug)
    app.extensions["stepup_database"].dispose()
    return found


def _cold(url: str, people: stage.People) -> tuple[float, float]:
    firsts, lasts = [], []
    for _ in range(3):
        with stage.server(url):
            firsts.append(load.ask(people.any[0], "/")[1])
        with stage.server(url):
            lasts.append(load.at_once(people.any[:16], "/")[-1])
    return median(firsts), median(lasts)


def _read(
    app: Flask, server: int, people: stage.People, page: str, path: str, *, seconds: int
) -> Row:
    who = _asking(people, path)
    load.run(who, [path], seconds=1)
    rounds = []
    for _ in range(ROUNDS):
        floor = _costed(server, people.any, ["/bench/read"], seconds=seconds)
        rounds.append((_costed(server, who, [path], seconds=seconds), floor))
    run, floor = _middle(rounds)
    return Row(page, run, floor, stage.statements_of(app, who[0], path))


def _asking(people: stage.People, path: str) -> Sequence[stage.Somebody | None]:
    return {"/team": people.managers, "/sign-in": [None]}.get(path, people.any)


def _submit(app: Flask, server: int, people: stage.People, *, seconds: int) -> Row:
    """Everybody submits once: a second time would be another request."""
    path = stage.SUBMIT.format(slug=stage.SLUG)
    statements = stage.statements_of(app, people.fresh.pop(), path, method="POST")
    rounds = []
    for _ in range(ROUNDS):
        floor = _costed(server, people.any, ["/bench/write"], seconds=seconds, method="POST")
        rounds.append((_submitting(server, people.fresh, path, seconds=seconds), floor))
    run, floor = _middle(rounds)
    return Row("submit", run, floor, statements)


def _submitting(server: int, fresh: list[stage.Somebody], path: str, **how: Any) -> load.Run:
    run = _costed(server, fresh, [path], method="POST", **how)
    assert not run.errors, f"{run.errors} of {run.requests} submissions to {path} were refused"
    assert run.requests < len(fresh), "too few people for so many submissions: fewer --seconds"
    del fresh[: run.requests + 2 * load.CONNECTIONS]
    return run


def _costed(
    server: int, who: Sequence[stage.Somebody | None], paths: list[str], **how: Any
) -> load.Run:
    """A turn, with what it cost the web workers."""
    before = stage.cpu_of(server)
    run = load.run(who, paths, **how)
    return replace(run, cpu=(stage.cpu_of(server) - before) / run.requests)


def _mix(
    readers: list[stage.Somebody], fresh: list[stage.Somebody], a_second: int, *, seconds: int
) -> Mix:
    """Home, list and challenge page in turn, without and with submissions, turn and turn about."""
    assert len(fresh) > 2 * seconds * a_second * MIX_ROUNDS[a_second], (
        "too few people for so many submissions"
    )
    pages = [READS[page] for page in ("home", "challenge list", "challenge page")]
    alone, mixed, took, refused = [], [], [], 0
    for _ in range(MIX_ROUNDS[a_second]):
        alone.append(load.run(readers, pages, seconds=seconds).rate)
        with load.trickle(fresh, a_second=a_second) as submitted:
            mixed.append(load.run(readers, pages, seconds=seconds).rate)
        took += submitted.took
        refused += submitted.refused
    kept = [beside / by_itself for beside, by_itself in zip(mixed, alone, strict=True)]
    error = 1.25 * stdev(kept) / sqrt(len(kept))
    return Mix(a_second, median(mixed), 1 - median(kept), error, median(took), refused)


def _middle(rounds: list[tuple[load.Run, load.Run]]) -> tuple[load.Run, load.Run]:
    """The round whose share is the median."""
    return sorted(rounds, key=lambda one: one[0].rate / one[1].rate)[len(rounds) // 2]


if __name__ == "__main__":
    sys.exit(main())
