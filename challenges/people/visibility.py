"""What one person may see of another. THE one filter: every page asks it.

Do not decide anywhere else what a viewer sees. A page about one person calls ``profile``; a list
adds ``is_there`` to its statement, and ``allows`` for what needs a consent.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Integer, Select, Subquery, bindparam, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from challenges.people import org_chart
from challenges.people.coming import is_to_come
from challenges.people.models import ConsentGiven, Membership, Person, Unit
from challenges.storage.sql import fetch_rows
from challenges.vocabulary import Consent

VIEWER: ColumnElement[int] = bindparam("viewer_id", type_=Integer)


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as one viewer may see them."""

    id: int
    name: str
    unit: str | None
    """Path of their unit on that day."""
    is_own: bool
    allows_steps: bool
    """True for oneself, or with consent for colleagues of the unit and those who manage it. Taking
    a rest looks like showing nothing."""
    allows_badges: bool
    """True for oneself, or with consent for everybody."""


def profile(session: Session, person_id: int, *, viewer_id: int, on: date) -> Profile | None:
    """The person as the viewer may see them, or None if they do not exist, have left, or are still
    to come.

    One statement.
    """
    asked = {"person_id": person_id, "viewer_id": viewer_id, "on_day": on}
    row = fetch_rows(session, _PROFILE, asked).one_or_none()
    if row is None:
        return None
    is_own = person_id == viewer_id
    return Profile(
        id=person_id,
        name=row.name,
        unit=row.unit,
        is_own=is_own,
        allows_steps=is_own or (row.takes_part and row.shares_steps and row.is_near),
        allows_badges=is_own or (row.takes_part and row.shares_badges),
    )


def allows(
    consent: Consent, *, by: ColumnElement[int] | InstrumentedAttribute[int] = Person.id
) -> ColumnElement[bool]:
    """Whether the person whose id is in the column ``by`` gives that consent now."""
    return exists().where(
        ConsentGiven.person_id == by,
        ConsentGiven.consent == consent,
        ConsentGiven.withdrawn_at.is_(None),
    )


def those_who_allow(consent: Consent) -> Subquery:
    """The same for a consent that few give: ``person_id`` of those who do, from its index."""
    given = select(ConsentGiven.person_id).where(
        ConsentGiven.consent == consent, ConsentGiven.withdrawn_at.is_(None)
    )
    return given.subquery()


def is_there() -> ColumnElement[bool]:
    """Whether a ``Person`` of the statement is anybody to the ``VIEWER`` on ``org_chart.ON_DAY``:
    they have not left, and are not still to come."""
    return Person.deactivated_at.is_(None) & ((Person.id == VIEWER) | ~is_to_come(org_chart.ON_DAY))


def shows_steps() -> ColumnElement[bool]:
    """Whether the ``Person`` of a statement, who works in its ``Unit`` on ``org_chart.ON_DAY``,
    shows their steps to the ``VIEWER``."""
    return allows(Consent.STEPS) & _is_near()


def _profile_statement() -> Select[str, str | None, bool, bool, bool, bool]:
    is_unit_of_the_day = Membership.is_primary & org_chart.holds_on(org_chart.ON_DAY)
    return (
        select(
            Person.name,
            Unit.path.label("unit"),
            Person.paused_at.is_(None).label("takes_part"),
            allows(Consent.STEPS).label("shares_steps"),
            allows(Consent.BADGES).label("shares_badges"),
            _is_near().label("is_near"),
        )
        .outerjoin(Membership, (Membership.person_id == Person.id) & is_unit_of_the_day)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(Person.id == bindparam("person_id"), is_there())
        .limit(1)
    )


def _is_near() -> ColumnElement[bool]:
    """Whether the viewer works in the ``Unit`` of the statement, or manages it or one above it."""
    mine, my_unit = aliased(Membership), aliased(Unit)
    manages = mine.kind.in_(org_chart.MANAGING) & org_chart.is_at_or_above(my_unit, Unit)
    return exists().where(
        mine.person_id == VIEWER,
        org_chart.holds_on(org_chart.ON_DAY, of=mine),
        my_unit.id == mine.unit_id,
        (my_unit.id == Unit.id) | manages,
    )


_PROFILE = _profile_statement()
