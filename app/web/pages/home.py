"""Home answers three questions: where am I, what is next, and who noticed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from flask import Blueprint
from flask_login import login_required

from app.clock import now
from app.config import config
from app.queries.campaigns import Looking, SeenCampaign, campaigns_on
from app.queries.home import told
from app.web import catalogue
from app.web.campaign_steps import next_small_step, steps_of
from app.web.rendering import db_session, page, viewer
from app.web.wording import campaigns as campaign_wording
from badges.awards.deeds import deeds_of
from badges.progress import nearest
from challenges.calendar import day_of
from challenges.catalogue.published import Catalogue, PublishedChallenge, PublishedStep
from challenges.progress.staircases import stones_by_mindset
from challenges.progress.suggesting import Suggestion, suggest
from challenges.submissions.putting_aside import Aside
from challenges.submissions.queries import OpenSubmission
from challenges.vocabulary import SubmissionState

bp = Blueprint("home", __name__)

PASSES = (
    100,
    300,
    1_000,
    3_000,
    5_000,
    10_000,
    20_000,
    50_000,
    100_000,
    200_000,
    500_000,
    1_000_000,
)
"""The goals (峠) of the common path, in steps. When one is reached, the next becomes the goal."""

CAMPAIGNS_AT_ONCE = 2

Begun = tuple[PublishedChallenge, PublishedStep, OpenSubmission]


@dataclass(frozen=True)
class CommonPath:
    """Everybody's steps of this fiscal year, and the next goal."""

    steps: int
    goal: int

    @property
    def share(self) -> float:
        return min(1.0, self.steps / self.goal)

    @classmethod
    def of(cls, steps: int) -> "CommonPath":
        return cls(steps, next((goal for goal in PASSES if goal > steps), PASSES[-1]))


@bp.get("/")
@login_required
def home() -> str:
    """The viewer's next step, stairs, and the words that reached them."""
    copy, me, at = catalogue.current(), viewer(), now()
    today = day_of(at)
    deeds = deeds_of(db_session(), me.id, catalogue=copy.badges)
    here = told(db_session(), me.id, secret=config().secret_key, at=at, today=today)
    submissions = here.submissions
    climbed = catalogue.step_ids(copy.challenges, deeds)
    offered = copy.challenges.offered(to_manager=me.is_manager, on=today)
    begun = _begun(copy.challenges, submissions)
    running = _campaigns(copy.challenges, climbed, submissions, on=today)
    preferred = {step_id for one in running for step_id in one.steps}
    return page(
        "home/home.html",
        nav="home",
        suggestions=suggest(offered, climbed, submissions, on=today, preferred=preferred)
        if me.is_asked
        else [],
        campaigns=running,
        asides=_offered(copy.challenges, here.asides),
        begun=begun,
        resting=_why_nothing_is_next(begun, on=today),
        today=today,
        is_pulse_open=me.is_asked and here.is_pulse_open,
        stairs=stones_by_mindset(copy.challenges, climbed, submissions, on=today),
        news=here.news,
        cheers=here.cheers,
        steps=copy.challenges.by_step,
        path=CommonPath.of(here.steps),
        nearest=nearest(copy.badges, deeds, manager=me.is_manager) if me.is_asked else None,
        months=_by_month([deed.day for deed in deeds], today),
    )


@dataclass(frozen=True)
class RunningCampaign:
    """A campaign that reaches the viewer today, with its next step for them."""

    campaign: SeenCampaign
    how_long: str
    steps: frozenset[int]
    """The ids of the steps to prefer: none while a disaster comes first."""
    next: Suggestion | None


def _campaigns(
    challenges: Catalogue,
    climbed: Collection[int],
    submissions: dict[int, OpenSubmission],
    *,
    on: date,
) -> list[RunningCampaign]:
    """At most two. One statement, and none if no campaign is on or nothing is asked of the
    viewer."""
    me = viewer()
    if not (me.is_asked and me.is_campaign_on):
        return []
    looking = Looking(me.id, me.unit_id, on)
    found = []
    for seen in campaigns_on(db_session(), looking, limit=CAMPAIGNS_AT_ONCE):
        chosen = seen.chosen(challenges, for_manager=me.is_manager)
        steps = [] if seen.is_paused else steps_of(chosen)
        ahead = next_small_step(chosen, climbed, submissions, on=on) if steps else None
        how_long = campaign_wording.how_long(seen, on=on)
        found.append(RunningCampaign(seen, how_long, frozenset(step.id for step in steps), ahead))
    return found


def _offered(challenges: Catalogue, mine: list[Aside]) -> list[tuple[PublishedChallenge, Aside]]:
    """What the viewer put aside, as far as it is still offered to them."""
    known = {one.id: one for one in challenges.offered(to_manager=viewer().is_manager)}
    return [(known[one.challenge_id], one) for one in mine if one.challenge_id in known]


def _why_nothing_is_next(begun: list[Begun], *, on: date) -> str:
    """What the heading says where nothing is suggested; "" if everything is climbed."""
    if any(on in submission.days for _, _, submission in begun):
        return "recorded"
    if any(submission.state is SubmissionState.WAITING for _, _, submission in begun):
        return "waiting"
    return "begun" if begun else ""


def _begun(challenges: Catalogue, submissions: dict[int, OpenSubmission]) -> list[Begun]:
    """What a person has begun: first what was sent back, then drafts and habits, then what
    waits for a manager."""
    order = (SubmissionState.SENT_BACK, SubmissionState.DRAFT, SubmissionState.WAITING)
    known = [
        (*challenges.by_step[submission.step_id], submission)
        for submission in submissions.values()
        if submission.step_id in challenges.by_step
    ]
    return sorted(known, key=lambda one: order.index(one[2].state))


def _by_month(days: list[date], today: date) -> tuple[int, int]:
    """How many steps were climbed in this month and in the month before."""
    this = today.replace(day=1)
    before = (
        (this.replace(month=this.month - 1))
        if this.month > 1
        else this.replace(year=this.year - 1, month=12)
    )
    return sum(day >= this for day in days), sum(before <= day < this for day in days)
