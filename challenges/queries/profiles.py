"""A person's page: who they are, and what of it this viewer may see. The one filter for "as that person allows"."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Integer, Select, bindparam, exists, select
from sqlalchemy.orm import Session

from challenges.managing import MANAGING, ON_DAY, holds_on
from challenges.models import Consent, ConsentGiven, Membership, Person, Unit


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as one viewer may see them."""

    id: int
    name: str
    unit: str | None
    """Path of the office of today."""
    is_own: bool
    allows_steps: bool
    """Own, or consented and the viewer is of the same office or manages it."""
    allows_badges: bool


def profile(session: Session, person_id: int, *, viewer_id: int, on: date) -> Profile | None:
    """None where there is nobody, or nobody any more. One statement."""
    asked = {"person_id": person_id, "viewer_id": viewer_id, "on_day": on}
    row = session.execute(_PROFILE, asked).one_or_none()
    if row is None:
        return None
    name, unit, steps, badges, near = row
    own = person_id == viewer_id
    return Profile(person_id, name, unit, own, own or (steps and near), own or badges)


def allows(consent: Consent) -> ColumnElement[bool]:
    """Of a ``Person`` in a statement: whether they allow it now."""
    return exists().where(
        ConsentGiven.person_id == Person.id, ConsentGiven.consent == consent, ConsentGiven.withdrawn_at.is_(None)
    )


def _statement() -> Select[str, str | None, bool, bool, bool]:
    return (
        select(Person.name, Unit.path, allows(Consent.STEPS), allows(Consent.BADGES), _is_near())
        .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.is_primary & holds_on(ON_DAY))
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(Person.id == bindparam("person_id"), Person.deactivated_at.is_(None))
        .limit(1)
    )


def _is_near() -> ColumnElement[bool]:
    viewer_id: ColumnElement[int] = bindparam("viewer_id", type_=Integer)
    mine = Membership.__table__.alias("mine")
    holds = (mine.c.valid_from <= ON_DAY) & (mine.c.valid_to.is_(None) | (mine.c.valid_to >= ON_DAY))
    upper = Unit.__table__.alias("upper")
    manages = exists().where(
        mine.c.person_id == viewer_id,
        holds,
        mine.c.kind.in_(MANAGING),
        upper.c.id == mine.c.unit_id,
        Unit.path.startswith(upper.c.path + "/", autoescape=False),
    )
    return exists().where(mine.c.person_id == viewer_id, holds, mine.c.unit_id == Unit.id) | manages


_PROFILE = _statement()
