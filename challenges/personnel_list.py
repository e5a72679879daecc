"""Reads the personnel list, the CSV that the personnel section hands over, and finds everything wrong with it at once.

A pure reading: the database is not asked here (see importing.py), and nothing is changed. All eight columns must be
there, in any order, so that a forgotten one cannot silently strip every manager; further columns are ignored and named.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from .personnel_cells import FIELDS, has_gaiji, read_cell
from .personnel_text import Problem, Record, Unreadable, decode, records

HEADINGS = {
    "employee_number": ("職員番号",),
    "name": ("氏名",),
    "kana": ("フリガナ", "カナ", "ふりがな"),
    "email": ("メール", "メールアドレス"),
    "unit": ("所属",),
    "post": ("職", "職名", "補職"),
    "manager": ("管理職",),
    "valid_from": ("発令日", "異動日"),
}
_FIELD_OF = {heading: field for field in FIELDS for heading in (field, *HEADINGS[field])}


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
    """One person with their posts; the first is the primary one. An empty ``kana`` or ``email`` says nothing."""

    employee_number: str
    name: str
    kana: str
    email: str | None
    posts: tuple[Post, ...]
    email_line: int = 0


@dataclass(frozen=True)
class PersonnelList:
    """What was read. Where there are ``problems``, ``entries`` holds only the people without any."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    notices: tuple[str, ...] = ()
    headings: tuple[tuple[str, str], ...] = ()
    """Field and the heading that the file uses for it."""

    def report(self, more: Iterable[Problem] = ()) -> list[str]:
        """Every problem, and those found elsewhere, as lines in the order of the file."""
        order = {field: number for number, (field, _) in enumerate(self.headings)}
        problems = [*self.problems, *more]
        return [self.worded(one) for one in sorted(problems, key=lambda one: (one.line, order.get(one.field, -1)))]

    def worded(self, problem: Problem) -> str:
        """A problem as a line of the report: line, column as the file calls it, sentence."""
        place = f"{problem.line}行目" if problem.line else "ファイル全体"
        column = dict(self.headings).get(problem.field, problem.field)
        return f"{place} {column}: {problem.sentence}" if column else f"{place}: {problem.sentence}"


def read_personnel_list(data: bytes) -> PersonnelList:
    """Read the bytes of a personnel list. Never raises: whatever is wrong is in ``problems``, by line."""
    try:
        found = list(records(decode(data)))
    except Unreadable as error:
        return PersonnelList((), (error.problem,))
    problems = [item for item in found if isinstance(item, Problem)]
    lines = [item for item in found if isinstance(item, Record)]
    if not lines:
        return PersonnelList((), tuple(problems) or (Problem(0, "", "空のファイルです。"),))
    columns, heading_problems, notices = _columns(lines[0])
    if heading_problems:
        return PersonnelList((), (*heading_problems, *problems))
    if not lines[1:] and not problems:
        problems.append(Problem(0, "", "見出しだけで、職員の行がありません。"))
    return _people(lines, columns, problems, notices)


def _people(lines: list[Record], columns: dict[str, int], problems: list[Problem], notices: list[str]) -> PersonnelList:
    rows = [_row(record, columns, len(lines[0].cells), problems) for record in lines[1:]]
    problems += _contradictions(rows)
    wrong_lines = {problem.line for problem in problems}
    wrong_people = {row.get("employee_number") for row in rows if row["line"] in wrong_lines}
    return PersonnelList(
        tuple(_entries(row for row in rows if row.get("employee_number") not in wrong_people)),
        tuple(problems),
        tuple(notices + _gaiji(lines[1:], columns)),
        tuple((field, lines[0].cells[column].strip()) for field, column in columns.items()),
    )


def _columns(header: Record) -> tuple[dict[str, int], list[Problem], list[str]]:
    """Which field stands in which column; what is wrong with the headings; which columns are ignored."""
    columns: dict[str, int] = {}
    problems: list[Problem] = []
    ignored: list[str] = []
    for number, cell in enumerate(header.cells):
        heading = "".join(cell.split())
        field = _FIELD_OF.get(heading) or _FIELD_OF.get(heading.lower())
        if field is None:
            ignored.append(cell.strip() or f"{number + 1}列目")
        elif field in columns:
            problems.append(Problem(header.line, cell.strip(), "同じ意味の列が二つあります。一つにしてください。"))
        else:
            columns[field] = number
    problems += [_missing(header, field) for field in FIELDS if field not in columns]
    return columns, problems, [f"使わない列です（読みません）: {'、'.join(ignored)}"] if ignored else []


def _missing(header: Record, field: str) -> Problem:
    names = "、".join((*HEADINGS[field], field))
    hint = "" if len(header.cells) > 1 else " 列はコンマ（,）で区切ってください。"
    return Problem(
        header.line, "見出し", f"「{HEADINGS[field][0]}」の列がありません（使える見出し: {names}）。{hint}".strip()
    )


def _row(record: Record, columns: dict[str, int], width: int, problems: list[Problem]) -> dict[str, Any]:
    """The values of one line that could be read; whatever could not is added to ``problems``."""
    row: dict[str, Any] = {"line": record.line}
    if len(record.cells) != width:
        sentence = f"欄が{len(record.cells)}個あります。見出しと同じ{width}個にしてください。"
        problems.append(Problem(record.line, "", sentence))
        return row
    for field, column in columns.items():
        try:
            row[field] = read_cell(field, record.cells[column])
        except ValueError as error:
            problems.append(Problem(record.line, field, str(error)))
    return row


def _contradictions(rows: list[dict[str, Any]]) -> Iterator[Problem]:
    """Where two lines cannot both be true."""
    first_of: dict[tuple[str, str], dict[str, Any]] = {}
    told: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        number = row.get("employee_number")
        if number is None:
            continue
        yield from _other_words(row, number, told)
        for field, key in (("unit", f"{number} {row.get('unit')}"), ("email", row.get("email"))):
            first = first_of.setdefault((field, key), row) if key and row.get(field) else row
            if field == "unit" and first is not row:
                yield Problem(row["line"], field, f"{first['line']}行目と同じ人の同じ所属です。一行にしてください。")
            if field == "email" and first["employee_number"] != number:
                sentence = (
                    f"{first['line']}行目の別の人（職員番号 {first['employee_number']}）と同じメールアドレスです。"
                )
                yield Problem(row["line"], field, sentence)


def _other_words(row: dict[str, Any], number: str, told: dict[tuple[str, str], dict[str, Any]]) -> Iterator[Problem]:
    for field, word in (("name", "氏名"), ("kana", "フリガナ"), ("email", "メールアドレス")):
        if not row.get(field):
            continue
        first = told.setdefault((number, field), row)
        if first[field] != row[field]:
            sentence = (
                f"職員番号 {number} の{word}が、{first['line']}行目では「{first[field]}」です。そろえてください。"
            )
            yield Problem(row["line"], field, sentence)


def _entries(rows: Iterable[dict[str, Any]]) -> Iterator[Entry]:
    by_number: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_number.setdefault(row["employee_number"], []).append(row)
    for number, lines in by_number.items():
        emailed = next((row for row in lines if row["email"]), lines[0])
        yield Entry(
            employee_number=number,
            name=lines[0]["name"],
            kana=next((row["kana"] for row in lines if row["kana"]), ""),
            email=emailed["email"],
            posts=tuple(
                Post(row["line"], row["unit"], row["post"], row["manager"], row["valid_from"]) for row in lines
            ),
            email_line=emailed["line"],
        )


def _gaiji(lines: list[Record], columns: dict[str, int]) -> list[str]:
    numbers = [
        str(record.line)
        for record in lines
        if any(has_gaiji(record.cells[c]) for c in columns.values() if c < len(record.cells))
    ]
    return [f"外字があり、ほかの端末では見えません: {'、'.join(numbers)}行目"] if numbers else []
