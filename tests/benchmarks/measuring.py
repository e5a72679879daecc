"""Measures pages over a database, every turn beside a turn of what it is compared with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt
from statistics import median, stdev
from typing import Any
from urllib.parse import quote

from flask import Flask

from app.factory import create_app
from tests.benchmarks import load
from tests.benchmarks.bare import beside
from tests.benchmarks.databases import PORT, config
from tests.benchmarks.figures import Figures, Growth, How, Mix, Row
from tests.benchmarks.letters import measure_letters
from tests.benchmarks.people import (
    BELL,
    MIX_SLUG,
    OTHER_SLUG,
    SLUG,
    SUBMIT,
    People,
    Somebody,
    people,
    people_of,
    statements_of,
)
from tests.benchmarks.servers import cpu_of, memory_of, server

READS = {
    "sign-in": "/sign-in",
    "home": "/",
    "home-two": "/",
    "challenges": "/challenges",
    "challenge": f"/challenges/{SLUG}",
    "badges": "/badges",
    "person": "/people/{id}",
    "team": "/team",
    "team-large": "/team",
    "bell": BELL,
    "directory": "/people?q={words}",
    "campaign": "/campaigns/{campaign}",
    "live": "/office/campaigns/{campaign}",
    "dashboard": "/dashboard",
    "dashboard-unit": "/dashboard?unit={unit}",
}
"""By name. Home has one open campaign or two, "home-two" has two for everybody who asks; "live" is
what the office reads of a campaign while it runs. "team-large" is the desk of a manager with 200
people and 5,000 past steps; "bell" the answer that nothing changed; "directory" a search by the
beginning of a name; "dashboard-unit" is the dashboard of one department."""
MIXED = ("home", "challenges", "challenge")
OTHERS = ("submit", "mix", "cold", "letters")
"""A submission, reads while submissions arrive, a server that was just started, and the weekly
letter to 4,500 people."""
PAGES = (*READS, *OTHERS)

Askers = Sequence[Somebody | None]


def measure(url: str, figures: Figures, *, pages: Sequence[str], how: How) -> None:
    """Cold, then every page, then the mix, over one database; only what ``pages`` names."""
    app = beside(create_app(config(url)))  # in this process, to count statements
    asking = people(app)
    cold = _cold(url, asking) if "cold" in pages else None
    with server(url) as running:
        load.at_once(asking.any[:16], "/")
        if cold:
            figures.cold = (*cold, load.at_once(asking.any[16:32], "/")[-1])
        before = memory_of(running.pid)
        over = Over(app, running.pid, asking, how)
        figures.rows += [over.read(page) for page in READS if page in pages]
        if "submit" in pages:
            figures.rows.append(over.submit())
        if "mix" in pages:
            fresh = people(app, MIX_SLUG).fresh
            figures.mixes += [over.mix(fresh, a_second) for a_second in how.mix_turns]
        figures.memory = (before, memory_of(running.pid))
    app.extensions["stepup_database"].dispose()
    if "letters" in pages:
        figures.letters = measure_letters(url)


def _cold(url: str, asking: People) -> tuple[float, float]:
    firsts, lasts = [], []
    for _ in range(3):
        with server(url):
            firsts.append(load.ask(asking.any[0], "/")[1])
        with server(url):
            lasts.append(load.at_once(asking.any[:16], "/")[-1])
    return median(firsts), median(lasts)


@dataclass(frozen=True)
class Over:
    """One server over one database, with the same app in this process."""

    app: Flask
    server: int
    """The process id of the server."""
    people: People
    how: How

    def read(self, page: str) -> Row:
        """A page beside the bare page."""
        paths, who = _paths(self.people, page), _asking(self.people, page)
        load.warm(who, paths, seconds=self.how.seconds)
        turns = []
        for _ in range(self.how.turns):
            floor = self._costed(self.people.any, ["/bench/read"])
            turns.append((self._costed(who, paths), floor))
        return Row(page, turns, max(statements_of(self.app, who[0], path) for path in paths))

    def submit(self) -> Row:
        """A submission beside the bare commit. Everybody submits once: twice is another request."""
        path, fresh = SUBMIT.format(slug=SLUG), self.people.fresh
        statements = statements_of(self.app, fresh.pop(), path, method="POST")
        turns = []
        for _ in range(self.how.turns):
            floor = self._costed(self.people.any, ["/bench/write"], method="POST")
            turns.append((submitting(self.server, fresh, path, seconds=self.how.seconds), floor))
        return Row("submit", turns, statements)

    def mix(self, fresh: list[Somebody], a_second: int) -> Mix:
        """Three pages in turn, without and with submissions, turn and turn about."""
        seconds, turns = self.how.seconds, self.how.mix_turns[a_second]
        assert len(fresh) > 2 * seconds * a_second * turns, "too few people for so many submissions"
        paths = [READS[page] for page in MIXED]
        alone, mixed, took, refused = [], [], [], 0
        for _ in range(turns):
            alone.append(load.run(self.people.any, paths, seconds=seconds).rate)
            with load.trickle(fresh, a_second=a_second) as submitted:
                mixed.append(load.run(self.people.any, paths, seconds=seconds).rate)
            took += submitted.took
            refused += submitted.refused
        kept = [with_ / without for with_, without in zip(mixed, alone, strict=True)]
        error = 1.25 * stdev(kept) / sqrt(len(kept)) if turns > 1 else float("nan")
        return Mix(a_second, median(mixed), 1 - median(kept), error, median(took), refused)

    def _costed(self, who: Askers, paths: list[str], **how: Any) -> load.Run:
        return costed(self.server, who, paths, seconds=self.how.seconds, **how)


@dataclass(frozen=True)
class Side:
    """One of two servers that are asked turn and turn about."""

    port: int
    server: int
    people: People

    def warm(self, page: str, *, seconds: int) -> None:
        """Let the server answer a page for the first time, which may take longer than a turn."""
        if page != "submit":
            who, paths = _asking(self.people, page), _paths(self.people, page)
            load.warm(who, paths, seconds=seconds, port=self.port)

    def turn(self, page: str, *, seconds: int) -> load.Run:
        """One turn of a page. Raises AssertionError if anything was refused."""
        how: dict[str, Any] = {"seconds": seconds, "port": self.port}
        if page == "submit":
            path = SUBMIT.format(slug=OTHER_SLUG)
            return submitting(self.server, self.people.fresh, path, **how)
        run = costed(self.server, _asking(self.people, page), _paths(self.people, page), **how)
        assert not run.errors, f"{run.errors} of {run.requests} requests of {page} were refused"
        return run


def grown(
    small: Figures, large: Figures, urls: tuple[str, str], *, pages: Sequence[str], how: How
) -> list[Growth]:
    """Every page of two sizes, on two servers side by side that are asked turn and turn about."""
    ports = (PORT, PORT + 1)
    asking = [people_of(url, OTHER_SLUG) for url in urls]
    with server(urls[0], ports[0]) as one, server(urls[1], ports[1]) as other:
        pids = (one.pid, other.pid)
        left, right = (Side(*side) for side in zip(ports, pids, asking, strict=True))
        found = []
        for page in [page for page in (*READS, "submit") if page in pages]:
            for side in (left, right):
                side.warm(page, seconds=how.seconds)
            turns = [
                (left.turn(page, seconds=how.seconds), right.turn(page, seconds=how.seconds))
                for _ in range(how.turns)
            ]
            found.append(Growth(small.kind, page, large.people, turns))
    return found


def submitting(server: int, fresh: list[Somebody], path: str, **how: Any) -> load.Run:
    """A turn of submissions, each by somebody who has not submitted that step yet."""
    run = costed(server, fresh, [path], method="POST", **how)
    assert not run.errors, f"{run.errors} of {run.requests} submissions to {path} were refused"
    assert run.requests < len(fresh), "too few people for so many submissions: fewer --seconds"
    del fresh[: run.requests + 2 * load.CONNECTIONS]
    return run


def costed(server: int, who: Askers, paths: list[str], **how: Any) -> load.Run:
    """A turn, with what it cost the web workers."""
    before = cpu_of(server)
    run = load.run(who, paths, **how)
    return replace(run, cpu=(cpu_of(server) - before) / run.requests)


def _asking(people: People, page: str) -> Askers:
    asking: dict[str, Askers] = {
        "sign-in": [None],
        "home-two": people.reached,
        "team": people.managers,
        "team-large": people.leads_many,
        "bell": people.tagged,
        "live": people.office,
    }
    return asking.get(page, people.any)


def _paths(people: People, page: str) -> list[str]:
    path = READS[page].replace("{campaign}", people.campaign).replace("{unit}", people.unit)
    if page != "directory":
        return [path]
    return [path.replace("{words}", quote(words)) for words in people.beginnings]
