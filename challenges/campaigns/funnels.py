"""Each challenge of a campaign as a funnel: begun, waiting, tried, used to it, spread. In people;
what they read is never recorded."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from challenges.calendar import midnight_of
from challenges.campaigns.audience import audience_of, is_main_on
from challenges.campaigns.models import CampaignCount, CampaignStep, CampaignVersion
from challenges.campaigns.tallies import Tallies
from challenges.catalogue.models import Challenge, Step
from challenges.people.models import Membership
from challenges.storage.days import tokyo_day
from challenges.submissions.models import OPEN, Completion, Submission
from challenges.vocabulary import Stage, SubmissionState

STAGES = {Stage.TRY: "tried", Stage.HABIT: "used", Stage.SPREAD: "spread"}
_HEIGHT = case({stage: height for height, stage in enumerate(STAGES)}, value=Step.stage)


def funnels(
    session: Session, version: CampaignVersion, tallies: Tallies, *, until: date
) -> list[dict[str, Any]]:
    """Each challenge in the order of the campaign: people who began it, and by stage. Whoever
    reached a stage in the period has come past those below it, whenever that was."""
    for row in _people_by_height(session, version, until=until):
        for name in list(STAGES.values())[: row.height + 1]:
            tallies.challenges[row.challenge_id].counts[name] += row.people
    for row in _begun(session, version, until=until):
        tallies.challenges[row.challenge_id].counts["begun"] = row.people
    order = [one["slug"] for one in version.definition.get("challenges", ())]
    slugs = dict(session.execute(select(Challenge.id, Challenge.slug)).all())
    shown = [id_ for id_, slug in slugs.items() if slug in order or id_ in tallies.challenges]
    # A challenge that an earlier version had comes last.
    shown.sort(key=lambda id_: order.index(slugs[id_]) if slugs[id_] in order else len(order))
    names = ("begun", "waiting", *STAGES.values(), "automatic")
    return [
        {
            "challenge_id": id_,
            "slug": slugs[id_],
            **{name: tallies.challenges[id_].counts[name] for name in names},
            "days_to_decide": tallies.challenges[id_].days_to_decide(),
        }
        for id_ in shown
    ]


def _people_by_height(session: Session, version: CampaignVersion, *, until: date) -> Any:
    """How many people reached which stage, and none above it."""
    highest = func.max(_HEIGHT).label("height")
    person = (
        counted(version, until, Step.challenge_id, CampaignCount.person_id, highest)
        .join(Completion, Completion.id == CampaignCount.completion_id)
        .join(Step, Step.id == Completion.step_id)
        .group_by(Step.challenge_id, CampaignCount.person_id)
        .subquery()
    )
    columns = (person.c.challenge_id, person.c.height)
    people = func.count().label("people")
    return session.execute(select(*columns, people).group_by(*columns))


def _begun(session: Session, version: CampaignVersion, *, until: date) -> Any:
    """People with anything on a step of the challenge: a draft, a submission or a completion."""
    climbed = (
        counted(version, until, Step.challenge_id, CampaignCount.person_id)
        .join(Completion, Completion.id == CampaignCount.completion_id)
        .join(Step, Step.id == Completion.step_id)
    )
    written = (
        select(Step.challenge_id, Submission.person_id)
        .join(Step, Step.id == Submission.step_id)
        .where(may_count(version, Submission.created_at, until=until))
        .where(Submission.state.in_((*OPEN, SubmissionState.ACCEPTED)))
    )
    both = union(climbed, written).subquery()
    people = func.count(both.c.person_id).label("people")
    return session.execute(select(both.c.challenge_id, people).group_by(both.c.challenge_id))


def may_count(
    version: CampaignVersion, time: InstrumentedAttribute[Any], *, until: date
) -> ColumnElement[bool]:
    """SQL: a ``Submission`` on a step of the version, with that time of it on a day of the version
    when its person was in the audience."""
    steps = select(CampaignStep.step_id).where(CampaignStep.version_id == version.id)
    was_in_audience = (
        select(Membership.id)
        .where(Membership.person_id == Submission.person_id, is_main_on(tokyo_day(time)))
        .where(audience_of(version))
        .correlate(Submission)
        .exists()
    )
    # Compared as times, because the indexes on steps and times know no days of Tokyo.
    return (
        Submission.step_id.in_(steps)
        & (time >= midnight_of(version.starts_on))
        & (time < midnight_of(min(until, version.ends_on) + timedelta(days=1)))
        & was_in_audience
    )


def counted(version: CampaignVersion, until: date, *columns: Any) -> Any:
    """A statement for these columns of the steps that count in the campaign up to that day."""
    return (
        select(*columns)
        .select_from(CampaignCount)
        .where(CampaignCount.campaign_id == version.campaign_id, CampaignCount.day <= until)
    )
