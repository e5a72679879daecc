"""Who holds a role on a day. A role ends with the post that it rests on.

It rests on the unit in which its person worked when it was given: promoted within the unit they
keep it, and from the day after their last in the unit it is over. Nobody has to be awake for that:
whatever asks for a role asks here.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from challenges.calendar import TOKYO, day_of
from challenges.people.models import Membership, Person, RoleGrant
from challenges.people.org_chart import lasts_to
from challenges.vocabulary import MembershipKind, Role


def holds_role(
    role: Role,
    *,
    person_id: ColumnElement[int] | InstrumentedAttribute[int] | int,
    on: date | ColumnElement[date],
) -> ColumnElement[bool]:
    """SQL: whether the person holds that role on that day."""
    return exists().where(RoleGrant.person_id == person_id, RoleGrant.role == role, is_held_on(on))


def is_held_on(on: date | ColumnElement[date]) -> ColumnElement[bool]:
    """SQL: whether a ``RoleGrant`` that nobody took back still has its post on that day, or is to
    get it: a successor may belong to the office before they come."""
    post = aliased(Membership)
    return RoleGrant.revoked_at.is_(None) & _rests_on_a_post(post, lasts_to(on, of=post))


class LastingRole(NamedTuple):
    """Somebody of the DX office whose role has no end, and the unit it rests on, if any."""

    person_id: int
    unit_id: int | None


def lasting_office(session: Session) -> list[LastingRole]:
    """Everybody of the DX office, without those whose role is known to end. One statement."""
    post = aliased(Membership)
    rows = session.execute(
        select(RoleGrant.person_id, RoleGrant.unit_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.DX_OFFICE, RoleGrant.revoked_at.is_(None))
        .where(Person.deactivated_at.is_(None))
        .where(_rests_on_a_post(post, post.valid_to.is_(None)))
    )
    return [LastingRole(row.person_id, row.unit_id) for row in rows]


def rest_on_new_posts(session: Session, person_ids: Sequence[int]) -> None:
    """Let the roles of these people that wait for a new post rest on the last of their main
    appointments. One statement."""
    post = aliased(Membership)
    newest = (
        select(post.unit_id)
        .where(post.person_id == RoleGrant.person_id, post.is_primary)
        .order_by(post.valid_from.desc())
        .limit(1)
        .correlate(RoleGrant)
        .scalar_subquery()
    )
    session.execute(
        update(RoleGrant)
        .where(RoleGrant.person_id.in_(person_ids), RoleGrant.revoked_at.is_(None))
        .where(RoleGrant.unit_id.is_(None))
        .values(unit_id=newest)
        .execution_options(synchronize_session=False)
    )


def end_with_posts(session: Session, *, at: datetime) -> list[RoleGrant]:
    """End for good what rests on a post that is over, at the midnight after its last day. Returns
    the grants, so that nobody who comes back to a unit years later finds an old role there."""
    today = day_of(at)
    over = session.execute(_over(today)).all()
    for grant, last_day in over:
        ended = datetime.combine((last_day or today) + timedelta(days=1), time(), TOKYO)
        grant.revoked_at = max(min(ended, at), grant.granted_at)
    session.flush()
    return [grant for grant, _last_day in over]


def _over(today: date) -> Select[RoleGrant, date | None]:
    """What nobody took back and is held no more, each with the last day in its unit."""
    post = aliased(Membership)
    last_day = (
        select(func.max(post.valid_to))
        .where(post.person_id == RoleGrant.person_id, post.unit_id == RoleGrant.unit_id)
        .where(post.kind != MembershipKind.DEPUTY)
        .correlate(RoleGrant)
        .scalar_subquery()
    )
    return (
        select(RoleGrant, last_day)
        .where(RoleGrant.revoked_at.is_(None), ~is_held_on(today))
        .order_by(RoleGrant.id)
        .with_for_update(of=RoleGrant)
    )


def _rests_on_a_post(post: type[Membership], holds: ColumnElement[bool]) -> ColumnElement[bool]:
    return or_(
        RoleGrant.unit_id.is_(None),
        exists()
        .where(post.person_id == RoleGrant.person_id, post.unit_id == RoleGrant.unit_id)
        .where(post.kind != MembershipKind.DEPUTY, holds)
        .correlate(RoleGrant),
    )
