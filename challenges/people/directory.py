"""Finds people by employee number, name or kana, however they are typed.

For search pages of those who may see everybody. What one person may see of another is decided in
visibility.py.
"""

from datetime import date

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select

from challenges.people.models import Membership, Person, Unit
from challenges.people.org_chart import holds_on
from challenges.text import fold, same_width, to_katakana, without_blanks


def is_called(words: str) -> ColumnElement[bool]:
    """Whether ``Person`` has that employee number, or a name or kana that contains the words.

    Blanks and case make no difference.
    """
    # One comparison covers both columns: the words hold no line end, so they cannot match across
    # it.
    name_and_kana = func.lower(func.replace(Person.name + "\n" + Person.kana, " ", ""))
    number = same_width(without_blanks(words))
    contained = (name_and_kana.contains(one, autoescape=True) for one in _spellings(words))
    return or_(Person.employee_number == number, *contained)


def _spellings(words: str) -> tuple[str, str, str]:
    """The words as typed, in hiragana and in katakana: a personnel list may write kana either
    way."""
    plain = without_blanks(words)
    hiragana = fold(plain)
    return plain.lower(), hiragana, to_katakana(hiragana)


def unit_path_on(on: date) -> ScalarSelect[str]:
    """The path of the unit in which ``Person`` holds the primary appointment on that day, or NULL.
    A subquery for a column."""
    return (
        select(Unit.path)
        .join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.person_id == Person.id, Membership.is_primary, holds_on(on))
        .order_by(Membership.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
