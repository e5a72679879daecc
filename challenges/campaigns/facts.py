"""Gathers from the database what the lint knows beside the definition.

A fixed number of statements, however many people, units and campaigns there are.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from challenges.calendar import noon_of
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.lint.days import period_of
from challenges.campaigns.lint.stairs import counted_steps
from challenges.campaigns.lint.values import Earlier, Facts, KnownChallenge, KnownStep
from challenges.campaigns.meeting import meetings_of
from challenges.campaigns.models import Campaign, CampaignSnapshot, CampaignTotal
from challenges.campaigns.organisation import Organisation
from challenges.campaigns.reaching import Aim, known_units_of, reached_by
from challenges.catalogue.models import Challenge, ChallengeVersion, Project, Step
from challenges.languages import LANGUAGES
from challenges.people.counting import counts_on
from challenges.people.models import Person
from challenges.submissions.models import StepTotal
from challenges.vocabulary import Audience, CampaignState, Check, Employment, Need

A_DAY = timedelta(days=1)
EARLIER_CAMPAIGNS = 8
"""Of so many campaigns, the last that closed, the share of people is taken."""


def gather(
    session: Session,
    definition: CampaignDefinition,
    *,
    campaign_id: int | None,
    today: date,
    kinds: Collection[Employment],
) -> Facts:
    """The facts of a definition as they stand today.

    ``campaign_id`` is None for a file that is no campaign yet. ``kinds`` are the kinds of
    employment that count.
    """
    first = definition.first_day or today
    on = min(first, today)
    own = _of_campaign(session, campaign_id)
    organisation = Organisation.read(session)
    aim = Aim.of(definition.audience, organisation)
    facts = Facts(
        today=today,
        is_published=own.is_published,
        challenges=_challenges(session, definition),
        units=known_units_of(
            session,
            definition,
            organisation,
            kinds=kinds,
            days=(first, definition.last_day or first),
        ),
    )
    is_reviewed = any(step.check is Check.MANAGER for _, step in counted_steps(definition, facts))
    since = noon_of(today - timedelta(weeks=26)) if is_reviewed else None
    return Facts(
        today=today,
        is_published=own.is_published,
        has_owner=own.has_owner,
        challenges=facts.challenges,
        units=facts.units,
        reached=reached_by(
            session, aim, organisation, on=on, first=first, kinds=kinds, reviewed_since=since
        ),
        meetings=meetings_of(
            session,
            aim,
            organisation,
            period_of(definition),
            but=campaign_id,
            today=today,
            kinds=kinds,
        ),
        earlier=_earlier(session, definition, steps=own.steps_before, kinds=kinds),
    )


class _Own(NamedTuple):
    """What the row of the campaign says."""

    is_published: bool = False
    has_owner: bool = True
    steps_before: int | None = None
    """Of last year's campaign, once it is over."""


def _of_campaign(session: Session, campaign_id: int | None) -> _Own:
    before = (
        select(CampaignTotal.campaign_id, CampaignTotal.steps)
        .join(Campaign, Campaign.id == CampaignTotal.campaign_id)
        .where(Campaign.closed_at.is_not(None))
        .subquery()
    )
    row = session.execute(
        select(Campaign.version, Campaign.owner_id, before.c.steps)
        .outerjoin(before, before.c.campaign_id == Campaign.cloned_from_id)
        .where(Campaign.id == campaign_id)
    ).first()
    return _Own(row.version > 0, row.owner_id is not None, row.steps) if row else _Own()


def _challenges(session: Session, definition: CampaignDefinition) -> dict[str, KnownChallenge]:
    slugs = [one.slug for one in definition.challenges]
    steps: dict[int, list[Step]] = {}
    rows = session.execute(
        select(Challenge, ChallengeVersion.definition.label("definition"), Project.starts_on)
        .join(ChallengeVersion, ChallengeVersion.challenge_id == Challenge.id)
        .join(Project, Project.slug == Challenge.project_slug)
        .where(Challenge.slug.in_(slugs), ChallengeVersion.number == Challenge.version)
    ).all()
    for step in session.scalars(
        select(Step)
        .join(Challenge, Challenge.id == Step.challenge_id)
        .where(Challenge.slug.in_(slugs), Step.retired_at.is_(None))
        .order_by(Step.number)
    ):
        steps.setdefault(step.challenge_id, []).append(step)
    return {
        row.Challenge.slug: _challenge(
            row.Challenge, row.definition, row.starts_on, steps.get(row.Challenge.id, [])
        )
        for row in rows
    }


def _challenge(
    row: Challenge, definition: Mapping[str, Any], begins: date | None, steps: list[Step]
) -> KnownChallenge:
    return KnownChallenge(
        title={language: definition[language]["title"] for language in LANGUAGES},
        minutes=definition["minutes"],
        needs=frozenset(Need(one) for one in definition.get("needs", ())),
        steps=tuple(_step(one, definition["steps"][one.number - 1]) for one in steps),
        is_for_managers=row.audience is Audience.MANAGERS,
        is_retired=row.retired_at is not None,
        begins=begins,
        has_key=_has_key(definition),
    )


def _step(row: Step, definition: Mapping[str, Any]) -> KnownStep:
    return KnownStep(
        number=row.number,
        stage=row.stage,
        check=row.check,
        days=row.days,
        takes_days=definition.get("takes_days", row.days),
    )


def _has_key(definition: Mapping[str, Any]) -> bool:
    """Whether its quiz can be marked. Loading checks that; whoever edits rows does not."""
    quiz = definition.get("quiz") or []
    asks = any(step["check"] == Check.QUIZ for step in definition["steps"])
    keys = [one.get("answer") in one["ja"]["options"] for one in quiz]
    return all(keys) and (bool(keys) or not asks)


def _earlier(
    session: Session,
    definition: CampaignDefinition,
    *,
    steps: int | None,
    kinds: Collection[Employment],
) -> Earlier:
    period = period_of(definition)
    month_steps, month_people = _last_year(session, *period, kinds=kinds) if period else (0, 0)
    return Earlier(
        steps=steps,
        share=_earlier_share(session),
        month_steps=month_steps,
        month_people=month_people,
    )


def _earlier_share(session: Session) -> int | None:
    """Per cent of the people reached who took part in the campaigns that closed last."""
    is_over = Campaign.state.in_((CampaignState.CLOSED, CampaignState.ARCHIVED))
    over = (
        select(Campaign.id)
        .where(is_over)
        .order_by(Campaign.closed_at.desc())
        .limit(EARLIER_CAMPAIGNS)
    )
    last_days = (
        select(CampaignSnapshot.campaign_id, func.max(CampaignSnapshot.day).label("day"))
        .where(CampaignSnapshot.campaign_id.in_(over))
        .group_by(CampaignSnapshot.campaign_id)
        .subquery()
    )
    figures = CampaignSnapshot.figures
    row = session.execute(
        select(
            func.sum(figures["people"].as_integer()).label("people"),
            func.sum(figures["reached"].as_integer()).label("reached"),
        ).join(
            last_days,
            (last_days.c.campaign_id == CampaignSnapshot.campaign_id)
            & (last_days.c.day == CampaignSnapshot.day),
        )
    ).one()
    return round(100 * row.people / row.reached) if row.reached else None


def _last_year(
    session: Session, first: date, last: date, *, kinds: Collection[Employment]
) -> tuple[float, int]:
    """Completions of all steps on the same days of last year, and the people who counted then.

    Totals are kept by month, so a part of a month counts as its share of the days.
    """
    first, last = _a_year_before(first), _a_year_before(last)
    rows = session.execute(
        select(StepTotal.month, func.sum(StepTotal.completions).label("completions"))
        .where(StepTotal.month >= first.replace(day=1), StepTotal.month <= last)
        .group_by(StepTotal.month)
    )
    steps = sum(row.completions * _share_of_month(row.month, first, last) for row in rows)
    counted = select(func.count()).select_from(Person).where(counts_on(first, kinds=kinds))
    return float(steps), session.scalar(counted) or 0


def _a_year_before(day: date) -> date:
    if day.year == date.min.year:
        return day
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap_day else day.day)


def _share_of_month(month: date, first: date, last: date) -> float:
    next_month = (month + timedelta(days=31)).replace(day=1)
    days = (next_month - month).days
    held = (min(last, next_month - A_DAY) - max(first, month)).days + 1
    return held / days
