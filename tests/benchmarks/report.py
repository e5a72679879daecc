"""The Markdown of docs/benchmarks.md."""

import os
import platform
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from app.serve import WEB
from challenges.calendar import day_of
from tests.benchmarks.figures import MIX_ROUNDS, ROUNDS, Figures, Growth
from tests.benchmarks.load import CONNECTIONS, SETTLING

HEAD = """# Benchmarks

`make bench`, written by it on {day}. wrk with {connections} keep-alive connections and as many people, every page in
{rounds} turns of {seconds} s, each beside a turn of the floor: a bare page (one indexed SELECT), or a bare commit (one
row). The figures are of the median turn; `floor` is the floor's rate of that turn, `share` the page's rate beside it.
What submissions take from the reads is the median of {mixed},
each beside a turn without any; ± is its standard error.
The first {settling} requests of a turn close their connection, so that connections fall to the workers as they do when
people come one by one, and not as sixteen within a millisecond. `CPU ms` is what one request costs the web workers,
again with the floor beside it: it depends less on how busy the machine is.

Server: gunicorn `{settings}`; Python {python}; {cores} cores, shared by server, driver and database.

Goals: any page at least 0.20 of the bare page, home and challenge list 0.25, submit 0.25 of the bare commit; at most 5
statements a read and 10 a write, the same at every size; p95 at 100,000 people at most 1.3 times that at 4,500; web
workers under 300 MB in all; reads lose at most 10 % while submissions arrive; no cold cliff.
"""


def whole(found: Sequence[Figures], growths: Sequence[Growth], *, seconds: int) -> str:
    """The page."""
    head = HEAD.format(
        day=day_of(datetime.now(UTC)),
        connections=CONNECTIONS,
        settling=SETTLING,
        rounds=ROUNDS,
        mixed=" or ".join(
            f"{turns} turns (at {a_second} a second)" for a_second, turns in MIX_ROUNDS.items()
        ),
        seconds=seconds,
        settings=WEB,
        python=platform.python_version(),
        cores=os.cpu_count(),
    )
    tables = "\n\n".join("\n".join(table(figures)) for figures in found)
    return f"{head}\n{tables}\n\n" + "\n".join(growth(growths)) + "\n"


def table(figures: Figures) -> Iterator[str]:
    """One database at one size."""
    before, after = figures.memory
    first, last, warm = figures.cold
    yield f"## {figures.kind}, {figures.staff:,} people"
    yield ""
    yield "| page | requests/s | floor | share | p50 ms | p95 ms | p99 ms | CPU ms | floor | statements | errors |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for row in figures.rows:
        run = row.run
        rates = f"{run.rate:,.0f} | {row.floor.rate:,.0f} | {row.share:.2f}"
        times = (
            f"{run.p50:.1f} | {run.p95:.1f} | {run.p99:.1f} | {run.cpu:.2f} | {row.floor.cpu:.2f}"
        )
        yield f"| {row.page} | {rates} | {times} | {row.statements} | {run.errors} |"
    yield ""
    yield "| home, list and challenge page in turn, while | reads/s | lost | submit p50 ms | refused |"
    yield "|---|--:|--:|--:|--:|"
    for mix in figures.mixes:
        a_second = (
            "one submission a second arrives"
            if mix.a_second == 1
            else f"{mix.a_second} submissions a second arrive"
        )
        lost = f"{mix.lost:.1%} ± {mix.error:.1%}"
        yield f"| {a_second} | {mix.reads:,.0f} | {lost} | {mix.submit_ms:.1f} | {mix.refused} |"
    yield ""
    yield (
        f"New server: the first home page in {first:.0f} ms; sixteen at once all answered after {last:.0f} ms (warm: "
        f"{warm:.0f} ms). Web workers: {before:.0f} MB in all at first, {after:.0f} MB at the end. "
        f"`demo load`: {figures.loading:.0f} s."
    )


def growth(found: Sequence[Growth]) -> Iterator[str]:
    """The largest size beside the smallest, for each database."""
    yield "## From the smallest size to the largest"
    yield ""
    yield f"Both sizes on two servers side by side, each page in {ROUNDS} turns of either by turns; medians."
    yield ""
    yield "| database | page | p95 ms | at the largest | growth | CPU ms | at the largest | growth |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|"
    for one in found:
        cells = [
            f"{small:.2f} | {large:.2f} | × {large / small:.2f}"
            for small, large in (one.p95, one.cpu)
        ]
        yield f"| {one.kind} | {one.page} | {' | '.join(cells)} |"
