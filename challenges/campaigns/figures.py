"""What the office's page says of a campaign at the end of one day, as plain counts.

Nothing is suppressed here; whatever shows these figures has to see to that (suppression.py). The
number of statements is the same however many people there are.
"""

from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from challenges.calendar import working_days_between
from challenges.campaigns.audience import audience_of, is_main_on
from challenges.campaigns.denominators import reached_people
from challenges.campaigns.funnels import counted, funnels, may_count
from challenges.campaigns.models import CampaignCount, CampaignVersion
from challenges.campaigns.tallies import Tallies
from challenges.campaigns.unit_rows import Organisation
from challenges.catalogue.models import Step
from challenges.people.counting import is_asked_on
from challenges.people.models import Membership, Person
from challenges.people.org_chart import holds_on
from challenges.storage.days import tokyo_day
from challenges.submissions.models import Completion, Submission
from challenges.vocabulary import (
    DecidedHow,
    Employment,
    MembershipKind,
    SubmissionState,
)

_working_days = cache(working_days_between)


def figures_of(
    session: Session, version: CampaignVersion, *, day: date, kinds: Collection[Employment]
) -> dict[str, Any]:
    """The figures of the campaign whose version in force this is, at the end of that day.

    ``kinds`` are the kinds of employment that are in denominators. Ten statements.
    """
    tallies = Tallies(Organisation.read(session))
    until = min(day, version.ends_on)
    _count_people(session, version, tallies, until=until, kinds=kinds)
    _count_steps(session, version, tallies, until=until)
    _count_waiting(session, version, tallies, day=day)
    _count_decisions(session, version, tallies, until=until, day=day)
    challenges = funnels(session, version, tallies, until=until)
    whole = tallies.whole
    return {
        **{name: whole.counts[name] for name in ("reached", "people", "steps", "automatic")},
        "units": _units(tallies),
        "challenges": challenges,
        "queue": {
            "waiting": whole.counts["waiting"],
            "oldest_days": _working_days(tallies.oldest, day) if tallies.oldest else 0,
            "days_to_decide": whole.days_to_decide(),
            "automatic": whole.counts["automatic"],
            "without_reviewer": _without_reviewer(session, version, tallies, day=until),
        },
    }


def _count_people(
    session: Session,
    version: CampaignVersion,
    tallies: Tallies,
    *,
    until: date,
    kinds: Collection[Employment],
) -> None:
    reached = reached_people(version, until=until, kinds=kinds)
    takes_part = reached.c.person_id.in_(counted(version, until, CampaignCount.person_id))
    rows = session.execute(
        select(
            reached.c.unit_id,
            func.count().label("reached"),
            func.count().filter(takes_part).label("people"),
        ).group_by(reached.c.unit_id)
    )
    for row in rows:
        for tally in tallies.of(row.unit_id):
            tally.add(reached=row.reached, people=row.people)


def _count_steps(
    session: Session, version: CampaignVersion, tallies: Tallies, *, until: date
) -> None:
    is_automatic = Completion.decided_how == DecidedHow.OVERDUE
    rows = session.execute(
        counted(
            version,
            until,
            CampaignCount.unit_id,
            Step.challenge_id,
            func.count().label("steps"),
            func.count().filter(is_automatic).label("automatic"),
        )
        .join(Completion, Completion.id == CampaignCount.completion_id)
        .join(Step, Step.id == Completion.step_id)
        .group_by(CampaignCount.unit_id, Step.challenge_id)
    )
    for row in rows:
        for tally in tallies.of(row.unit_id, row.challenge_id):
            tally.add(steps=row.steps, automatic=row.automatic)


def _count_waiting(
    session: Session, version: CampaignVersion, tallies: Tallies, *, day: date
) -> None:
    """What would count if it were accepted, and waited for a person at the end of that day."""
    since = tokyo_day(Submission.waiting_since)
    rows = session.execute(
        select(Submission.unit_id, Step.challenge_id, since.label("since"), func.count().label("n"))
        .join(Step, Step.id == Submission.step_id)
        .where(may_count(version, Submission.submitted_at, until=day))
        .where(since <= day, _waited_at_the_end_of(day))
        .group_by(Submission.unit_id, Step.challenge_id, since)
    )
    for row in rows:
        tallies.oldest = min(tallies.oldest or row.since, row.since)
        for tally in tallies.of(row.unit_id, row.challenge_id):
            tally.add(waiting=row.n)


def _waited_at_the_end_of(day: date) -> ColumnElement[bool]:
    # A snapshot that is made late leaves out what happened since.
    was_asked_later = (Submission.state == SubmissionState.SENT_BACK) & (
        tokyo_day(Submission.asked_at) > day
    )
    return or_(
        Submission.state == SubmissionState.WAITING,
        tokyo_day(Submission.decided_at) > day,
        was_asked_later,
    )


def _count_decisions(
    session: Session, version: CampaignVersion, tallies: Tallies, *, until: date, day: date
) -> None:
    decided_on = tokyo_day(Completion.decided_at)
    rows = session.execute(
        counted(
            version,
            until,
            CampaignCount.unit_id,
            Step.challenge_id,
            CampaignCount.day.label("submitted_on"),
            decided_on.label("decided_on"),
            func.count().label("n"),
        )
        .join(Completion, Completion.id == CampaignCount.completion_id)
        .join(Step, Step.id == Completion.step_id)
        .where(Completion.decided_how == DecidedHow.MANAGER, decided_on <= day)
        .group_by(CampaignCount.unit_id, Step.challenge_id, CampaignCount.day, decided_on)
    )
    for row in rows:
        took = _working_days(row.submitted_on, row.decided_on)
        for tally in tallies.of(row.unit_id, row.challenge_id):
            tally.days[took] += row.n


def _units(tallies: Tallies) -> list[dict[str, Any]]:
    names = ("reached", "people", "steps", "waiting", "automatic")
    return [
        {
            "unit_id": unit.unit_id,
            "name": unit.name,
            "depth": unit.depth,
            "parent_id": unit.parent_id,
            "site_outside": unit.is_outside,
            **{name: tallies.units[unit.unit_id].counts[name] for name in names},
            "days_to_decide": tallies.units[unit.unit_id].days_to_decide(),
        }
        for unit in tallies.organisation.placed(tuple(tallies.units))
    ]


def _without_reviewer(
    session: Session, version: CampaignVersion, tallies: Tallies, *, day: date
) -> list[int]:
    """Units with people of the audience on that day, where nobody reviews, as
    ``org_chart.reviewing_unit`` judges it."""
    in_audience = select(Membership.unit_id).where(is_main_on(day), audience_of(version)).distinct()
    unit_ids = session.scalars(in_audience).all()
    reviewing = set(
        session.scalars(
            select(Membership.unit_id)
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.kind == MembershipKind.MANAGER, holds_on(day))
            .where(Person.deactivated_at.is_(None), is_asked_on(day))
            .distinct()
        )
    )
    return tallies.organisation.without(unit_ids, reviewing.__contains__)
