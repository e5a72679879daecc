"""What pages ask about badges: who holds which, on what evidence, and how many people hold one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from badges.awards.deciding import StandingAward
from badges.models import Award
from challenges.people.models import Person
from challenges.people.visibility import allows
from challenges.recognition.models import Cheer
from challenges.shares import SMALLEST_GROUP
from challenges.storage.sql import fetch_rows, padded_ids
from challenges.submissions.models import Completion
from challenges.vocabulary import Consent


@dataclass(frozen=True, slots=True)
class EvidenceCompletion:
    """One completion that an award rests on."""

    completion_id: int
    step_id: int
    happened_at: datetime
    is_undone: bool
    """It was undone later, and the terms of the badge say that the award stays."""


def standing_awards(session: Session, person_id: int) -> list[StandingAward]:
    """The badges that a person holds, newest first. One statement."""
    rows = fetch_rows(session, _STANDING, {"person_id": person_id})
    return [
        StandingAward(
            id=row.id,
            badge=row.badge,
            version=row.version,
            awarded_at=row.awarded_at,
            evidence=tuple(row.evidence),
        )
        for row in rows
    ]


_STANDING = (
    select(
        Award.id,
        Award.badge_slug.label("badge"),
        Award.badge_version.label("version"),
        Award.awarded_at,
        # Named, because the column is called "because".
        Award.evidence.label("evidence"),
    )
    .where(Award.person_id == bindparam("person_id"), Award.voided_at.is_(None))
    .order_by(Award.awarded_at.desc(), Award.id.desc())
)


def completions_under_badges(session: Session, completion_ids: Collection[int]) -> set[int]:
    """Those of the completions that a badge which everybody may see rests on last. One statement.

    Whoever sees the badge may cheer it through them.
    """
    rows = fetch_rows(session, _UNDER_BADGES, {"completion_ids": padded_ids(completion_ids)})
    return {row.completion_id for row in rows if row.evidence[-1:] == [row.completion_id]}


_UNDER_BADGES = (
    select(Completion.id.label("completion_id"), Award.evidence.label("evidence"))
    .join(Award, Award.person_id == Completion.person_id)
    .where(Completion.id.in_(bindparam("completion_ids", expanding=True)))
    .where(Award.voided_at.is_(None), allows(Consent.BADGES, by=Completion.person_id))
)


def held_since_before(session: Session, person_id: int, at: datetime) -> set[str]:
    """Slugs of the badges that a person holds, and that were recorded before ``at``. One statement.

    A badge counts even if its evidence has changed since.
    """
    asked = {"person_id": person_id, "at": at}
    return set(fetch_rows(session, _HELD_SINCE_BEFORE, asked).scalars())


_HELD_SINCE_BEFORE = select(Award.badge_slug).where(
    Award.person_id == bindparam("person_id"),
    Award.voided_at.is_(None),
    Award.recorded_at < bindparam("at", type_=Award.recorded_at.type),
)


def evidence_of(session: Session, award: StandingAward) -> list[EvidenceCompletion]:
    """The completions that an award rests on, earliest first. One statement."""
    rows = session.execute(
        select(
            Completion.id.label("completion_id"),
            Completion.step_id,
            Completion.happened_at,
            Completion.voided_at.is_not(None).label("is_undone"),
        )
        .where(Completion.id.in_(award.evidence))
        .order_by(Completion.happened_at, Completion.id)
    )
    return [EvidenceCompletion(**row._mapping) for row in rows]


@dataclass(frozen=True, slots=True)
class CheeredPerson:
    """Somebody whom the holder of a badge cheered, and when they first did."""

    name: str
    cheered_at: datetime


def cheered_people(
    session: Session, giver_id: int, completion_ids: Collection[int]
) -> list[CheeredPerson]:
    """Whom the giver cheered by standing cheers for these completions, earliest first. One
    statement."""
    first = func.min(Cheer.given_at)
    rows = session.execute(
        select(Person.name, first.label("cheered_at"))
        .join(Cheer, Cheer.receiver_id == Person.id)
        .where(Cheer.giver_id == giver_id, Cheer.completion_id.in_(completion_ids))
        .where(Cheer.taken_back_at.is_(None))
        .group_by(Person.id, Person.name)
        .order_by(first, Person.id)
    )
    return [CheeredPerson(**row._mapping) for row in rows]


def holders(session: Session, slug: str) -> int | None:
    """How many people hold a badge. One statement.

    None for fewer than ``SMALLEST_GROUP``, because a small number can point at single people.
    """
    holds = (Award.badge_slug == slug) & Award.voided_at.is_(None)
    count = session.scalar(select(func.count()).select_from(Award).where(holds)) or 0
    return count if count >= SMALLEST_GROUP else None
