"""A person's page: who they are, and what of it this viewer may see. The one filter for "as that
person allows"."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Integer, Select, bindparam, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from challenges.people import org_chart
from challenges.people.models import ConsentGiven, Membership, Person, Unit
from challenges.storage.sql import fetch_rows
from challenges.vocabulary import Consent


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as one viewer may see them."""

    id: int
    name: str
    unit: str | None
    """Path of the unit of today."""
    is_own: bool
    allows_steps: bool
    """Own, or consented and the viewer is of the same unit or manages it."""
    allows_badges: bool


def profile(session: Session, person_id: int, *, viewer_id: int, on: date) -> Profile | None:
    """None where there is nobody, or nobody any more. One statement."""
    asked = {"person_id": person_id, "viewer_id": viewer_id, "on_day": on}
    row = fetch_rows(session, _PROFILE, asked).one_or_none()
    if row is None:
        return None
    name, unit, steps, badges, near = row
    own = person_id == viewer_id
    return Profile(person_id, name, unit, own, own or (steps and near), own or badges)


def allows(
    consent: Consent, *, by: ColumnElement[int] | InstrumentedAttribute[int] = Person.id
) -> ColumnElement[bool]:
    """Whether the person with the id of that column allows it now."""
    return exists().where(
        ConsentGiven.person_id == by,
        ConsentGiven.consent == consent,
        ConsentGiven.withdrawn_at.is_(None),
    )


def _statement() -> Select[str, str | None, bool, bool, bool]:
    today = org_chart.holds_on(org_chart.ON_DAY)
    return (
        select(Person.name, Unit.path, allows(Consent.STEPS), allows(Consent.BADGES), _is_near())
        .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.is_primary & today)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(Person.id == bindparam("person_id"), Person.deactivated_at.is_(None))
        .limit(1)
    )


def _is_near() -> ColumnElement[bool]:
    """Whether the viewer works in the ``Unit`` of the statement, or manages it or one above it."""
    mine, upper = aliased(Membership), aliased(Unit)
    theirs = exists().where(
        mine.person_id == bindparam("viewer_id", type_=Integer),
        org_chart.holds_on(org_chart.ON_DAY, of=mine),
        upper.id == mine.unit_id,
    )
    manages = mine.kind.in_(org_chart.MANAGING) & org_chart.is_at_or_above(upper, Unit)
    return theirs.where((upper.id == Unit.id) | manages)


_PROFILE = _statement()
