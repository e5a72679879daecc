"""「あとで」: put aside with a day, found on Home, taken into one's calendar, thrown away."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.clock import now
from challenges.calendar import day_of

PUT = "/challenges/first-hello/put-asides"
FILE = "/challenges/first-hello/put-aside.ics"


@pytest.fixture
def day():
    return day_of(now()) + timedelta(days=3)


def test_it_is_found_on_home_with_its_day(as_, cast, day):
    browser = as_(cast.staff)
    answer = browser.post(PUT, data={"day": day.isoformat()})
    assert answer.status_code == 303
    home = browser.get("/").text
    assert 'id="asides"' in home
    assert f'<time datetime="{day}">' in home
    assert 'id="asides"' not in as_(cast.colleague).get("/").text


def test_its_day_goes_into_ones_own_calendar(as_, cast, day):
    browser = as_(cast.staff)
    browser.post(PUT, data={"day": day.isoformat()})
    answer = browser.get(FILE)
    assert answer.content_type == "text/calendar; charset=utf-8"
    lines = answer.data.decode().split("\r\n")
    assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in lines
    assert "CLASS:PRIVATE" in lines
    assert "URL:http://localhost/challenges/first-hello" in lines
    assert as_(cast.colleague).get(FILE).status_code == 404


def test_without_a_day_there_is_no_calendar_file(as_, cast):
    browser = as_(cast.staff)
    browser.post(PUT, data={})
    assert 'id="asides"' in browser.get("/").text
    assert browser.get(FILE).status_code == 404


@pytest.mark.parametrize("day", ["2020-01-01", "9999-12-31", "soon"])
def test_a_day_that_cannot_be_is_refused_and_kept(as_, cast, day):
    browser = as_(cast.staff)
    answer = browser.post(PUT, data={"day": day})
    assert answer.status_code == 422
    assert f'value="{day}"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'id="asides"' not in browser.get("/").text


def test_it_is_thrown_away(as_, cast):
    browser = as_(cast.staff)
    browser.post(PUT, data={})
    assert browser.post(f"{PUT}/endings").status_code == 303
    assert 'id="asides"' not in browser.get("/").text


def test_a_challenge_for_managers_cannot_be_put_aside_by_others(as_, cast, catalogue):
    slug = next(one.slug for one in catalogue.challenges if one.audience != "everyone")
    assert as_(cast.staff).post(f"/challenges/{slug}/put-asides").status_code == 404
    assert as_(cast.manager).post(f"/challenges/{slug}/put-asides").status_code == 303


def test_a_visitor_puts_nothing_aside(client):
    assert client.post(PUT).status_code == 302


def test_a_colleague_is_invited_by_a_line_with_the_link(as_, cast):
    text = as_(cast.staff).get("/challenges/first-hello").text
    assert (
        "いっしょにやってみませんか。\nhttp://localhost/challenges/first-hello\n</textarea>" in text
    )
    assert "庁内の端末" not in text


def test_where_it_opens_inside_alone_the_line_says_so(as_, app, config, cast):
    app.extensions["stepup_config"] = replace(config, opens_inside_only=True)
    assert "庁内の端末で開いてください" in as_(cast.staff).get("/challenges/first-hello").text
