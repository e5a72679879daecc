"""Reads the personnel list, the CSV that the personnel section hands over, and finds everything
wrong with it at once.

A pure reading: the database is not asked here (see importing.py), and nothing is changed. All eight
columns must be there, in any order, so that a forgotten one cannot silently strip every manager;
further columns are ignored and named.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from challenges.people.roster.csv_file import Problem, Record, Unreadable, decode, records
from challenges.people.roster.headings import columns_of
from challenges.people.roster.rows import has_gaiji, read_cell

_UNREAD: dict[str, Any] = {"name": "", "kana": "", "email": "", "post": "", "manager": False}


@dataclass(frozen=True, slots=True)
class Post:
    """One post of one person, from one line of the file."""

    line: int
    unit: str
    post: str
    is_manager: bool
    valid_from: date


@dataclass(frozen=True, slots=True)
class Entry:
    """One person with their posts; the first is the primary one. An empty ``kana`` or no ``email``
    says nothing.

    Of somebody doubtful, ``email`` is "" where it could not be read, and there are no ``posts`` if
    one could not.
    """

    employee_number: str
    name: str
    kana: str
    email: str | None
    posts: tuple[Post, ...]
    email_line: int = 0
    line: int = 0
    """The first one about this person."""


@dataclass(frozen=True)
class PersonnelList:
    """What was read. Where there are ``problems``, ``entries`` holds only the people without
    any."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    notices: tuple[str, ...] = ()
    headings: tuple[tuple[str, str], ...] = ()
    """Field and the heading that the file uses for it."""
    doubtful: tuple[Entry, ...] = ()
    """The people with problems, as far as they could be read: to look for more problems, and for
    nothing else."""

    def report(self, more: Iterable[Problem] = ()) -> list[str]:
        """Every problem, and those found elsewhere, as lines in the order of the file."""
        order = {field: number for number, (field, _) in enumerate(self.headings)}
        problems = [*self.problems, *more]
        return [
            self.worded(one)
            for one in sorted(problems, key=lambda one: (one.line, order.get(one.field, -1)))
        ]

    def worded(self, problem: Problem) -> str:
        """A problem as a line of the report: line, column as the file calls it, sentence."""
        place = f"{problem.line}行目" if problem.line else "ファイル全体"
        column = dict(self.headings).get(problem.field, problem.field)
        return f"{place} {column}: {problem.sentence}" if column else f"{place}: {problem.sentence}"


def read_personnel_list(data: bytes) -> PersonnelList:
    """Read the bytes of a personnel list. Never raises: whatever is wrong is in ``problems``, by
    line."""
    try:
        found = list(records(decode(data)))
    except Unreadable as error:
        return PersonnelList((), (error.problem,))
    problems = [item for item in found if isinstance(item, Problem)]
    lines = [item for item in found if isinstance(item, Record)]
    if not lines:
        return PersonnelList((), tuple(problems) or (Problem(0, "", "空のファイルです。"),))
    columns, heading_problems, notices = columns_of(lines[0])
    if not lines[1:] and not problems and not heading_problems:
        problems.append(Problem(0, "", "見出しだけで、職員の行がありません。"))
    found_people = _people(lines, columns, problems, notices)
    if not heading_problems:
        return found_people
    everybody = (*found_people.entries, *found_people.doubtful)
    return replace(
        found_people,
        entries=(),
        doubtful=everybody,
        problems=(*heading_problems, *found_people.problems),
    )


def _people(
    lines: list[Record], columns: dict[str, int], problems: list[Problem], notices: list[str]
) -> PersonnelList:
    rows = [_row(record, columns, lines[0], problems) for record in lines[1:]] if columns else []
    problems += _contradictions(rows)
    wrong_lines = {problem.line for problem in problems}
    wrong_people = {row.get("employee_number") for row in rows if row["line"] in wrong_lines}
    people = list(_entries(row for row in rows if "employee_number" in row))
    contradicted = {problem.line for problem in problems if problem.field == "unit"}
    return PersonnelList(
        entries=tuple(one for one in people if one.employee_number not in wrong_people),
        problems=tuple(problems),
        notices=tuple(notices + _gaiji(lines[1:], columns)),
        headings=tuple(
            (field, lines[0].cells[column].strip()) for field, column in columns.items()
        ),
        doubtful=tuple(
            _as_far_as_read(one, contradicted)
            for one in people
            if one.employee_number in wrong_people
        ),
    )


def _as_far_as_read(entry: Entry, contradicted: set[int]) -> Entry:
    return (
        replace(entry, posts=())
        if any(post.line in contradicted for post in entry.posts)
        else entry
    )


def _row(
    record: Record, columns: dict[str, int], header: Record, problems: list[Problem]
) -> dict[str, Any]:
    """The values of one line that could be read; whatever could not is added to ``problems``."""
    row: dict[str, Any] = {"line": record.line}
    found: list[Problem] = []
    for field, column in columns.items():
        try:
            row[field] = read_cell(
                field, record.cells[column] if column < len(record.cells) else ""
            )
        except ValueError as error:
            found.append(Problem(record.line, field, str(error)))
    if len(record.cells) == len(header.cells):
        problems += found
        return row
    problems.append(
        _wrong_width(record, columns, header)
    )  # and its cells stand anywhere, but for the first perhaps
    return {key: row[key] for key in ("line", "employee_number") if key in row}


def _wrong_width(record: Record, columns: dict[str, int], header: Record) -> Problem:
    """Named by the first column that there is not: of the line, or of the headings."""
    has, wanted = len(record.cells), len(header.cells)
    place = (header.cells[has].strip() if has < wanted else "") or f"{min(has, wanted) + 1}列目"
    field = next((field for field, column in columns.items() if column == has), place)
    return Problem(
        record.line, field, f"欄が{has}個あります。見出しと同じ{wanted}個にしてください。"
    )


def _contradictions(rows: list[dict[str, Any]]) -> Iterator[Problem]:
    """Where two lines cannot both be true."""
    first_of: dict[tuple[str, str], dict[str, Any]] = {}
    told: dict[tuple[str, str], dict[str, Any]] = {}
    spelled: dict[str, dict[str, Any]] = {}
    for row in rows:
        number = row.get("employee_number")
        if number is None:
            continue
        same = spelled.setdefault(number.casefold(), row)
        if same["employee_number"] != number:
            yield Problem(
                row["line"],
                "employee_number",
                other_case(same["employee_number"], line=same["line"]),
            )
        yield from _other_words(row, number, told)
        for field, key in (("unit", f"{number} {row.get('unit')}"), ("email", row.get("email"))):
            first = first_of.setdefault((field, key), row) if key and row.get(field) else row
            if field == "unit" and first is not row:
                yield Problem(
                    row["line"],
                    field,
                    f"{first['line']}行目と同じ人の同じ所属です。一行にしてください。",
                )
            if field == "email" and first["employee_number"] != number:
                sentence = f"{first['line']}行目の別の人（職員番号 {first['employee_number']}）と同じメールアドレスです。"
                yield Problem(row["line"], field, sentence)


def other_case(number: str, *, line: int = 0) -> str:
    """Two spellings of one number would be two people, and signing in does not tell them apart."""
    where = f"{line}行目の" if line else "すでにある"
    remedy = "同じ人なら同じ文字に、別の人なら別の番号にしてください。"
    return f"{where}職員番号 {number} と、大文字・小文字だけが違います。{remedy}"


def _other_words(
    row: dict[str, Any], number: str, told: dict[tuple[str, str], dict[str, Any]]
) -> Iterator[Problem]:
    for field, word in (("name", "氏名"), ("kana", "フリガナ"), ("email", "メールアドレス")):
        if not row.get(field):
            continue
        first = told.setdefault((number, field), row)
        if first[field] != row[field]:
            sentence = f"職員番号 {number} の{word}が、{first['line']}行目では「{first[field]}」です。そろえてください。"
            yield Problem(row["line"], field, sentence)


def _entries(rows: Iterable[dict[str, Any]]) -> Iterator[Entry]:
    by_number: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_number.setdefault(row["employee_number"], []).append(_UNREAD | row)
    for number, lines in by_number.items():
        emailed = next((row for row in lines if row["email"]), lines[0])
        are_read = all("unit" in row and "valid_from" in row for row in lines)
        yield Entry(
            employee_number=number,
            name=lines[0]["name"],
            kana=next((row["kana"] for row in lines if row["kana"]), ""),
            email=emailed["email"] or ("" if any(row["email"] == "" for row in lines) else None),
            posts=tuple(map(_post, lines)) if are_read else (),
            email_line=emailed["line"],
            line=lines[0]["line"],
        )


def _post(row: dict[str, Any]) -> Post:
    return Post(row["line"], row["unit"], row["post"], row["manager"], row["valid_from"])


def _gaiji(lines: list[Record], columns: dict[str, int]) -> list[str]:
    numbers = [
        str(record.line)
        for record in lines
        if any(has_gaiji(record.cells[c]) for c in columns.values() if c < len(record.cells))
    ]
    return [f"外字があり、ほかの端末では見えません: {'、'.join(numbers)}行目"] if numbers else []
