"""The Markdown of docs/benchmarks.md."""

import os
import platform
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from math import isnan
from typing import TYPE_CHECKING

from app.serve import WEB
from challenges.calendar import day_of
from tests.benchmarks.figures import Figures, Growth, How, Row
from tests.benchmarks.load import CONNECTIONS, SETTLING

if TYPE_CHECKING:
    from tests.benchmarks.__main__ import Found

HEAD = """# Benchmarks

Written by `{command}` on {day}, in {minutes:.0f} minutes. `make bench` takes a quarter of an hour;
`make bench ARGS=--full` measures every size on both databases. Some pages alone, without writing
this file: `python -m tests.benchmarks --pages home,challenges --people 4500 --databases SQLite`.

wrk asks with {connections} keep-alive connections and as many people. Every page has {turns} turns
of {seconds} s, each beside a turn of the floor: a bare page (one indexed SELECT), or a bare commit
(one row). The figures are of the median turn. `floor` is the floor's rate of that turn, `share` the
page's rate beside it, `spread` the smallest and largest share of all turns.
What submissions take from the reads is the median of {mixed}, each
beside a turn without any; ± is its standard error.
The first {settling} requests of a turn close their connection, so that connections fall to the
workers as they do when people come one by one, and not as sixteen within a millisecond. `CPU ms` is
what one request costs the web workers, again with the floor beside it: it depends less on how busy
the machine is.

Server: gunicorn `{settings}`;
Python {python}; {cores} cores, shared by server, driver and database.

Goals: any page at least 0.20 of the bare page, home and challenges 0.25, submit 0.25 of the bare
commit; at most 5 statements a read and 10 a write, the same at every size; p95 at 100,000 people at
most 1.3 times that at 4,500; web workers under 300 MB in all; reads lose at most 10 % while
submissions arrive; no cold cliff; the bell's answer that nothing changed 0.70 of the bare page; the
weekly letter to 4,500 people in 60 s.

`team-large` is the desk of a manager with 200 people and 5,000 past steps, `bell` the answer that
the number is the same (304), `directory` the search for people by beginnings of surname, given name
and kana. `dashboard` and `dashboard-unit` (that of one department) may ask at most 12 statements.
"""


def whole(found: "Found", how: How, *, command: str, minutes: float) -> str:
    """The page."""
    mixed = [f"{turns} turns (at {pace} a second)" for pace, turns in how.mix_turns.items()]
    head = HEAD.format(
        command=command,
        minutes=minutes,
        day=day_of(datetime.now(UTC)),
        connections=CONNECTIONS,
        settling=SETTLING,
        turns=how.turns,
        mixed=" or ".join(mixed),
        seconds=how.seconds,
        settings=WEB,
        python=platform.python_version(),
        cores=os.cpu_count(),
    )
    parts = [head.rstrip(), *("\n".join(table(figures)) for figures in found.figures)]
    parts += ["\n".join(growth(found.growths)), *found.sections]
    return "\n\n".join(parts) + "\n"


def table(figures: Figures) -> Iterator[str]:
    """One database at one size."""
    yield f"## {figures.kind}, {figures.people:,} people"
    yield ""
    yield from _rows(figures.rows)
    if figures.mixes:
        yield from _mixes(figures)
    yield _around(figures)


def _rows(rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        return
    yield (
        "| page | requests/s | floor | share | spread | p50 ms | p95 ms | p99 ms | CPU ms | floor "
        "| statements | errors |"
    )
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for row in rows:
        run, floor = row.middle
        low, high = row.spread
        cells = [
            row.page,
            f"{run.rate:,.0f}",
            f"{floor.rate:,.0f}",
            f"{row.share:.2f}",
            f"{low:.2f} – {high:.2f}",
            *(f"{time:.1f}" for time in (run.p50, run.p95, run.p99)),
            *(f"{one.cpu:.2f}" for one in (run, floor)),
            str(row.statements),
            str(sum(page.errors for page, _ in row.turns)),
        ]
        yield f"| {' | '.join(cells)} |"
    yield ""


def _mixes(figures: Figures) -> Iterator[str]:
    yield (
        "| home, challenges and challenge in turn, while "
        "| reads/s | lost | submit p50 ms | refused |"
    )
    yield "|---|--:|--:|--:|--:|"
    for mix in figures.mixes:
        arrive = "one submission a second arrives"
        if mix.a_second > 1:
            arrive = f"{mix.a_second} submissions a second arrive"
        lost = f"{mix.lost:.1%}" if isnan(mix.error) else f"{mix.lost:.1%} ± {mix.error:.1%}"
        yield f"| {arrive} | {mix.reads:,.0f} | {lost} | {mix.submit_ms:.1f} | {mix.refused} |"
    yield ""


def _around(figures: Figures) -> str:
    """A new server, memory, and how the people came into the database."""
    before, after = figures.memory
    said = [
        f"Web workers: {before:.0f} MB in all at first, {after:.0f} MB at the end.",
        figures.made,
    ]
    if figures.letters:
        said.append(figures.letters.sentence())
    if figures.cold:
        first, last, warm = figures.cold
        cold = (
            f"New server: the first home page in {first:.0f} ms; "
            f"sixteen at once all answered after {last:.0f} ms (warm: {warm:.0f} ms)."
        )
        said.insert(0, cold)
    return " ".join(said)


def growth(found: Sequence[Growth]) -> Iterator[str]:
    """The larger sizes beside the smallest, for each database."""
    yield "## From the smallest size to the larger"
    yield ""
    yield "Two servers side by side, asked turn and turn about: medians, and the spread of the"
    yield "growth of p95 from turn to turn."
    yield ""
    yield (
        "| database | people | page | p95 ms | at the larger | growth | spread "
        "| CPU ms | at the larger | growth |"
    )
    yield "|---|--:|---|--:|--:|--:|--:|--:|--:|--:|"
    for one in found:
        low, high = one.spread
        cells = [
            *(one.kind, f"{one.people:,}", one.page),
            *_pair(*one.p95),
            f"{low:.2f} – {high:.2f}",
            *_pair(*one.cpu),
        ]
        yield f"| {' | '.join(cells)} |"


def _pair(small: float, large: float) -> list[str]:
    grown = f"× {large / small:.2f}" if small else "–"
    return [f"{small:.2f}", f"{large:.2f}", grown]
