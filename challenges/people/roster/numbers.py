"""Finds new people who are probably known ones under a number that Excel changed, or under the
number of a new contract."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from challenges.people.roster.reading import ListedPerson, alike, differs_only_in_case
from challenges.tables.files import Problem
from challenges.text import comparable

_ROUNDED = re.compile(r"(\d)\.?(\d*)E(\d{1,2})", re.IGNORECASE)


def mistaken_numbers(
    new: Sequence[ListedPerson],
    listed: Collection[str],
    unlisted: Sequence[Any],
    former: Mapping[str, str],
    *,
    accept: bool,
) -> Iterator[Problem]:
    """The new people who are probably not new. ``unlisted`` are rows of `everybody`, and ``former``
    has the present number by an earlier one.

    ``accept`` admits those of whom it is only probable.
    """
    names = {one.employee_number: one.name for one in unlisted}
    cases = {number.casefold(): number for number in names}
    twins: dict[str, str] = {}
    for first, other in alike(chain(names, listed), _bare):
        if first.casefold() != other.casefold():
            twins[first], twins[other] = other, first
    for person in new:
        number = person.employee_number
        if now := former.get(number):
            sentence = f"職員番号 {number} は、いまの職員番号が {now} の人の前の番号です。"
        elif same := cases.get(number.casefold()):
            sentence = differs_only_in_case(same, where="すでにある")
        elif not accept and (twin := twins.get(number)):
            whose = f"すでにいる {names[twin]} さんの" if twin in names else "同じ名簿の"
            sentence = _probably(number, twin, whose)
        else:
            continue
        yield Problem(person[0].line, "employee_number", sentence)


def same_names(new: Sequence[ListedPerson], missing: Sequence[Any]) -> Iterator[str]:
    """A notice for each new person with the name of an active one who is not on the list."""
    numbers = {comparable(one.name): one.employee_number for one in missing}
    for person in new if numbers else ():
        if old := numbers.get(comparable(person.name)):
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
