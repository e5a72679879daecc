"""Finds new people who are probably known ones under a number that Excel changed, or under the
number of a new contract."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from challenges.people.roster.reading import ListedPerson, differs_only_in_case
from challenges.tables.files import Problem
from challenges.text import comparable

_ROUNDED = re.compile(r"(\d)\.?(\d*)E(\d{1,2})", re.IGNORECASE)


def bare(number: str) -> str:
    """What Excel leaves of an employee number: no zeros before it, no ".0", no exponent."""
    if number.isdigit() and number[0] != "0":
        return number
    if found := _ROUNDED.fullmatch(number):
        first, rest, exponent = found.groups()
        number = first + rest.ljust(int(exponent), "0")
    return re.sub(r"\.0+$", "", number).lstrip("0").casefold()


class Check:
    """Compares the numbers of a list with those of the database, row by row."""

    def __init__(self, people: Mapping[str, ListedPerson], *, accept: bool) -> None:
        self._accept = accept
        self._by_key: dict[str, str] = {}
        self._twins: dict[str, str] = {}
        """Listed numbers that are another listed one for Excel."""
        self._likely: dict[str, Any] = {}
        """Rows of known people by the listed number that is probably theirs."""
        self._missing: dict[str, str] = {}
        """Numbers of active people who are not on the list, by their names."""
        for number in people:
            twin = self._by_key.setdefault(bare(number), number)
            if twin != number:
                self._twins[number], self._twins[twin] = twin, number

    def unlisted(self, row: Any) -> None:
        """Look at a known person who is not on the list."""
        if listed := self._by_key.get(bare(row.employee_number)):
            self._likely[listed] = row
        if row.deactivated_at is None:
            self._missing[comparable(row.name)] = row.employee_number

    def problems(self, new: Sequence[ListedPerson], former: Mapping[str, str]) -> Iterator[Problem]:
        """The new people who are probably not new. ``former`` has the present number by an earlier
        one."""
        for person in new:
            number = person.employee_number
            twin, row = self._twins.get(number), self._likely.get(number)
            sentence = None
            if number in former:
                sentence = (
                    f"職員番号 {number} は、いまの職員番号が {former[number]} の人の前の番号です。"
                )
            elif row and row.employee_number.casefold() == number.casefold():
                sentence = differs_only_in_case(row.employee_number)
            elif row and not self._accept:
                sentence = _probably(number, row.employee_number, f"すでにいる {row.name} さんの")
            elif twin and not self._accept and twin.casefold() != number.casefold():
                sentence = _probably(number, twin, "同じ名簿の")
            if sentence:
                yield Problem(person[0].line, "employee_number", sentence)

    def notices(self, new: Sequence[ListedPerson]) -> Iterator[str]:
        """New people with the name of somebody who is not on the list."""
        for person in new if self._missing else []:
            if old := self._missing.get(comparable(person.name)):
                number = person.employee_number
                yield (
                    f"新しい {number} の {person.name} さんは、名簿にない {old} と同じ氏名です。"
                    f"同じ人なら、読み込む前に people same {old} {number} を使ってください。"
                )


def _probably(number: str, known: str, whose: str) -> str:
    if _ROUNDED.fullmatch(number):
        change = "が指数の形に変わった"
    elif re.search(r"\.0+$", number):
        change = "に「.0」が付いた"
    else:
        is_shorter = len(number) < len(known)
        change = "の先頭の 0 が落ちた" if is_shorter else "と先頭の 0 の数だけが違う"
    return (
        f"職員番号 {number} は、{whose}職員番号 {known} {change}ようです。"
        "Excel では列の書式を「文字列」にしてください。"
        "別の人なら --accept-new-numbers を付けてください。"
    )
