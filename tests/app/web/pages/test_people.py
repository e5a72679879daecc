"""Others see what a person did only as far as that person allows."""

import re
from datetime import timedelta

import pytest

from app.clock import now
from badges.models import Award
from challenges.people.consents import set_consent
from challenges.people.models import Person
from challenges.recognition import cheering, endorsing
from challenges.recognition.cheering import Applause
from challenges.recognition.models import Cheer
from challenges.recognition.stamps import Stamp
from challenges.vocabulary import Consent


@pytest.fixture
def history(session, cast, climb):
    done = climb(cast.staff, "first-hello")
    done.submission.reflection = "自分だけのひとこと"
    endorsing.endorse(
        session,
        done,
        by_id=cast.manager.id,
        kinds=["STEADINESS"],
        words="公開の場での一声、心強いです。",
        at=now(),
    )
    return done


@pytest.fixture
def cheer_on(session, cast, shipped):
    """``cheer_on(done)``: an award for a completion of staff's, and a cheer that they show."""
    slugs = [badge.slug for badge in shipped.badges.by_slug.values()]

    def add(done):
        award = Award(
            person_id=cast.staff.id,
            badge_slug=slugs.pop(),
            badge_version=1,
            awarded_at=now(),
            recorded_at=now(),
            evidence=[done.id],
        )
        session.add(award)
        applause = Applause(Stamp.HELPED)
        [given] = cheering.cheer(session, [done.id], applause, by_id=cast.manager.id, at=now())
        session.get_one(Cheer, given).shown_to_others = True
        session.commit()

    return add


def allow(session, person, *consents):
    for consent in consents:
        set_consent(session, person, consent, given=True, at=now())


def test_ones_own_page_shows_everything(as_, cast, history):
    text = as_(cast.staff).get(f"/people/{cast.staff.id}").text
    assert "はじめの一声" in text
    assert "自分だけのひとこと" in text
    assert "公開の場での一声、心強いです。" in text


@pytest.mark.parametrize("who", ["colleague", "manager", "deputy", "outsider", "dx"])
def test_nothing_is_shown_before_the_person_allows_it(as_, cast, history, who):
    text = as_(getattr(cast, who)).get(f"/people/{cast.staff.id}").text
    assert "はじめの一声" not in text
    assert "自分だけのひとこと" not in text
    assert "心強い" not in text


@pytest.mark.parametrize(
    ("who", "sees"),
    [("colleague", True), ("manager", True), ("deputy", True), ("outsider", False), ("dx", False)],
)
def test_only_the_unit_sees_the_steps(as_, cast, session, history, who, sees):
    allow(session, cast.staff, Consent.STEPS)
    text = as_(getattr(cast, who)).get(f"/people/{cast.staff.id}").text
    assert ("はじめの一声" in text) is sees
    assert "自分だけのひとこと" not in text


@pytest.mark.parametrize("path", ["デジタル_", "%", "デジタル部/改革", "デジタル部/改革課/推進班"])
def test_a_manager_of_a_unit_with_a_similar_name_sees_no_steps(as_, cast, session, history, path):
    allow(session, cast.staff, Consent.STEPS)
    cast.other_section.path = path
    session.flush()
    assert "はじめの一声" not in as_(cast.outsider).get(f"/people/{cast.staff.id}").text


def test_the_page_of_another_costs_the_same_few_statements(
    as_, cast, session, history, climb, cheer_on, database, count_statements
):
    allow(session, cast.staff, Consent.STEPS, Consent.BADGES)
    session.commit()
    browser, path = as_(cast.colleague), f"/people/{cast.staff.id}"
    browser.get(path)
    seen = []
    for slug in ("give-back-15", "thread-week", "quick-hands"):
        with count_statements(database.engine) as statements:
            assert "はじめの一声" in browser.get(path).text
        seen.append(len(statements))
        cheer_on(climb(cast.staff, slug))
    assert seen[0] == seen[1] == seen[2] <= 5, seen


def test_withdrawing_consent_closes_the_page(as_, cast, session, history):
    allow(session, cast.staff, Consent.STEPS)
    set_consent(session, cast.staff, Consent.STEPS, given=False, at=now())
    assert "はじめの一声" not in as_(cast.colleague).get(f"/people/{cast.staff.id}").text


def test_people_who_left_are_not_shown(as_, cast, session, history):
    allow(session, cast.staff, Consent.STEPS, Consent.BADGES)
    session.get_one(Person, cast.staff.id).deactivated_at = now()
    assert as_(cast.colleague).get(f"/people/{cast.staff.id}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/people/0", "/people/999999", "/people/99999999999999999999", "/people/x"]
)
def test_an_unknown_person_is_a_404_page(as_, cast, path):
    answer = as_(cast.staff).get(path)
    assert answer.status_code == 404
    assert "そのページは見つかりません" in answer.text


def test_all_received_words_stay_reachable(as_, cast, catalogue, climb, session):
    for number, challenge in enumerate(catalogue.challenges[:13]):
        done = climb(cast.staff, challenge.slug)
        words = f"{number}番目のひとこと、うれしかったです。"
        endorsing.endorse(
            session,
            done,
            by_id=cast.manager.id,
            kinds=["STEADINESS"],
            words=words,
            at=now() + timedelta(minutes=number),
        )
    session.commit()
    browser, path = as_(cast.staff), f"/people/{cast.staff.id}"
    first, second = browser.get(path).text, browser.get(f"{path}?words=2").text
    assert f'href="{path}?words=2"' in first
    seen = [re.findall(r"(\d+)番目のひとこと", text) for text in (first, second)]
    assert seen == [[str(n) for n in range(12, 2, -1)], ["2", "1", "0"]]
    assert "はじめの一声" in second, "the steps stay on their own page"


def test_a_long_history_is_paged(as_, cast, catalogue, climb):
    for challenge in catalogue.challenges:
        climb(cast.staff, challenge.slug)
    first = as_(cast.staff).get(f"/people/{cast.staff.id}").text
    assert "page=2" in first
    assert "page=1" in as_(cast.staff).get(f"/people/{cast.staff.id}?page=2").text
    assert as_(cast.staff).get(f"/people/{cast.staff.id}?page=9999999999").text.count("page=2") == 1
