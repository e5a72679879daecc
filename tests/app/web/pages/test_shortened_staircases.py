"""A staircase is shortened: completions and submissions of its removed steps are kept and break no
page."""

import pytest

from app.clock import now
from badges.awards.awarding import recompute
from badges.catalogue.reading import read_badges
from challenges.calendar import day_of
from challenges.catalogue.definitions import CatalogueDefinition, ChallengeDefinition
from challenges.catalogue.loading import load
from challenges.people import consents
from challenges.recognition import endorsing
from challenges.submissions import habits, submitting, voiding
from challenges.submissions.models import Completion, Submission
from challenges.submissions.queries import steps_with_submissions
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import Consent
from tests.shipped import CATALOGUE

GONE = "いまのカタログにはない段"


@pytest.fixture
def shorten(session):
    """``shorten(slug, to=1)``: load the catalogue with only the first steps of that challenge."""

    def load_shorter(slug, *, to):
        files = [
            ChallengeDefinition.model_validate(
                {**one.as_data(), "steps": one.as_data()["steps"][:to]}
            )
            if one.slug == slug
            else one
            for one in CATALOGUE.challenges
        ]
        load(
            session,
            CatalogueDefinition(projects=CATALOGUE.projects, challenges=files),
            used_steps=steps_with_submissions(session),
            at=now(),
        )

    return load_shorter


@pytest.fixture
def broken(as_, cast):
    """``broken(slug)``: the pages about staff's steps that fail, for staff, managers or the DX
    office."""

    def opened(slug):
        own = f"/people/{cast.staff.id}"
        pages = [
            (cast.staff, path)
            for path in ("/", "/challenges?begun=1", f"/challenges/{slug}", "/badges", own)
        ]
        pages += [
            (cast.staff, f"/badges/{badge}")
            for badge in ("first-step", "getting-used", "spreading")
        ]
        pages += [(cast.manager, "/"), (cast.manager, "/team"), (cast.manager, own)]
        pages += [
            (cast.dx, path)
            for path in ("/office", "/office/completions?q=staff", "/office/completions/1")
        ]
        return [path for person, path in pages if as_(person).get(path).status_code != 200]

    return opened


@pytest.fixture
def arguments_for(cast, step_of, climb):
    """``arguments_for(slug, number)``: staff climbs the steps below; the arguments to submit this
    one."""

    def climb_below(slug, number):
        for below in range(1, number):
            climb(cast.staff, slug, below, at=now())
        return {
            "person_id": cast.staff.id,
            "step": step_of(slug, number),
            "version": 1,
            "at": now(),
        }

    return climb_below


def test_days_of_a_habit_break_no_page(session, arguments_for, shorten, broken):
    habits.record_day(
        session, day=day_of(now()), reflection="続けました", **arguments_for("thread-week", 2)
    )
    shorten("thread-week", to=1)
    assert broken("thread-week") == []


def test_a_waiting_submission_breaks_no_page_and_can_be_accepted(
    session, cast, as_, arguments_for, shorten, broken
):
    submitting.submit(
        session, evidence=Evidence("ひろげました"), **arguments_for("stop-declaration", 3)
    )
    [waiting] = [one.id for one in session.query(Submission) if one.state == "WAITING"]
    shorten("stop-declaration", to=2)
    assert broken("stop-declaration") == []
    assert "ひろげました" in as_(cast.manager).get("/team").text
    assert GONE in as_(cast.dx).get("/office").text
    assert as_(cast.manager).post(f"/submissions/{waiting}/acceptances").status_code == 303
    assert broken("stop-declaration") == []


@pytest.mark.parametrize("number", [2, 3])
@pytest.mark.parametrize("is_undone", [False, True])
def test_a_completed_step_breaks_no_page_and_stays_visible_to_its_person(
    session, cast, as_, climb, shorten, broken, number, is_undone
):
    consents.set_consent(session, cast.staff, Consent.STEPS, given=True, at=now())
    done = climb(cast.staff, "first-hello", number, at=now())
    endorsing.endorse(
        session,
        done,
        by_id=cast.manager.id,
        kinds=["STEADINESS"],
        words="輪がひろがって、うれしいです。",
        at=now(),
    )
    recompute(session, catalogue=read_badges(session), at=now())
    if is_undone:
        voiding.void(session, done, by_id=cast.dx.id, reason="二重に記録されていました。", at=now())
    shorten("first-hello", to=1)
    assert broken("first-hello") == []
    asked = as_(cast.staff).get(f"/completions/{done.id}/withdrawal", follow_redirects=True)
    assert asked.status_code == 200
    assert GONE in as_(cast.staff).get(f"/people/{cast.staff.id}").text
    assert session.query(Completion).count() == 1
