"""Finds new people who are probably known ones under a number that Excel changed, or under the
number of a new contract."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from challenges.people.roster.reading import ListedPerson, alike, differs_only_in_case
from challenges.tables.files import Problem
from challenges.text import comparable

_ROUNDED = re.compile(r"(\d)\.?(\d*)E(\d{1,2})", re.IGNORECASE)


class UnlistedPerson(NamedTuple):
    """A person in the database who is not on the list."""

    id: int
    employee_number: str
    name: str
    is_active: bool


def mistaken_numbers(
    new: Sequence[ListedPerson],
    listed: Collection[str],
    unlisted: Sequence[UnlistedPerson],
    former: Mapping[str, str],
    *,
    accept: bool,
) -> Iterator[Problem]:
    """The new people who are probably not new. ``former`` has the present number by an earlier one.

    ``accept`` admits those of whom it is only probable.
    """
    known = {_bare(one.employee_number): one for one in unlisted}
    twins: dict[str, str] = {}
    for first, other in alike(listed, _bare):
        twins[first], twins[other] = other, first
    for person in new:
        number = person.employee_number
        twin, one = twins.get(number), known.get(_bare(number))
        sentence = None
        if number in former:
            sentence = (
                f"職員番号 {number} は、いまの職員番号が {former[number]} の人の前の番号です。"
            )
        elif one and one.employee_number.casefold() == number.casefold():
            sentence = differs_only_in_case(one.employee_number, where="すでにある")
        elif one and not accept:
            sentence = _probably(number, one.employee_number, f"すでにいる {one.name} さんの")
        elif twin and not accept and twin.casefold() != number.casefold():
            sentence = _probably(number, twin, "同じ名簿の")
        if sentence:
            yield Problem(person[0].line, "employee_number", sentence)


def same_names(new: Sequence[ListedPerson], unlisted: Sequence[UnlistedPerson]) -> Iterator[str]:
    """A notice for each new person with the name of an active one who is not on the list."""
    missing = {comparable(one.name): one.employee_number for one in unlisted if one.is_active}
    for person in new if missing else ():
        if old := missing.get(comparable(person.name)):
            number = person.employee_number
            yield (
                f"新しい {number} の {person.name} さんは、名簿にない {old} と同じ氏名です。"
                f"同じ人なら、読み込む前に people same {old} {number} を使ってください。"
            )


def _bare(number: str) -> str:
    """What Excel leaves of an employee number: no zeros before it, no ".0", no exponent."""
    if number.isdigit() and number[0] != "0":
        return number
    if found := _ROUNDED.fullmatch(number):
        first, rest, exponent = found.groups()
        number = first + rest.ljust(int(exponent), "0")
    return re.sub(r"\.0+$", "", number).lstrip("0").casefold()


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
