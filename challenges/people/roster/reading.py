"""Reads a personnel list, the CSV file of the personnel section, and finds everything wrong with
it at once.

Pure: contradictions with the database are found in planning.py. All eight columns must be there, in
any order, because a forgotten one would silently strip every manager. Further columns are ignored
and named in a notice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from challenges.people.roster.csv_file import Problem, Record, Unreadable, decode, records
from challenges.people.roster.headings import columns_of
from challenges.people.roster.rows import has_gaiji, read_cell

_UNREAD: dict[str, Any] = {"name": "", "kana": "", "email": "", "post": "", "manager": False}
"""What stands for a cell that could not be read, in people who are doubtful anyway."""


@dataclass(frozen=True, slots=True)
class AppointmentLine:
    """One line of the file: one appointment of one person."""

    line: int
    unit: str
    post: str
    is_manager: bool
    valid_from: date


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """One person with their appointments, the primary one first.

    Of somebody doubtful, ``email`` is "" if it could not be read, and ``appointments`` is empty if
    one of them could not.
    """

    employee_number: str
    name: str
    kana: str
    """Empty if the list does not say."""
    email: str | None
    """None if the list does not say."""
    appointments: tuple[AppointmentLine, ...]
    email_line: int = 0
    line: int = 0
    """The first line about this person."""


@dataclass(frozen=True)
class PersonnelList:
    """What was read. ``people`` are only those without a problem."""

    people: tuple[ListedPerson, ...]
    problems: tuple[Problem, ...]
    notices: tuple[str, ...] = ()
    headings: tuple[tuple[str, str], ...] = ()
    """Each field with the heading that the file uses for it."""
    doubtful: tuple[ListedPerson, ...] = ()
    """The people with problems, as far as they could be read. Only for finding more problems."""

    def report(self, more: Iterable[Problem] = ()) -> list[str]:
        """All problems, and ``more`` found elsewhere, as lines in the order of the file."""
        order = {field: number for number, (field, _) in enumerate(self.headings)}
        problems = sorted(
            [*self.problems, *more], key=lambda one: (one.line, order.get(one.field, -1))
        )
        return [self.worded(one) for one in problems]

    def worded(self, problem: Problem) -> str:
        """One problem as a line: line number, column as the file calls it, sentence."""
        place = f"{problem.line}行目" if problem.line else "ファイル全体"
        column = dict(self.headings).get(problem.field, problem.field)
        return f"{place} {column}: {problem.sentence}" if column else f"{place}: {problem.sentence}"


def read_personnel_list(data: bytes) -> PersonnelList:
    """Read the bytes of a personnel list. Never raises: ``problems`` holds whatever is wrong."""
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
    listed = _read_lines(lines, columns, problems, notices)
    if not heading_problems:
        return listed
    # With a column missing nobody can be trusted, but the other columns are checked all the same.
    return replace(
        listed,
        people=(),
        doubtful=(*listed.people, *listed.doubtful),
        problems=(*heading_problems, *listed.problems),
    )


def _read_lines(
    lines: list[Record], columns: dict[str, int], problems: list[Problem], notices: list[str]
) -> PersonnelList:
    """The people of the file, whose first line is the headings."""
    rows = [_row(record, columns, lines[0], problems) for record in lines[1:]] if columns else []
    problems += _contradictions(rows)
    wrong_lines = {problem.line for problem in problems}
    wrong_people = {row.get("employee_number") for row in rows if row["line"] in wrong_lines}
    everybody = list(_people(row for row in rows if "employee_number" in row))
    wrong_units = {problem.line for problem in problems if problem.field == "unit"}
    return PersonnelList(
        people=tuple(one for one in everybody if one.employee_number not in wrong_people),
        problems=tuple(problems),
        notices=tuple(notices + _gaiji_notices(lines[1:], columns)),
        headings=tuple(
            (field, lines[0].cells[column].strip()) for field, column in columns.items()
        ),
        doubtful=tuple(
            _without_contradictions(one, wrong_units)
            for one in everybody
            if one.employee_number in wrong_people
        ),
    )


def _without_contradictions(person: ListedPerson, wrong_units: set[int]) -> ListedPerson:
    """The person without appointments if one of them is on a line with a wrong unit."""
    is_wrong = any(one.line in wrong_units for one in person.appointments)
    return replace(person, appointments=()) if is_wrong else person


def _row(
    record: Record, columns: dict[str, int], header: Record, problems: list[Problem]
) -> dict[str, Any]:
    """The values of one line that can be read. The others are added to ``problems``."""
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
    # With too few or too many cells each may be in the wrong column. Only the number is kept, to
    # tell whose line it is.
    problems.append(_wrong_width(record, columns, header))
    return {key: row[key] for key in ("line", "employee_number") if key in row}


def _wrong_width(record: Record, columns: dict[str, int], header: Record) -> Problem:
    """Names the first column that the line lacks, or has too many of."""
    has, wanted = len(record.cells), len(header.cells)
    place = (header.cells[has].strip() if has < wanted else "") or f"{min(has, wanted) + 1}列目"
    field = next((field for field, column in columns.items() if column == has), place)
    return Problem(
        record.line, field, f"欄が{has}個あります。見出しと同じ{wanted}個にしてください。"
    )


def _contradictions(rows: list[dict[str, Any]]) -> Iterator[Problem]:
    """Pairs of lines that cannot both be true."""
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
                differs_only_in_case(same["employee_number"], line=same["line"]),
            )
        yield from _differing_words(row, number, told)
        for field, key in (("unit", f"{number} {row.get('unit')}"), ("email", row.get("email"))):
            first = first_of.setdefault((field, key), row) if key and row.get(field) else row
            if field == "unit" and first is not row:
                yield Problem(
                    row["line"],
                    field,
                    f"{first['line']}行目と同じ人の同じ所属です。一行にしてください。",
                )
            if field == "email" and first["employee_number"] != number:
                other = f"{first['line']}行目の別の人（職員番号 {first['employee_number']}）"
                sentence = f"{other}と同じメールアドレスです。"
                yield Problem(row["line"], field, sentence)


def differs_only_in_case(number: str, *, line: int = 0) -> str:
    """The sentence about two employee numbers that differ only in case.

    ``line`` is that of ``number``, or 0 if it is in the database. They would be two people, but
    signing in does not tell upper from lower case.
    """
    where = f"{line}行目の" if line else "すでにある"
    remedy = "同じ人なら同じ文字に、別の人なら別の番号にしてください。"
    return f"{where}職員番号 {number} と、大文字・小文字だけが違います。{remedy}"


def _differing_words(
    row: dict[str, Any], number: str, told: dict[tuple[str, str], dict[str, Any]]
) -> Iterator[Problem]:
    """Names, kana and addresses that differ from the first line about the same person."""
    for field, word in (("name", "氏名"), ("kana", "フリガナ"), ("email", "メールアドレス")):
        if not row.get(field):
            continue
        first = told.setdefault((number, field), row)
        if first[field] != row[field]:
            sentence = (
                f"職員番号 {number} の{word}が、{first['line']}行目では「{first[field]}」です。"
                "そろえてください。"
            )
            yield Problem(row["line"], field, sentence)


def _people(rows: Iterable[dict[str, Any]]) -> Iterator[ListedPerson]:
    by_number: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_number.setdefault(row["employee_number"], []).append(_UNREAD | row)
    for number, lines in by_number.items():
        with_email = next((row for row in lines if row["email"]), lines[0])
        is_read = all("unit" in row and "valid_from" in row for row in lines)
        # None says that the cells are empty, "" that one could not be read.
        no_email = "" if any(row["email"] == "" for row in lines) else None
        yield ListedPerson(
            employee_number=number,
            name=lines[0]["name"],
            kana=next((row["kana"] for row in lines if row["kana"]), ""),
            email=with_email["email"] or no_email,
            appointments=tuple(map(_appointment, lines)) if is_read else (),
            email_line=with_email["line"],
            line=lines[0]["line"],
        )


def _appointment(row: dict[str, Any]) -> AppointmentLine:
    return AppointmentLine(
        line=row["line"],
        unit=row["unit"],
        post=row["post"],
        is_manager=row["manager"],
        valid_from=row["valid_from"],
    )


def _gaiji_notices(lines: list[Record], columns: dict[str, int]) -> list[str]:
    numbers = [
        str(record.line)
        for record in lines
        if any(has_gaiji(record.cells[c]) for c in columns.values() if c < len(record.cells))
    ]
    return [f"外字があり、ほかの端末では見えません: {'、'.join(numbers)}行目"] if numbers else []
