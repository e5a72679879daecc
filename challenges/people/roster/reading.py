"""Reads a personnel list and finds everything wrong with it at once.

Pure: contradictions with the database are found in planning.py.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain, groupby, islice
from typing import IO, TypeVar

from challenges.people.counting import Period
from challenges.people.roster.rows import Row
from challenges.tables.files import Problem
from challenges.tables.reading import MOST_PROBLEMS, Table
from challenges.text import comparable
from challenges.vocabulary import Site

T = TypeVar("T")

_MOST_LINES = 50
"""Lines of one person."""
_WORDS = {"name": "氏名", "kana": "フリガナ", "email": "メールアドレス"}
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
        return self.first("kana").kana or ""

    @property
    def email(self) -> str | None:
        """Empty if the list does not say, None if it could not be read."""
        is_unread = any(row.email is None for row in self)
        return self.first("email").email or (None if is_unread else "")

    @property
    def uncounted(self) -> set[Period] | None:
        """None if the list has no such column."""
        told = [row.uncounted for row in self if row.uncounted is not None]
        return set(chain(*told)) if told else None

    @property
    def has_appointments(self) -> bool:
        """Whether every appointment of theirs could be read."""
        return all(row.unit and row.valid_from for row in self)

    def first(self, field: str) -> Row:
        """The first line that says something in this column, or the first of all."""
        return next((row for row in self if getattr(row, field)), self[0])


class PersonnelList(Table[Row]):
    """The personnel list in a file. Never raises: ``problems`` holds whatever is wrong."""

    def __init__(self, file: IO[bytes] | bytes) -> None:
        super().__init__(file, Row, lines_called="職員の行")
        self.people: dict[str, ListedPerson] = {}
        """Everybody in the file by employee number, as far as they could be read."""
        for row in self:
            self._take(row)
        self.problems += islice(_contradictions(self.people.values()), MOST_PROBLEMS)

    def _take(self, row: Row) -> None:
        number = row.employee_number
        known = self.people.get(number, ())
        if len(known) == _MOST_LINES:
            sentence = f"職員番号 {number} の行が{_MOST_LINES}を超えています。"
            self.problems.append(Problem(row.line, "employee_number", sentence))
        elif number:
            self.people[number] = ListedPerson((*known, row))


def differs_only_in_case(number: str, *, where: str) -> str:
    """The sentence about an employee number that differs only in case from ``number``, which is
    ``where``. They would be two people, but signing in does not tell upper from lower case."""
    remedy = "同じ人なら同じ文字に、別の人なら別の番号にしてください。"
    return f"{where}職員番号 {number} と、大文字・小文字だけが違います。{remedy}"


def alike(things: Iterable[T], key: Callable[[T], str]) -> Iterator[tuple[T, T]]:
    """Pairs with one key: the first that has it, and each later one."""
    # Sorted, because a dict of a million keys takes much more memory.
    for _, found in groupby(sorted(things, key=key), key=key):
        first, *others = found
        yield from ((first, other) for other in others)


def _contradictions(people: Collection[ListedPerson]) -> Iterator[Problem]:
    """Pairs of lines that cannot both be true."""
    in_letters = (person[0] for person in people if not person.employee_number.isdigit())
    for first, row in alike(in_letters, lambda row: row.employee_number.casefold()):
        sentence = differs_only_in_case(first.employee_number, where=f"{first.line}行目の")
        yield Problem(row.line, "employee_number", sentence)
    with_email = (person.first("email") for person in people if person.email)
    for first, row in alike(with_email, lambda row: row.email or ""):
        whose = f"{first.line}行目の別の人（職員番号 {first.employee_number}）"
        yield Problem(row.line, "email", f"{whose}と同じメールアドレスです。")
    sites: dict[str, Row] = {}
    for row in chain(*people):
        first = sites.setdefault(comparable(row.unit), row) if row.site and row.unit else row
        if first.site and first.site is not row.site:
            sentence = f"この所属は、{first.line}行目では{_SITES[first.site]}です。"
            yield Problem(row.line, "site", f"{sentence}そろえてください。")
    for person in people:
        if len(person) > 1:
            yield from _differing_lines(person)


def _differing_lines(person: ListedPerson) -> Iterator[Problem]:
    """A unit that comes twice, and words that differ from the first line about the same person."""
    in_units = [row for row in person if row.unit]
    for first, row in alike(in_units, lambda row: comparable(row.unit or "")):
        sentence = f"{first.line}行目と同じ人の同じ所属です。一行にしてください。"
        yield Problem(row.line, "unit", sentence)
    for field, word in _WORDS.items():
        first = person.first(field)
        there = getattr(first, field)
        for row in person:
            here = getattr(row, field)
            if here and comparable(here) != comparable(there):
                yield Problem(
                    row.line,
                    field,
                    f"職員番号 {row.employee_number} の{word}が、"
                    f"{first.line}行目では「{there}」です。そろえてください。",
                )
