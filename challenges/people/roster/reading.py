"""Reads a personnel list and finds everything wrong with it at once.

Pure: contradictions with the database are found in planning.py. The first eight columns must be
there, in any order, because a forgotten one would silently strip every manager. Columns that we do
not know are ignored and named in a notice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from challenges.people.counting import Period
from challenges.people.roster.rows import (
    HEADINGS,
    OPTIONAL,
    Row,
    field_of,
    has_gaiji,
    read_row,
)
from challenges.tables import Problem, Record, Unreadable, records
from challenges.text import comparable
from challenges.vocabulary import Site

MOST_PROBLEMS = 1000
"""After so many, reading stops: the file is not a personnel list, or has one mistake throughout."""
_TITLES = 5
"""Rows that may stand above the headings."""
_MOST_LINES = 50
"""Lines of one person."""


class ListedPerson(tuple[Row, ...]):
    """One person: their lines in the order of the file, the primary appointment first."""

    __slots__ = ()

    @property
    def employee_number(self) -> str:
        return self[0].employee_number

    @property
    def name(self) -> str:
        return self[0].name or ""

    @property
    def kana(self) -> str:
        """Empty if the list does not say."""
        return next((row.kana for row in self if row.kana), "")

    @property
    def with_email(self) -> Row:
        """The line that gives their address, or the first one."""
        return next((row for row in self if row.email), self[0])

    @property
    def email(self) -> str | None:
        """Empty if the list does not say, None if it could not be read."""
        is_unread = any(row.email is None for row in self)
        return self.with_email.email or (None if is_unread else "")

    @property
    def uncounted(self) -> set[Period] | None:
        """None if the list has no such column."""
        told = [row.uncounted for row in self if row.uncounted is not None]
        return set(chain(*told)) if told else None

    @property
    def has_appointments(self) -> bool:
        """Whether every appointment of theirs could be read."""
        return all(row.unit and row.valid_from for row in self)


@dataclass
class PersonnelList:
    """What was read. ``people`` are only those without a problem, by employee number."""

    people: dict[str, ListedPerson] = field(default_factory=dict)
    doubtful: dict[str, ListedPerson] = field(default_factory=dict)
    """The people with problems, as far as they could be read. Only for finding more problems."""
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)
    """The heading that the file uses for each field, in the order of its columns."""

    def report(self, more: Iterable[Problem] = ()) -> list[str]:
        """All problems, and ``more`` found elsewhere, as lines in the order of the file."""
        order = {name: number for number, name in enumerate(self.headings)}
        problems = sorted(
            [*self.problems, *more], key=lambda one: (one.line, order.get(one.field, -1))
        )
        return [self.worded(one) for one in problems]

    def worded(self, problem: Problem) -> str:
        """One problem as a line: line number, column as the file calls it, sentence."""
        place = f"{problem.line}行目" if problem.line else "ファイル全体"
        column = self.headings.get(problem.field, problem.field)
        return f"{place} {column}: {problem.sentence}" if column else f"{place}: {problem.sentence}"


def read_personnel_list(data: bytes) -> PersonnelList:
    """Read the bytes of a personnel list. Never raises: ``problems`` holds whatever is wrong."""
    found = PersonnelList()
    try:
        _read(records(data), found)
    except Unreadable as error:
        found.problems.append(error.problem)
    return found


def _read(lines: Iterator[Record | Problem], found: PersonnelList) -> None:
    beginning = list(islice(lines, _TITLES + 1))
    header = _header_in(beginning)
    if header is None:
        wrong = [one for one in beginning if isinstance(one, Problem)]
        found.problems += wrong or [Problem(0, "", "空のファイルです。")]
        return
    start = beginning.index(header)
    if start:
        found.notices.append(f"{header.line}行目を見出しとして読みます。その上の行は読みません。")
    columns = _read_headings(header, found)
    is_complete = not found.problems
    found.problems += [one for one in beginning[:start] if isinstance(one, Problem)]
    rest = chain(beginning[start + 1 :], lines)
    people = _people(rest, header, columns, found) if columns else {}
    if is_complete and not people and not found.problems:
        found.problems.append(Problem(0, "", "見出しだけで、職員の行がありません。"))
    found.problems += islice(_contradictions(people), MOST_PROBLEMS)
    wrong_lines = {problem.line for problem in found.problems}
    for number, person in people.items():
        # With a column missing nobody can be trusted.
        is_right = is_complete and not any(row.line in wrong_lines for row in person)
        (found.people if is_right else found.doubtful)[number] = person


def _header_in(beginning: list[Record | Problem]) -> Record | None:
    """The row of headings: the first, unless rows with a title stand above it."""
    rows = [one for one in beginning if isinstance(one, Record)]
    found = next((one for one in rows if sum(map(bool, map(field_of, one.cells))) > 1), None)
    return found or next(iter(rows), None)


def _read_headings(header: Record, found: PersonnelList) -> dict[str, int]:
    """The column of each field, from 0. Of two with one meaning the first counts."""
    while not header.cells[-1].strip():
        header.cells.pop()
    columns: dict[str, int] = {}
    ignored: list[str] = []
    for number, cell in enumerate(header.cells):
        name = field_of(cell)
        if name in columns:
            sentence = "同じ意味の列が二つあります。一つにしてください。"
            found.problems.append(Problem(header.line, cell.strip(), sentence))
        elif name:
            columns[name] = number
        else:
            ignored.append(cell.strip() or f"{number + 1}列目")
    for name, words in HEADINGS.items():
        if name not in columns and name not in OPTIONAL:
            usable = f"使える見出し: {'、'.join((*words, name))}"
            sentence = f"「{words[0]}」の列がありません（{usable}）。"
            found.problems.append(Problem(header.line, "見出し", sentence))
    if columns and ignored:
        found.notices.append(f"使わない列です（読みません）: {'、'.join(ignored)}")
    found.headings = {name: header.cells[column].strip() for name, column in columns.items()}
    return columns


def _people(
    lines: Iterable[Record | Problem],
    header: Record,
    columns: dict[str, int],
    found: PersonnelList,
) -> dict[str, ListedPerson]:
    """Everybody in the file by employee number. Adds what is wrong with single lines."""
    people: dict[str, ListedPerson] = {}
    gaiji: list[str] = []
    for record in lines:
        if len(found.problems) >= MOST_PROBLEMS:
            sentence = "誤りが多いので、ここで読むのをやめました。"
            found.problems.append(Problem(record.line, "", sentence))
            break
        if isinstance(record, Problem):
            found.problems.append(record)
            continue
        row, wrong = _row(record, header, columns)
        if len(person := people.get(row.employee_number, ())) == _MOST_LINES:
            sentence = f"職員番号 {row.employee_number} の行が{_MOST_LINES}を超えています。"
            wrong = [Problem(row.line, "employee_number", sentence)]
        elif row.employee_number:
            people[row.employee_number] = ListedPerson((*person, row))
        found.problems += wrong
        gaiji += [str(record.line)] if has_gaiji(record.cells) else []
    if gaiji:
        more = f" ほか{len(gaiji) - 20}行" if gaiji[20:] else ""
        lines_with = "、".join(gaiji[:20])
        found.notices.append(f"外字があり、ほかの端末では見えません: {lines_with}行目{more}")
    return people


def _row(record: Record, header: Record, columns: dict[str, int]) -> tuple[Row, list[Problem]]:
    row, wrong = read_row(record, columns)
    has, wanted = len(record.cells), len(header.cells)
    if not any(cell.strip() for cell in record.cells[wanted:]):
        return row, wrong
    # Each cell may be in the wrong column. Only the number is kept, to tell whose line it is.
    sentence = f"欄が{has}個あります。見出しと同じ{wanted}個にしてください。"
    problem = Problem(record.line, f"{wanted + 1}列目", sentence)
    return Row(row.line, row.employee_number), [problem]


def _contradictions(people: dict[str, ListedPerson]) -> Iterator[Problem]:
    """Pairs of lines that cannot both be true."""
    spelled: dict[str, Row] = {}
    of_email: dict[str, Row] = {}
    sites: dict[str, Row] = {}
    for number, person in people.items():
        if not number.isdigit():
            same = spelled.setdefault(number.casefold(), person[0])
            if same.employee_number != number:
                sentence = differs_only_in_case(same.employee_number, line=same.line)
                yield Problem(person[0].line, "employee_number", sentence)
        yield from _differing_lines(person)
        row = person.with_email
        first = of_email.setdefault(row.email, row) if row.email else row
        if first.employee_number != number:
            other = f"{first.line}行目の別の人（職員番号 {first.employee_number}）"
            yield Problem(row.line, "email", f"{other}と同じメールアドレスです。")
        yield from _differing_sites(person, sites)


def differs_only_in_case(number: str, *, line: int = 0) -> str:
    """The sentence about two employee numbers that differ only in case.

    ``line`` is that of ``number``, or 0 if it is in the database. They would be two people, but
    signing in does not tell upper from lower case.
    """
    where = f"{line}行目の" if line else "すでにある"
    remedy = "同じ人なら同じ文字に、別の人なら別の番号にしてください。"
    return f"{where}職員番号 {number} と、大文字・小文字だけが違います。{remedy}"


def _differing_lines(person: ListedPerson) -> Iterator[Problem]:
    """A unit that comes twice, and words that differ from the first line about the same person."""
    units: dict[str, Row] = {}
    for row in person[1:] and person:
        first = units.setdefault(comparable(row.unit), row) if row.unit else row
        if first is not row:
            sentence = f"{first.line}行目と同じ人の同じ所属です。一行にしてください。"
            yield Problem(row.line, "unit", sentence)
    for name, word in (("name", "氏名"), ("kana", "フリガナ"), ("email", "メールアドレス")):
        told = [row for row in person if getattr(row, name)]
        for row in told[1:]:
            if comparable(getattr(row, name)) != comparable(getattr(told[0], name)):
                sentence = (
                    f"職員番号 {row.employee_number} の{word}が、"
                    f"{told[0].line}行目では「{getattr(told[0], name)}」です。そろえてください。"
                )
                yield Problem(row.line, name, sentence)


def _differing_sites(person: ListedPerson, sites: dict[str, Row]) -> Iterator[Problem]:
    """Lines that place one unit at the head office and at a branch."""
    words = {Site.HEAD: "本庁", Site.BRANCH: "出先機関"}
    for row in person:
        if row.site and row.unit:
            first = sites.setdefault(comparable(row.unit), row)
            if first.site and first.site is not row.site:
                sentence = f"この所属は、{first.line}行目では{words[first.site]}です。"
                yield Problem(row.line, "site", f"{sentence}そろえてください。")
