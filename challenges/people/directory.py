"""How people are found: by employee number, name or kana, however they are typed."""

import unicodedata
from datetime import date

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select

from challenges.people.models import Membership, Person, Unit
from challenges.people.org_chart import holds_on
from challenges.text import fold


def spellings(words: str) -> tuple[str, str, str]:
    """As typed, in hiragana and in katakana, without blanks: a list may write kana either way."""
    hiragana = fold(without_blanks(words))
    katakana = "".join(chr(ord(char) + 0x60) if "ぁ" <= char <= "ゖ" else char for char in hiragana)
    return without_blanks(words).lower(), hiragana, katakana


def without_blanks(words: str) -> str:
    return "".join(words.split())


def is_called(words: str) -> ColumnElement[bool]:
    """The number, or a part of the name or of its kana. Blanks and case play no part. No words hold
    a line end."""
    called = func.lower(func.replace(Person.name + "\n" + Person.kana, " ", ""))
    number = unicodedata.normalize("NFKC", without_blanks(words))
    parts = (called.contains(one, autoescape=True) for one in spellings(words))
    return or_(Person.employee_number == number, *parts)


def unit_path_on(on: date) -> ScalarSelect[str]:
    return (
        select(Unit.path)
        .join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.person_id == Person.id, Membership.is_primary, holds_on(on))
        .order_by(Membership.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
