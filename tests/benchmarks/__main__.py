"""`make bench`: pages under load beside a bare page and a bare commit on the same server.

Needs wrk (Debian's package). Puts people of each size into SQLite and PostgreSQL, starts gunicorn
with the settings of `make run`, and writes docs/benchmarks.md. Whoever changes one page measures
that page alone, in a minute or two:

    python -m tests.benchmarks --pages home,challenges --people 4500 --databases SQLite
"""

import argparse
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from app.config import ROOT
from tests.benchmarks import report
from tests.benchmarks.databases import KINDS, NewDatabase, engine_of, put_people
from tests.benchmarks.figures import Figures, Growth, How
from tests.benchmarks.fold import fold_lines, full_fold_lines, publish_everything
from tests.benchmarks.jobs import job_lines
from tests.benchmarks.measuring import PAGES, grown, measure
from tests.benchmarks.recognition import recognition_lines

USUAL = {"SQLite": [4_500, 100_000], "PostgreSQL": [4_500]}
FULL = {kind: [4_500, 100_000, 400_000] for kind in KINDS}
"""People by database."""
OF_DASHBOARD = {"dashboard", "dashboard-unit"}
"""Pages that need everything to be published, which takes minutes for many people."""
OF_SMALLEST = {*OF_DASHBOARD, "cold", "mix", "letters"}
"""What a usual run measures at the smallest size alone, to end within a quarter of an hour."""
ON_SQLITE = {"cold", "letters"}
"""What it measures on SQLite alone."""
USUAL_HOW = How(seconds=1, turns=3, mix_turns={1: 3, 10: 5})
FULL_HOW = How(seconds=1, turns=7, mix_turns={1: 10, 10: 60})

Section = Callable[[str, NewDatabase], Iterable[str]]
MORE_SECTIONS: Sequence[Section] = (job_lines, fold_lines)
FULL_SECTIONS: Sequence[Section] = (job_lines, fold_lines, full_fold_lines)
"""What else a whole run measures on each database: (kind, new_database) -> lines of Markdown."""


@dataclass
class Found:
    """Everything measured, in the order of the report."""

    figures: list[Figures] = field(default_factory=list)
    growths: list[Growth] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)


def main() -> int:
    asked = _arguments()
    if not shutil.which("wrk"):
        print("make bench needs wrk: apt-get install wrk", file=sys.stderr)
        return 1
    began = time.monotonic()
    how = _how(asked)
    found = Found()
    for kind, sizes in _sizes(asked).items():
        with engine_of(kind) as new_database:
            pages = {size: _pages_of(asked, kind, is_smallest=size == sizes[0]) for size in sizes}
            _measure_kind(kind, pages, new_database, found, how=how)
            if not _is_part(asked):
                sections = FULL_SECTIONS if asked.full else MORE_SECTIONS
                found.sections += _more(kind, new_database, sections)
    if not _is_part(asked):
        found.sections.append("\n".join(recognition_lines()))
    minutes = (time.monotonic() - began) / 60
    print(f"Measured in {minutes:.0f} minutes.")
    if not _is_part(asked):
        command = "make bench ARGS=--full" if asked.full else "make bench"
        page = report.whole(found, how, command=command, minutes=minutes)
        (ROOT / "docs" / "benchmarks.md").write_text(page, encoding="utf-8")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="Measure pages. Only a run without any selection writes docs/benchmarks.md.",
    )
    parser.add_argument(
        "--full", action="store_true", help="every size on both databases, more turns"
    )
    parser.add_argument("--pages", type=_pages, help=f"some of {','.join(PAGES)}")
    parser.add_argument("--people", type=_numbers, help="sizes, such as 4500,100000")
    parser.add_argument("--databases", type=_kinds, help=f"some of {','.join(KINDS)}")
    parser.add_argument("--seconds", type=int, help="of each turn")
    parser.add_argument("--turns", type=int, help="of each page")
    asked = parser.parse_args()
    asked.pages = asked.pages or list(PAGES)
    return asked


def _pages(words: str) -> list[str]:
    return _some_of(PAGES, words)


def _kinds(words: str) -> list[str]:
    return _some_of(KINDS, words)


def _some_of(known: Sequence[str], words: str) -> list[str]:
    found = words.split(",")
    if unknown := [word for word in found if word not in known]:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: not one of {', '.join(known)}")
    return found


def _numbers(words: str) -> list[int]:
    return [int(word) for word in words.split(",")]


def _is_part(asked: argparse.Namespace) -> bool:
    """Whether something was selected, so that this is no whole report."""
    selected = (asked.people, asked.databases, asked.seconds, asked.turns)
    return any(selected) or asked.pages != list(PAGES)


def _pages_of(asked: argparse.Namespace, kind: str, *, is_smallest: bool) -> list[str]:
    """What is measured on that database at one of its sizes."""
    if asked.full or _is_part(asked):
        return list(asked.pages)
    left_out = ON_SQLITE if kind != "SQLite" else set()
    left_out = left_out if is_smallest else left_out | OF_SMALLEST
    return [page for page in asked.pages if page not in left_out]


def _sizes(asked: argparse.Namespace) -> dict[str, list[int]]:
    usual = FULL if asked.full else USUAL
    kinds = asked.databases or KINDS
    return {kind: sorted(asked.people or usual[kind]) for kind in kinds}


def _how(asked: argparse.Namespace) -> How:
    usual = FULL_HOW if asked.full else USUAL_HOW
    mix_turns = dict.fromkeys(usual.mix_turns, asked.turns) if asked.turns else usual.mix_turns
    return How(asked.seconds or usual.seconds, asked.turns or usual.turns, mix_turns)


def _measure_kind(
    kind: str,
    pages: dict[int, Sequence[str]],
    new_database: NewDatabase,
    found: Found,
    *,
    how: How,
) -> None:
    """Every size of one database, with ``pages`` by size, and each larger size beside the
    smallest."""
    urls = [new_database(f"people_{people}") for people in pages]
    all_figures = []
    for url, (people, some) in zip(urls, pages.items(), strict=True):
        figures = Figures(kind, people, put_people(url, people))
        if OF_DASHBOARD.intersection(some):
            publish_everything(url)
        measure(url, figures, pages=some, how=how)
        all_figures.append(figures)
        _show(report.table(figures))
    growths = []
    for url, figures in zip(urls[1:], all_figures[1:], strict=True):
        both = pages[figures.people]
        growths += grown(all_figures[0], figures, (urls[0], url), pages=both, how=how)
    if growths:
        _show(report.growth(growths))
    found.figures += all_figures
    found.growths += growths


def _more(kind: str, new_database: NewDatabase, sections: Sequence[Section]) -> list[str]:
    found = ["\n".join(section(kind, new_database)) for section in sections]
    for section in found:
        print(section, flush=True)
    return found


def _show(lines: Iterable[str]) -> None:
    print(*lines, "", sep="\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
