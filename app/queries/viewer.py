"""Who is asking: everything a page must know of the signed-in person, in one statement."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, distinct, exists, func, select
from sqlalchemy.orm import Session, aliased

from challenges.calendar import noon_of
from challenges.catalogue.models import CatalogueLoad
from challenges.people.models import Membership, Person, RoleGrant
from challenges.people.org_chart import ON_DAY, holds_on
from challenges.storage.sql import fetch_rows
from challenges.submissions.models import Completion, Submission
from challenges.submissions.states import IS_WAITING
from challenges.vocabulary import MembershipKind, Role, SubmissionState

NEWS_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in person, as pages see them."""

    id: int
    employee_number: str
    name: str
    language: str
    session_epoch: int
    is_paused: bool
    is_manager: bool
    """Manages, or stands in for the manager of, at least one office today."""
    is_dx_office: bool
    unit_id: int | None
    """Office of the primary post today."""
    catalogue_revision: int
    """Newest load of the catalogue; a reader whose copy is older reads it again."""
    has_news: bool
    """The DX office took a completion back within the last week; the own page says why."""
    people_waiting: int
    """How many people wait for this one, as the manager of an office or in the manager's place."""


def load_viewer(session: Session, person_id: int, *, on: date) -> Viewer | None:
    """The person with that id, or None where there is none or they are deactivated. One
    statement."""
    asked = {"person_id": person_id, "on_day": on, "news_since": noon_of(on) - NEWS_FOR}
    row = fetch_rows(session, _VIEWER, asked).one_or_none()
    return None if row is None else Viewer(*row)


def _statement() -> Select[*tuple[Any, ...]]:
    mine, holds = Membership.person_id == Person.id, holds_on(ON_DAY)
    other = aliased(Person)
    managed = select(Membership.unit_id).where(mine, holds, Membership.kind != MembershipKind.STAFF)
    waiting = (
        select(func.count(distinct(Submission.person_id)))
        .join(other, other.id == Submission.person_id)
        .where(IS_WAITING, Submission.reviewing_unit_id.in_(managed.correlate(Person)))
        .where(other.id != Person.id, other.deactivated_at.is_(None))
    )
    return select(
        Person.id,
        Person.employee_number,
        Person.name,
        Person.language,
        Person.session_epoch,
        Person.paused_at.is_not(None),
        exists().where(mine, holds, Membership.kind != MembershipKind.STAFF),
        exists().where(
            RoleGrant.person_id == Person.id,
            RoleGrant.role == Role.DX_OFFICE,
            RoleGrant.revoked_at.is_(None),
        ),
        select(Membership.unit_id)
        .where(mine, holds, Membership.is_primary)
        .limit(1)
        .scalar_subquery(),
        select(func.coalesce(func.max(CatalogueLoad.id), 0)).scalar_subquery(),
        exists().where(
            Completion.person_id == Person.id,
            Submission.id == Completion.submission_id,
            Submission.state
            == SubmissionState.VOIDED,  # and not an acceptance that its manager took back
            Completion.voided_at >= bindparam("news_since", type_=Completion.voided_at.type),
        ),
        waiting.correlate(Person).scalar_subquery(),
    ).where(Person.id == bindparam("person_id"), Person.deactivated_at.is_(None))


_VIEWER = _statement()
