"""People who have left: out at the next request, memberships end today, what they did stays."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.people.models import Membership, Person, RoleGrant

_BATCH = 500


def deactivate(session: Session, person: Person, *, at: datetime) -> None:
    """The person has left: out at the next request, posts end today. What they did stays."""
    session.flush()
    deactivate_all(session, [person.id], at=at)
    session.expire(person)


def deactivate_all(session: Session, person_ids: Sequence[int], *, at: datetime) -> None:
    """The same for many people at once."""
    today = day_of(at)
    for start in range(0, len(person_ids), _BATCH):
        theirs = person_ids[start : start + _BATCH]
        mine = Membership.person_id.in_(theirs)
        session.execute(
            update(Person)
            .where(Person.id.in_(theirs))
            .values(deactivated_at=at, session_epoch=Person.session_epoch + 1),
            execution_options={"synchronize_session": False},
        )
        lasting = or_(Membership.valid_to.is_(None), Membership.valid_to > today)
        for statement in (
            delete(Membership).where(mine, Membership.valid_from > today),
            update(Membership).where(mine, lasting).values(valid_to=today),
            update(RoleGrant)
            .where(RoleGrant.person_id.in_(theirs), RoleGrant.revoked_at.is_(None))
            .values(revoked_at=at),
        ):
            session.execute(statement, execution_options={"synchronize_session": False})
