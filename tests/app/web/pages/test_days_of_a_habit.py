"""The days of a habit: which one is recorded, and the words of each."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from challenges.calendar import day_of
from challenges.people.consents import set_consent
from challenges.submissions.habits import DAYS_BACK
from challenges.submissions.models import Practice
from challenges.vocabulary import Consent
from tests.app.web.days import in_words, without_time_tags

PAGE = "/challenges/first-hello"
PATH = f"{PAGE}/steps/2/days"


def back(days):
    return day_of(now()) - timedelta(days=days)


@pytest.fixture
def browser(as_, cast, climb):
    """Staff, who has climbed the step below the habit."""
    climb(cast.staff, "first-hello", at=now() - timedelta(days=20))
    return as_(cast.staff)


@pytest.fixture
def record(browser):
    """``record(2, "words")``: the answer to recording the day before yesterday."""

    def post(days, words="続けた"):
        day = back(days).isoformat()
        return browser.post(PATH, data={"day": day, "reflection": words}, follow_redirects=True)

    return post


def choices(browser):
    """The values of the days that can be chosen, in their order."""
    form = browser.get(PAGE).text.partition('id="day-2"')[2].partition("</select>")[0]
    return re.findall(r'<option value="([^"]*)"', form)


def test_the_form_begins_with_today_and_offers_the_days_before(browser):
    assert choices(browser) == ["today", *(back(n).isoformat() for n in range(1, DAYS_BACK + 1))]


def test_a_form_left_open_over_midnight_means_the_day_it_is_sent(browser, session):
    """The page does not know which day "today" will be, so it names none."""
    page = browser.get(PAGE).text
    form = page.partition(f'action="{PATH}"')[2].partition("</form>")[0]
    assert back(0).isoformat() not in form
    answer = browser.post(
        PATH, data={"day": "today", "reflection": "続けた"}, follow_redirects=True
    )
    day = session.scalars(select(Practice.day)).one()
    assert day == back(0)
    assert f"{in_words(day)}の分を記録しました。" in answer.text


@pytest.mark.parametrize("days", [0, 1, DAYS_BACK])
def test_the_answer_says_which_day_was_stored(record, session, days):
    text = record(days).text
    assert session.scalars(select(Practice.day)).one() == back(days)
    assert f"{in_words(back(days))}の分を記録しました。" in text


def test_the_last_answer_says_the_day_too(record):
    record(3)
    record(2)
    assert f"{in_words(back(1))}の一歩です。" in without_time_tags(record(1).text)


def test_the_last_answer_tells_a_day_filled_in_from_the_day_of_the_step(record):
    record(1)
    record(2)
    text = without_time_tags(record(5).text)
    assert f"{in_words(back(5))}の分を記録しました。" in text
    assert f"{in_words(back(1))}の一歩です。" in text


def test_a_recorded_day_is_not_offered_again(browser, record):
    record(1)
    record(4)
    offered = choices(browser)
    assert offered[0] == "today"
    assert not {back(1).isoformat(), back(4).isoformat()} & set(offered)


def test_the_form_does_not_begin_with_another_day_once_today_is_recorded(browser, record):
    text = record(0).text
    assert choices(browser)[0] == ""
    assert "today" not in choices(browser)
    assert "今日の分は、記録しました。" in text
    assert "ほかの日を記録する" in text
    answer = browser.post(PATH, data={"day": "", "reflection": "続けた"})
    assert answer.status_code == 422
    assert "日付を選んでください。" in answer.text
    assert "続けた</textarea>" in answer.text


def test_a_day_too_old_by_now_is_refused_beside_its_field(browser):
    answer = browser.post(
        PATH, data={"day": back(DAYS_BACK + 1).isoformat(), "reflection": "続けた"}
    )
    assert answer.status_code == 422
    assert 'id="day-2-error"' in answer.text


def test_words_stand_beside_their_days_before_and_after_completion(browser, record):
    said = {3: "朝に試した", 2: "昼に<i>続けた", 1: "夕方も\n続いた"}
    for days, words in said.items():
        text = record(days, words).text
    for page in (text, browser.get(PAGE).text, browser.get("/people/1").text):
        shown = without_time_tags(page)
        for days, words in said.items():
            written = words.replace("<", "&lt;").replace(">", "&gt;")
            assert f"<dt>{in_words(back(days))}</dt><dd>{written}</dd>" in shown


def test_days_under_way_are_shown_with_their_words(browser, record):
    record(2, "朝に試した")
    text = without_time_tags(record(1, "昼も続けた").text)
    for days, words in ((2, "朝に試した"), (1, "昼も続けた")):
        assert f"<dt>{in_words(back(days))}</dt><dd>{words}</dd>" in text


@pytest.mark.parametrize("who", ["colleague", "manager", "deputy"])
def test_the_words_of_the_days_are_for_their_person_alone(as_, cast, session, record, who):
    for days in (3, 2, 1):
        record(days, "自分だけのひとこと")
    set_consent(session, cast.staff, Consent.STEPS, given=True, at=now())
    for path in (f"/people/{cast.staff.id}", PAGE, "/"):
        assert "自分だけのひとこと" not in as_(getattr(cast, who)).get(path).text
    if who != "colleague":
        assert "自分だけのひとこと" not in as_(getattr(cast, who)).get("/team").text


def test_a_day_that_came_too_late_is_shown_as_not_stored(browser, record):
    """The habit was finished in another tab. The same words on another day are not that day."""
    for days in (3, 2, 1):
        record(days)
    again = record(1)
    assert "の石を置きました" in again.text
    answer = browser.post(PATH, data={"day": back(5).isoformat(), "reflection": "続けた"})
    assert answer.status_code == 409
    assert "まだ残していません" in answer.text
