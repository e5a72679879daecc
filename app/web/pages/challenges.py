"""The list of challenges, one challenge with its staircase, and its quiz."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, request
from flask_login import login_required

from app.clock import now
from app.config import config
from app.web import catalogue
from app.web.beside_challenge import Beside, Invitation
from app.web.paging import Page, number_in_request, page_number
from app.web.rendering import db_session, page, viewer
from badges.awards.deeds import deeds_of
from badges.progress import Progress, moved
from badges.queries import held_since_before
from challenges.calendar import day_of
from challenges.catalogue import quizzes
from challenges.catalogue.published import PublishedChallenge, PublishedStep
from challenges.catalogue.search import MINUTES, Filters, filtered, nearest
from challenges.progress.staircases import Rung, rungs, stones
from challenges.progress.suggesting import Suggestion, next_of, suggest
from challenges.recognition.said import said_on
from challenges.submissions import queries as submission_queries
from challenges.submissions.habits import earlier_days
from challenges.submissions.own_steps import OwnSteps, own_steps, standing_of
from challenges.submissions.submitting import must_have_begun
from challenges.submissions.withdrawing import WINDOW
from challenges.vocabulary import Audience, Check

bp = Blueprint("challenges", __name__)


PAGE_SIZE = 12

FAILURES = "good-failure"
"""The challenge in which people tell what did not work."""


@bp.get("/challenges")
@login_required
def challenges() -> str:
    """The challenges that the viewer may try, filtered by the address."""
    copy, me, today = catalogue.current(), viewer(), day_of(now())
    mine = standing_of(db_session(), me.id)
    climbed, submissions = mine.climbed, mine.submissions
    filters = Filters.from_address(request.args)
    offered = copy.challenges.offered(to_manager=me.is_manager)
    # What is still to come is shown with its day, after what can be begun.
    offered.sort(key=lambda one: not one.project.has_begun(today))
    found = filtered(offered, filters, climbed, begun=submissions)
    near = [] if found else nearest(offered, filters, climbed, begun=submissions)
    number = max(1, min(page_number(), -(-len(found) // PAGE_SIZE)))
    here = found[(number - 1) * PAGE_SIZE :][: PAGE_SIZE + 1]
    stairs = [(one, rungs(one, climbed, submissions, on=today)) for one in here or near]
    return page(
        "challenges/list.html",
        nav="challenges",
        found=Page.of(stairs if here else [], number=number, size=PAGE_SIZE),
        nearest=stairs if near else [],
        count=len(found),
        filters=filters,
        begun=len(filtered(offered, Filters(begun=True), climbed, begun=submissions)),
        projects=copy.challenges.projects,
        today=today,
        minutes=MINUTES,
        stones=stones,
    )


@bp.get("/challenges/<slug>")
@login_required
def challenge(slug: str) -> str:
    """One staircase: where the viewer stands, what the next step asks, and who checks it."""
    return challenge_page(find(slug))


def find(slug: str) -> PublishedChallenge:
    """The challenge with this slug. 404 unless it is open to the viewer or they have begun it."""
    found = catalogue.current().challenges.by_slug.get(slug)
    if found is None or not (
        _is_for_me(found) or submission_queries.has_begun(db_session(), viewer().id, found.id)
    ):
        abort(404)
    return found


def find_step(slug: str, number: int) -> tuple[PublishedChallenge, PublishedStep]:
    """The challenge and one of its steps. 404 unless it is open to the viewer or they have begun
    it."""
    challenge = find(slug)
    step = challenge.step(number)
    if step is None:
        abort(404)
    is_open = _is_open_to_me(challenge)
    if not (is_open or step.id in submission_queries.open_submissions(db_session(), viewer().id)):
        abort(404)
    return challenge, step


def find_quiz(slug: str) -> tuple[PublishedChallenge, PublishedStep]:
    """The challenge and the step that its quiz completes. 404 without one.

    Raises ProjectNotBegun: only a pass is submitted, and nobody should answer in vain.
    """
    challenge, step = find_step(slug, 1)
    if step.check is not Check.QUIZ:
        abort(404)
    must_have_begun(challenge.project.starts_on, on=day_of(now()))
    return challenge, step


def _is_for_me(challenge: PublishedChallenge) -> bool:
    return challenge.audience is not Audience.MANAGERS or viewer().is_manager


def _may_begin(challenge: PublishedChallenge) -> bool:
    return _is_open_to_me(challenge) and challenge.project.has_begun(day_of(now()))


def _is_open_to_me(challenge: PublishedChallenge) -> bool:
    return _is_for_me(challenge) and not challenge.is_retired


def challenge_page(
    challenge: PublishedChallenge,
    *,
    wrong: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    unsaved: tuple[str, str] | None = None,
) -> str:
    """The page of one challenge.

    After a refused form, ``wrong`` holds the sentences and ``typed`` the values, both by field id.
    ``unsaved`` is a pair: why a text was not saved, and the text.
    """
    at = now()
    own = own_steps(db_session(), viewer().id, challenge.id)
    stair = rungs(challenge, own.climbed, own.submissions, on=day_of(at))
    celebration = Celebration.over(number_in_request("climbed", otherwise=0), stair, own)
    said = said_on(db_session(), viewer().id, [one.completion_id for one in own.records.values()])
    return page(
        "challenges/challenge.html",
        nav="challenges",
        challenge=challenge,
        may_begin=_may_begin(challenge),
        needed=quizzes.right_answers_needed(len(challenge.quiz)),
        stair=stair,
        stones=stones(stair),
        records=own.records,
        endorsed=said.endorsements,
        cheers=said.cheers,
        aside=own.aside,
        invitation=Invitation.to(challenge),
        celebration=celebration,
        others=Beside.of(challenge) if celebration is None else None,
        wrong=wrong or {},
        typed=typed or {},
        unsaved=unsaved,
        opens_already="already" in request.args,
        today=day_of(at),
        earlier_days=earlier_days(day_of(at)),
        withdrawable_since=at - WINDOW,
        is_about_failures=challenge.slug == FAILURES,
        report_link=config().incident_report_url,
    )


@dataclass(frozen=True)
class Celebration:
    """What a person sees after a step: the step, the badges it moved, and what comes next."""

    rung: Rung
    moved: list[Progress]
    next: Suggestion | None

    @classmethod
    def over(
        cls,
        completion_id: int,
        stair: list[Rung],
        own: OwnSteps,
    ) -> "Celebration | None":
        """The celebration of a completion; None unless it is the viewer's and of this challenge.
        Two statements for it."""
        rung = next((one for one in stair if own.climbed.get(one.step.id) == completion_id), None)
        if rung is None:
            return None
        copy, me, submissions = catalogue.current(), viewer(), own.submissions
        deeds = deeds_of(db_session(), me.id, catalogue=copy.badges)
        climbed = catalogue.step_ids(copy.challenges, deeds)
        offered = copy.challenges.offered(to_manager=me.is_manager, on=day_of(now()))
        here = next((one for one in offered if rung.step in one.steps), None)
        further = here and next_of(here, climbed, submissions, on=day_of(now()))
        ahead = (
            [further]
            if further
            else suggest(offered, climbed, submissions, on=day_of(now()), count=1)
        )
        held = held_since_before(db_session(), me.id, own.records[rung.step.id].recorded_at)
        progress = moved(
            copy.badges, deeds, completion_id=completion_id, manager=me.is_manager, held=held
        )
        return cls(rung, progress[:3], ahead[0] if ahead else None)


@bp.get("/challenges/<slug>/quiz")
@login_required
def quiz(slug: str) -> str:
    """The questions in the order of this try. The page holds neither the right answers nor the
    explanations."""
    challenge, _step = find_quiz(slug)
    return quiz_page(challenge, typed=request.args)


def quiz_page(
    challenge: PublishedChallenge,
    *,
    typed: Mapping[str, str],
    missing: str | None = None,
    marked: quizzes.Marked | None = None,
    completion_id: int | None = None,
) -> str:
    """The page of a quiz, before it is handed in or, with ``marked``, afterwards.

    ``typed`` are the answers by the ids of the questions. ``missing`` is the id of the first
    question without an answer.
    """
    number = number_in_request("try", otherwise=1)
    return page(
        "challenges/quiz.html",
        nav="challenges",
        challenge=challenge,
        needed=quizzes.right_answers_needed(len(challenge.quiz)),
        asked=quizzes.shuffled(challenge.quiz, order=f"{viewer().id} {challenge.slug} {number}"),
        number=number,
        typed=typed,
        missing=missing,
        marked=marked,
        completion_id=completion_id,
    )
