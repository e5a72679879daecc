"""Reads a personnel list and finds everything wrong with it at once.

Pure: contradictions with the database are found in planning.py.
"""

from collections.abc import Iterator
from itertools import chain, islice

from challenges.people.counting import Period
from challenges.people.roster.rows import COLUMNS, Row
from challenges.tables.files import Problem
from challenges.tables.reading import MOST_PROBLEMS, Table
from challenges.text import comparable
from challenges.vocabulary import Site

_MOST_LINES = 50
"""Lines of one person."""
_SITES = {Site.HEAD: "本庁", Site.BRANCH: "出先機関"}


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


class PersonnelList(Table):
    """The personnel list in a file. Never raises: ``problems`` holds whatever is wrong."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data, COLUMNS, lines_called="職員の行")
        self.people: dict[str, ListedPerson] = {}
        """Everybody in the file by employee number, as far as they could be read."""
        for line in self:
            self._take(Row(line.number, **line.values))
        self.problems += islice(_contradictions(self.people), MOST_PROBLEMS)

    def _take(self, row: Row) -> None:
        number = row.employee_number
        known = self.people.get(number, ())
        if len(known) == _MOST_LINES:
            sentence = f"職員番号 {number} の行が{_MOST_LINES}を超えています。"
            self.problems.append(Problem(row.line, "employee_number", sentence))
        elif number:
            self.people[number] = ListedPerson((*known, row))


def differs_only_in_case(number: str, *, line: int = 0) -> str:
    """The sentence about two employee numbers that differ only in case.

    ``line`` is that of ``number``, or 0 if it is in the database. They would be two people, but
    signing in does not tell upper from lower case.
    """
    where = f"{line}行目の" if line else "すでにある"
    remedy = "同じ人なら同じ文字に、別の人なら別の番号にしてください。"
    return f"{where}職員番号 {number} と、大文字・小文字だけが違います。{remedy}"


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
    for row in person:
        if row.site and row.unit:
            first = sites.setdefault(comparable(row.unit), row)
            if first.site and first.site is not row.site:
                sentence = f"この所属は、{first.line}行目では{_SITES[first.site]}です。"
                yield Problem(row.line, "site", f"{sentence}そろえてください。")
