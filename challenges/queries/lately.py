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
        .join(Person, Person.id == Completion.person_id)
        .join(Step, Step.id == Completion.step_id)
        .join(Challenge, Challenge.id == Step.challenge_id)
        .join(Submission, Submission.id == Completion.submission_id)
        .outerjoin(Endorsement, (Endorsement.completion_id == Completion.id) & given_by_me)
        .where(Completion.id.in_(_seen(looking)), Completion.person_id != me, Person.deactivated_at.is_(None))
        .order_by(Completion.happened_at.desc(), Completion.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [Climbed(*row) for row in rows]


def _seen(looking: Looking) -> CompoundSelect[int]:
    """Ids of what may be seen: by consent, found by person; by my own decision, found by office."""
    offices = select(managing.units_below(looking.unit_ids).c.id)
    stands_lately = (Completion.voided_at.is_(None), Completion.happened_at >= looking.at - RECENTLY)
    allowed = (
        select(Completion.id)
        .join(Person, Person.id == Completion.person_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.unit_id.in_(offices), Membership.kind != MembershipKind.DEPUTY)
        .where(managing.holds_on(looking.on), allows(Consent.STEPS), *stands_lately)
    )
    decided = select(Completion.id).where(
        Completion.unit_id.in_(offices),
        Completion.decided_by_id == looking.person_id,
        Completion.decided_how == DecidedHow.MANAGER,
        *stands_lately,
    )
    return union(allowed, decided)
