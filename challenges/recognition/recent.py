"""What a manager's people did recently, as far as they allow the manager to see it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    exists,
    null,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session

from challenges.catalogue.models import Challenge, Step
from challenges.people import org_chart
from challenges.people.coming import is_to_come
from challenges.people.models import Membership, Person
from challenges.people.visibility import allows
from challenges.recognition.endorsing import EDITABLE_FOR
from challenges.recognition.models import Endorsement
from challenges.storage.sql import fetch_rows, padded_ids
from challenges.submissions.models import IS_ALREADY_DOING, Completion, Submission
from challenges.vocabulary import Check, Consent, DecidedHow, MembershipKind, PraiseKind, Stage

RECENTLY = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Climbed:
    """A recent step of one of the manager's people, with the manager's words if there are any."""

    completion_id: int
    submission_id: int
    person_id: int
    name: str
    is_open: bool
    """Whether the person allows others to see their steps: then their page shows something."""
    slug: str
    step_number: int
    stage: Stage
    happened_at: datetime
    is_already_doing: bool
    """It was accepted at once, because the person said 「もうやっている」."""
    reflection: str | None
    """Only if the person shows it, the manager accepted the submission and so has read it, or was
    to be asked."""
    endorsement_id: int | None
    words: str | None
    praise: tuple[PraiseKind, ...]
    given_at: datetime | None
    """When the manager gave the words."""

    def may_be_reworded(self, at: datetime) -> bool:
        return self.given_at is not None and at < self.given_at + EDITABLE_FOR


@dataclass(frozen=True, slots=True)
class TeamScope:
    """Who looks, at which units, and when."""

    person_id: int
    unit_ids: Collection[int]
    """Units whose people have no nearer manager (people/reporting.py)."""
    at: datetime
    on: date
    """The day in Tokyo of ``at``."""
    asked_unit_ids: Collection[int] = ()
    """The units whose submissions come to this manager."""
    led_unit_ids: Collection[int] = ()
    """Units with managers of their own, of which these managers alone are reports."""


def climbed_lately(
    session: Session, looking: TeamScope, *, limit: int, offset: int = 0
) -> Sequence[Climbed]:
    """Standing steps of the last sixty days, newest first. One statement.

    Steps of direct reports who allow it today, and all steps there whose words the person shows,
    that the manager accepted, or was to check but for a 「もうやっている」.
    """
    asked = {
        "me": looking.person_id,
        "unit_ids": padded_ids(looking.unit_ids),
        "led_unit_ids": padded_ids(looking.led_unit_ids) or [0],
        "asked_unit_ids": padded_ids(looking.asked_unit_ids),
        "since": looking.at - RECENTLY,
        "on_day": looking.on,
        "at_most": limit,
        "skipped": offset,
    }
    return [Climbed(**row._mapping) for row in fetch_rows(session, _CLIMBED_LATELY, asked)]


_SHOWS_WORDS = Submission.words_shown_at.is_not(None)
ME: ColumnElement[int] = bindparam("me", type_=Integer)
AT_MOST: ColumnElement[int] = bindparam("at_most", type_=Integer)
SKIPPED: ColumnElement[int] = bindparam("skipped", type_=Integer)


def _statement() -> Select[*tuple[Any, ...]]:
    given_by_me = (Endorsement.endorser_id == ME) & Endorsement.withdrawn_at.is_(None)
    shown = _newest(_seen().subquery()).limit(AT_MOST).offset(SKIPPED).subquery()
    columns = (
        Completion.id.label("completion_id"),
        Completion.submission_id,
        Person.id.label("person_id"),
        Person.name,
        allows(Consent.STEPS).label("is_open"),
        Challenge.slug,
        Step.number.label("step_number"),
        Step.stage,
        Completion.happened_at,
        IS_ALREADY_DOING.label("is_already_doing"),
        case(
            (
                or_(Completion.decided_by_id == ME, _would_have_asked(), _SHOWS_WORDS),
                Submission.reflection,
            ),
            else_=null(),
        ).label("reflection"),
        Endorsement.id.label("endorsement_id"),
        Endorsement.words,
        Endorsement.praise,
        Endorsement.given_at,
    )
    return (
        select(*columns)
        .join(shown, shown.c.id == Completion.id)
        .join(Person, Person.id == Completion.person_id)
        .join(Step, Step.id == Completion.step_id)
        .join(Challenge, Challenge.id == Step.challenge_id)
        .join(Submission, Submission.id == Completion.submission_id)
        .outerjoin(Endorsement, (Endorsement.completion_id == Completion.id) & given_by_me)
        .order_by(Completion.happened_at.desc(), Completion.id.desc())
    )


def _seen() -> CompoundSelect[int, datetime]:
    """What the manager may see: steps of people who allow it, found by person, and steps that the
    manager accepted or was to check or whose words are shown, found by unit. Nothing of who pauses:
    that looks like not taking part, and like showing nothing."""
    # A list of ids, because PostgreSQL expects far too many rows of a subquery here.
    units: BindParameter[Any] = bindparam("unit_ids", expanding=True)
    led: BindParameter[Any] = bindparam("led_unit_ids", expanding=True)
    since = bindparam("since", type_=Completion.happened_at.type)
    of_others = (
        select(Completion.id, Completion.happened_at)
        .where(Completion.voided_at.is_(None), Completion.happened_at >= since)
        .where(Completion.person_id != ME, ~_is_away())
    )
    willing = (
        select(Membership.person_id)
        .where(_is_report(units, led))
        .where(org_chart.holds_on(org_chart.ON_DAY), allows(Consent.STEPS, by=Membership.person_id))
        .distinct()
        .subquery()
    )
    allowed = of_others.join(willing, willing.c.person_id == Completion.person_id)
    decided = of_others.where(
        or_(Completion.unit_id.in_(units), Completion.unit_id.in_(led)),
        Completion.decided_by_id == ME,
        Completion.decided_how == DecidedHow.MANAGER,
        ~is_to_come(org_chart.ON_DAY, person_id=Completion.person_id),
    )
    unasked = (
        of_others.join(Submission, Submission.id == Completion.submission_id)
        .join(Step, Step.id == Completion.step_id)
        .where(or_(Completion.unit_id.in_(units), Completion.unit_id.in_(led)))
        .where(_would_have_asked())
    )
    in_own_words = of_others.join(Submission, Submission.id == Completion.submission_id).where(
        Submission.unit_id.in_(units),
        _SHOWS_WORDS,
        ~is_to_come(org_chart.ON_DAY, person_id=Completion.person_id),
    )
    # Of each kind no more than the page can show: a department has thousands of completions.
    first = (
        _newest(of.subquery()).limit(AT_MOST + SKIPPED).subquery()
        for of in (allowed, decided, unasked, in_own_words)
    )
    return union(*(select(of.c.id, of.c.happened_at) for of in first))


def _is_report(units: BindParameter[Any], led: BindParameter[Any]) -> ColumnElement[bool]:
    """Whether a membership makes its person a direct report."""
    works_there = Membership.unit_id.in_(units) & (Membership.kind != MembershipKind.DEPUTY)
    return or_(
        works_there, Membership.unit_id.in_(led) & (Membership.kind == MembershipKind.MANAGER)
    )


def _would_have_asked() -> ColumnElement[bool]:
    """Whether the manager was to check the step: its person writes the words to them, and the form
    says so."""
    asked: BindParameter[Any] = bindparam("asked_unit_ids", expanding=True)
    return and_(
        IS_ALREADY_DOING,
        Step.check == Check.MANAGER,
        Submission.reviewing_unit_id.in_(asked),
    )


def _newest(of: Subquery) -> Select[int, datetime]:
    return select(of.c.id, of.c.happened_at).order_by(of.c.happened_at.desc(), of.c.id.desc())


def _is_away() -> ColumnElement[bool]:
    # EXISTS over the few who have left or pause: a join reads every person.
    is_gone = or_(Person.deactivated_at.is_not(None), Person.paused_at.is_not(None))
    return exists().where(Person.id == Completion.person_id, is_gone)


_CLIMBED_LATELY = _statement()
