"""Finds what may be personal data in a text, for whoever decides what is masked in a disclosure.

It marks too much rather than too little, and decides nothing. Pure.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import regex

from challenges.text import same_width, without_blanks

SHORTEST_NAME = 2
"""Letters. A surname of one kanji (林, 森) is in too many words, and is found by its title."""
_MOST_MARKS = 20
_TITLES = (
    r"(?:さん|さま|様|氏|くん|君|ちゃん|先生|[部次局課室所班係]長|補佐|主幹|主査|主任|主事|技師)"
)
_CALLED = regex.compile(rf"(?:\p{{Han}}{{1,4}}|[ァ-ヶー]{{2,8}}){_TITLES}")
_NOBODY = regex.compile(
    r"(?:皆|お?客|県民|住民|市民|職員|同僚|上司|担当|部下|先輩|後輩|管理職|各|全)(?:さん|さま|様|氏|者)"
)
_MAIL = regex.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TELEPHONE = regex.compile(r"(?<!\d)0\d{1,4}[-(]?\d{1,4}[-)]?\d{3,4}(?!\d)")
_NUMBER = regex.compile(r"(?<!\d)\d{6,}(?!\d)")
_ADDRESS = regex.compile(r"\p{Han}{1,5}[市町村区]\p{Han}{0,10}\d+(?:-\d+)*|\d+番地?\d*号?")
_TITLE, _DIGIT = regex.compile(_TITLES), regex.compile(r"\d")


class MarkKind(StrEnum):
    """What was found."""

    NAME = "NAME"
    MAIL = "MAIL"
    TELEPHONE = "TELEPHONE"
    NUMBER = "NUMBER"
    ADDRESS = "ADDRESS"


_WITH_DIGITS = {
    MarkKind.TELEPHONE: _TELEPHONE,
    MarkKind.NUMBER: _NUMBER,
    MarkKind.ADDRESS: _ADDRESS,
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a text that may be personal data."""

    kind: MarkKind
    found: str


@dataclass(slots=True)
class KnownNames:
    """Names to look for, by their first two letters, so that a text is read once however many there
    are."""

    _by_beginning: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, names: Iterable[str]) -> "KnownNames":
        """The whole names, and the surnames of those that are written with a blank."""
        known = cls()
        for name in names:
            for part in (without_blanks(same_width(name)), *same_width(name).split()[:1]):
                if len(part) >= SHORTEST_NAME:
                    known._by_beginning[part[:SHORTEST_NAME]].add(part)
        return known

    def found_in(self, text: str) -> Iterator[str]:
        """The names in the text, the longest of those that begin at the same letter."""
        behind = 0
        for at in range(len(text) - 1):
            here = self._by_beginning.get(text[at : at + SHORTEST_NAME])
            if here is None or at < behind:
                continue
            longest = max((one for one in here if text.startswith(one, at)), key=len, default="")
            if longest:
                behind = at + len(longest)
                yield longest


def marks_in(text: str, names: KnownNames) -> list[Mark]:
    """What may be personal data in the text, each once: names of staff, anybody with a title,
    addresses of mail, telephone and other long numbers, places with a number."""
    wide = same_width(text)
    plain = without_blanks(wide)
    found = [Mark(MarkKind.NAME, name) for name in names.found_in(plain)]
    # Few texts hold any of these. Looking for a title or a digit first is ten times as fast.
    if _TITLE.search(plain):
        called = _CALLED.finditer(_NOBODY.sub("、", plain))
        found += [Mark(MarkKind.NAME, one[0]) for one in called]
    if "@" in wide:
        found += [Mark(MarkKind.MAIL, one[0]) for one in _MAIL.finditer(wide)]
    if _DIGIT.search(wide):
        for kind, pattern in _WITH_DIGITS.items():
            found += [Mark(kind, one[0]) for one in pattern.finditer(wide)]
    return list(dict.fromkeys(found))[:_MOST_MARKS]
