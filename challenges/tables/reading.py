"""Reads a table whose columns are known, line by line, and finds everything wrong with it at once.

Columns come in any order, under any of their headings. Rows with a title may stand above the
headings. Columns that nobody asked for are ignored and named in a notice.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import IO, Any, NamedTuple

from challenges.tables.cells import Reader, has_gaiji, must_be_fit
from challenges.tables.files import Problem, Record, records
from challenges.text import comparable, without_blanks

MOST_PROBLEMS = 1000
"""After so many, reading stops: the file is another table, or has one mistake throughout."""
_TITLES = 5
"""Rows that may stand above the headings."""
_MOST_NAMED = 20
"""Lines that a notice names."""


class Column(NamedTuple):
    """One column that a table may have."""

    name: str
    """Of the value in the code. It may be the heading too."""
    headings: tuple[str, ...]
    """What people call it, in any width and case; the first is the one to recommend."""
    read: Reader
    is_optional: bool = False
    """Whether a table may lack the whole column."""


class Line(NamedTuple):
    """One line below the headings."""

    number: int
    """In the file, from 1."""
    values: dict[str, Any]
    """By the name of the column. What could not be read is missing."""


class Table:
    """A table in a file. Iterate over its lines, once; ``problems`` and ``notices`` grow with it.

    A long one is better read from an open file than from bytes, which take memory all the while.

    Never raises: what is wrong with the file is a problem as well. Of a line with too many cells
    only the first of ``columns`` is read, to tell what it is about: any other value may be in the
    wrong column. ``lines_called`` is the word for the lines where there are none.
    """

    def __init__(
        self, file: IO[bytes] | bytes, columns: Sequence[Column], *, lines_called: str = "行"
    ) -> None:
        self.problems: list[Problem] = []
        self.notices: list[str] = []
        self.headings: dict[str, str] = {}
        """What the file calls each column, by its name, in the order of the file."""
        self._lines_called = lines_called
        self._first = columns[0].name
        self._width = 0
        self._readers: dict[str, tuple[int, Callable[[str], tuple[Any, str]]]] = {}
        """Where each column is, from 0, and what reads its cells."""
        self._records: Iterator[Record | Problem] = iter(())
        found = records(io.BytesIO(file) if isinstance(file, bytes) else file)
        self._begin(found, columns)
        self.is_complete = not self.problems
        """Whether every column that must be there is there once. Else no line can be trusted."""

    def __iter__(self) -> Iterator[Line]:
        is_empty = True
        gaiji: list[str] = []
        for record in self._records:
            if len(self.problems) >= MOST_PROBLEMS:
                self._add(record.line, "", "誤りが多いので、ここで読むのをやめました。")
                break
            if isinstance(record, Problem):
                self.problems.append(record)
                continue
            is_empty = False
            yield self._line(record)
            gaiji += [str(record.line)] if has_gaiji(record.cells) else []
        if is_empty and not self.problems:
            self._add(0, "", f"見出しだけで、{self._lines_called}がありません。")
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
        return f"{place} {column}: {problem.sentence}" if column else f"{place}: {problem.sentence}"

    def _add(self, line: int, field: str, sentence: str) -> None:
        self.problems.append(Problem(line, field, sentence))

    def _begin(self, found: Iterator[Record | Problem], columns: Sequence[Column]) -> None:
        """Read down to the headings."""
        names = {_key(word): one for one in columns for word in (one.name, *one.headings)}
        beginning = list(islice(found, _TITLES + 1))
        rows = [one for one in beginning if isinstance(one, Record)]
        if not rows:
            self.problems += [one for one in beginning if isinstance(one, Problem)]
            if not beginning:
                self._add(0, "", "空のファイルです。")
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
        self._find_missing(header, columns)
        if self._readers:
            # Problems above the headings count as well.
            above = (one for one in beginning[:start] if isinstance(one, Problem))
            self._records = chain(above, beginning[start + 1 :], found)

    def _find_columns(self, header: Record, names: dict[str, Column]) -> None:
        ignored: list[str] = []
        while not header.cells[-1].strip():
            header.cells.pop()
        self._width = len(header.cells)
        for number, cell in enumerate(map(str.strip, header.cells)):
            column = names.get(_key(cell))
            if column is None:
                ignored.append(cell or f"{number + 1}列目")
            elif column.name in self._readers:
                self._add(header.line, cell, "同じ意味の列が二つあります。一つにしてください。")
            else:
                self._readers[column.name] = (number, _careful(column.read))
                self.headings[column.name] = cell
        if ignored and self._readers:
            self.notices.append(f"使わない列です（読みません）: {'、'.join(ignored)}")

    def _find_missing(self, header: Record, columns: Sequence[Column]) -> None:
        for column in columns:
            if not (column.is_optional or column.name in self._readers):
                usable = "、".join((*column.headings, column.name))
                sentence = f"「{column.headings[0]}」の列がありません（使える見出し: {usable}）。"
                self._add(header.line, "見出し", sentence)

    def _line(self, record: Record) -> Line:
        has, wanted = len(record.cells), self._width
        readers = self._readers
        if any(map(str.strip, record.cells[wanted:])):
            sentence = f"欄が{has}個あります。見出しと同じ{wanted}個にしてください。"
            self._add(record.line, f"{wanted + 1}列目", sentence)
            readers = {name: readers[name] for name in readers if name == self._first}
        values: dict[str, Any] = {}
        for name, (column, read) in readers.items():
            value, wrong = read(record.cells[column].strip() if column < has else "")
            if wrong:
                self._add(record.line, name, wrong)
            else:
                values[name] = value
        return Line(record.line, values)


def _key(heading: str) -> str:
    return comparable(without_blanks(heading))


def _careful(read: Reader) -> Callable[[str], tuple[Any, str]]:
    """The same reader, but it returns the value and what is wrong with it."""

    # Most columns of a long table have few values. The lines then share them.
    @lru_cache(10_000)
    def read_carefully(cell: str) -> tuple[Any, str]:
        try:
            must_be_fit(cell)
            return read(cell), ""
        except ValueError as error:
            return None, str(error)

    return read_carefully
