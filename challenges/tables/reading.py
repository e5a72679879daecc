"""Reads a table whose columns are known, line by line, and finds everything wrong with it at once.

Columns come in any order, under any of their headings. Rows with a title may stand above the
headings. Columns that nobody asked for are ignored and named in a notice.
"""

import io
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import IO, Any, Generic, TypeVar, get_type_hints

from pydantic import TypeAdapter, ValidationError

from challenges.errors import N_, Unreadable
from challenges.tables.cells import Column, has_gaiji
from challenges.tables.files import Problem, Record, records
from challenges.text import comparable, without_blanks

R = TypeVar("R")

MOST_PROBLEMS = 1000
"""After so many, reading stops: the file is another table, or has one mistake throughout."""
_TITLES = 5
"""Rows that may stand above the headings."""
_MOST_NAMED = 20
"""Lines that a notice names."""


class Table(Generic[R]):
    """A table in a file. Iterate over its rows, once; ``problems`` and ``notices`` grow with it.

    A long one is better read from an open file than from bytes, which take memory all the while.

    ``row`` is the dataclass of its rows. Its ``line`` is the line in the file, from 1. Every other
    field is a cells.Column, with a default for what is missing or could not be read.

    Never raises: what is wrong with the file is a problem as well. Of a line with too many cells
    only the first column of ``row`` is read, to tell what it is about: any other value may be in
    the wrong column. ``lines_called`` is the Japanese word for the lines where there are none.
    """

    def __init__(self, file: IO[bytes] | bytes, row: type[R], *, lines_called: str = "") -> None:
        self.problems: list[Problem] = []
        self.notices: list[str] = []
        self.headings: dict[str, str] = {}
        """What the file calls each column, by its name, in the order of the file."""
        self._lines_called = lines_called
        hints = get_type_hints(row, include_extras=True)
        self._columns: dict[str, Column] = {
            name: hint.__metadata__[0] for name, hint in hints.items() if name != "line"
        }
        self._read = TypeAdapter(row).validate_python
        self._places: dict[str, int] = {}
        """Where each column is in the file, from 0."""
        self._width = 0
        self._records: Iterator[Record | Problem] = iter(())
        found = records(io.BytesIO(file) if isinstance(file, bytes) else file)
        self._begin(found)
        self.is_complete = not self.problems
        """Whether every column that must be there is there once. Else no line can be trusted."""

    def __iter__(self) -> Iterator[R]:
        is_empty = True
        gaiji: list[str] = []
        for record in self._records:
            if len(self.problems) >= MOST_PROBLEMS:
                self._add(record.line, "", N_("誤りが多いので、ここで読むのをやめました。"))
                break
            if isinstance(record, Problem):
                self.problems.append(record)
                continue
            is_empty = False
            yield self._row(record)
            gaiji += [str(record.line)] if has_gaiji(record.cells) else []
        if is_empty and not self.problems:
            self._add_no_lines()
        if gaiji:
            more = f" ほか{len(gaiji) - _MOST_NAMED}行" if gaiji[_MOST_NAMED:] else ""
            lines = "、".join(gaiji[:_MOST_NAMED])
            self.notices.append(f"外字があり、ほかの端末では見えません: {lines}行目{more}")

    def report(self, more: Iterable[Problem] = ()) -> list[str]:
        """All problems, and ``more`` found elsewhere, in the order of the file: each with its line,
        the column as the file calls it, and a sentence."""
        order = {name: number for number, name in enumerate(self.headings)}
        problems = sorted(
            [*self.problems, *more], key=lambda one: (one.line, order.get(one.field, -1))
        )
        return [self._in_words(one) for one in problems]

    def _in_words(self, problem: Problem) -> str:
        place = f"{problem.line}行目" if problem.line else "ファイル全体"
        column = self.headings.get(problem.field, problem.field)
        return f"{place} {column}: {problem}" if column else f"{place}: {problem}"

    def _add(self, line: int, field: str, sentence: str, **values: object) -> None:
        self.problems.append(Problem(line, field, sentence, values))

    def _add_no_lines(self) -> None:
        if self._lines_called:
            self._add(0, "", f"見出しだけで、{self._lines_called}がありません。")
        else:
            self._add(0, "", N_("見出しだけで、行がありません。"))

    def _begin(self, found: Iterator[Record | Problem]) -> None:
        """Read down to the headings."""
        names = {
            _key(word): name
            for name, column in self._columns.items()
            for word in (name, *column.headings)
        }
        beginning = list(islice(found, _TITLES + 1))
        rows = [one for one in beginning if isinstance(one, Record)]
        if not rows:
            self.problems += [one for one in beginning if isinstance(one, Problem)]
            if not beginning:
                self._add(0, "", N_("空のファイルです。"))
            return
        # The first row, unless another one below is recognised.
        named = (row for row in rows if sum(_key(cell) in names for cell in row.cells) > 1)
        header = next(named, rows[0])
        start = beginning.index(header)
        if start:
            self.notices.append(
                f"{header.line}行目を見出しとして読みます。その上の行は読みません。"
            )
        self._find_columns(header, names)
        self._find_missing(header)
        if self._places:
            # Problems above the headings count as well.
            above = (one for one in beginning[:start] if isinstance(one, Problem))
            self._records = chain(above, beginning[start + 1 :], found)

    def _find_columns(self, header: Record, names: dict[str, str]) -> None:
        ignored: list[str] = []
        while not header.cells[-1].strip():
            header.cells.pop()
        self._width = len(header.cells)
        for number, cell in enumerate(map(str.strip, header.cells)):
            name = names.get(_key(cell))
            if name is None:
                ignored.append(cell or f"{number + 1}列目")
            elif name in self._places:
                sentence = N_("同じ意味の列が二つあります。一つにしてください。")
                self._add(header.line, cell, sentence)
            else:
                self._places[name] = number
                self.headings[name] = cell
        if ignored and self._places:
            self.notices.append(f"使わない列です（読みません）: {'、'.join(ignored)}")

    def _find_missing(self, header: Record) -> None:
        for name, column in self._columns.items():
            if not (column.is_optional or name in self._places):
                self._add(
                    header.line,
                    "見出し",
                    N_("「%(heading)s」の列がありません（使える見出し: %(usable)s）。"),
                    heading=column.headings[0],
                    usable="、".join((*column.headings, name)),
                )

    def _row(self, record: Record) -> R:
        has, wanted = len(record.cells), self._width
        cells: dict[str, Any] = {
            name: record.cells[place].strip() if place < has else ""
            for name, place in self._places.items()
        }
        if any(map(str.strip, record.cells[wanted:])):
            self._add(
                record.line,
                f"{wanted + 1}列目",
                N_("欄が%(has)s個あります。見出しと同じ%(wanted)s個にしてください。"),
                has=has,
                wanted=wanted,
            )
            first = next(iter(self._columns))
            cells = {name: cell for name, cell in cells.items() if name == first}
        cells["line"] = record.line
        try:
            return self._read(cells)
        except ValidationError as error:
            for wrong in error.errors(include_url=False, include_input=False):
                name = str(wrong["loc"][0])
                error = wrong["ctx"]["error"]
                said = error if isinstance(error, Unreadable) else Unreadable(str(error))
                self._add(record.line, name, said.sentence, **said.values)
                del cells[name]
        return self._read(cells)


def _key(heading: str) -> str:
    return comparable(without_blanks(heading))
