"""What a manager's people did lately, as far as they let it be seen."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import CompoundSelect, case, null, select, union
from sqlalchemy.orm import Session

from challenges import managing
from challenges.models import (
    Challenge,
    Completion,
    Consent,
    DecidedHow,
    Endorsement,
    Membership,
    MembershipKind,
    Person,
    Stage,
    Step,
    Submission,
)
from challenges.queries.profiles import allows

RECENTLY = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Climbed:
    """A recent step of one of my people, with my words if I gave any."""

    completion_id: int
    name: str
    slug: str
    step_number: int
    stage: Stage
    happened_at: datetime
    reflection: str | None
    """Only where I accepted the claim myself: then I have read it."""
    endorsement_id: int | None
    words: str | None


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks, at which offices and all below them, and when."""

    person_id: int
    unit_ids: Collection[int]
    at: datetime
    on: date
    """The day in Tokyo of ``at``."""


def climbed_lately(session: Session, looking: Looking, *, limit: int, offset: int = 0) -> Sequence[Climbed]:
    """Standing steps of the last sixty days, newest first. One statement.

    Of people who work there today and allow it, and whatever I accepted there myself.
    """
    me = looking.person_id
    given_by_me = (Endorsement.endorser_id == me) & Endorsement.withdrawn_at.is_(None)
    seen = _seen(looking).subquery()
    newest = select(seen.c.id).order_by(seen.c.happened_at.desc(), seen.c.id.desc()).limit(limit).offset(offset)
    shown = newest.subquery()
    rows = session.execute(
        select(
            Completion.id,
            Person.name,
            Challenge.slug,
            Step.number,
            Step.stage,
            Completion.happened_at,
            case((Completion.decided_by_id == me, Submission.reflection), else_=null()),
            Endorsement.id,
            Endorsement.words,
        )
        .join(shown, shown.c.id == Completion.id)
        .join(Person, Person.id == Completion.person_id)
        .join(Step, Step.id == Completion.step_id)
        .join(Challenge, Challenge.id == Step.challenge_id)
        .join(Submission, Submission.id == Completion.submission_id)
        .outerjoin(Endorsement, (Endorsement.completion_id == Completion.id) & given_by_me)
        .order_by(Completion.happened_at.desc(), Completion.id.desc())
    )
    return [Climbed(*row) for row in rows]


def _seen(looking: Looking) -> CompoundSelect[int, datetime]:
    """What may be seen: by consent, found by person; by my own decision, found by office."""
    offices = select(managing.units_below(looking.unit_ids).c.id)
    since = looking.at - RECENTLY
    of_others = (
        select(Completion.id, Completion.happened_at)
        .join(Person, Person.id == Completion.person_id)
        .where(Completion.voided_at.is_(None), Completion.happened_at >= since)
        .where(Completion.person_id != looking.person_id, Person.deactivated_at.is_(None))
    )
    allowed = (
        of_others.join(Membership, Membership.person_id == Person.id)
        .where(Membership.unit_id.in_(offices), Membership.kind != MembershipKind.DEPUTY)
        .where(managing.holds_on(looking.on), allows(Consent.STEPS))
    )
    decided = of_others.where(
        Completion.unit_id.in_(offices),
        Completion.decided_by_id == looking.person_id,
        Completion.decided_how == DecidedHow.MANAGER,
    )
    return union(allowed, decided)
