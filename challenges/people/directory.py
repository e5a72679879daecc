"""Finds people by employee number, name or kana, however they are typed.

For search pages of those who may see everybody. What one person may see of another is decided in
visibility.py.
"""

from datetime import date

from sqlalchemy import CompoundSelect, ScalarSelect, select, union

from challenges.people.accounts import plain_name
from challenges.people.models import Membership, Person, Unit
from challenges.people.names import name_key
from challenges.people.org_chart import holds_on


def people_called(words: str) -> CompoundSelect[int]:
    """Ids of the people with that employee number, or with a name or kana that contains the words.

    How a name is typed makes no difference, see names.py. ``words`` must not be blank.
    """
    # Two statements in one, because each has an index of its own, and OR would use neither.
    return union(
        select(Person.id).where(Person.employee_number == plain_name(words)),
        select(Person.id).where(Person.search_key.contains(name_key(words), autoescape=True)),
    )


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
