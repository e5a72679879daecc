"""How the team page writes numbers, days and names."""

import re
from datetime import date

import pytest

from app.web.pages.team_page import in_words, short_day, short_names


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (3, "三"), (10, "十"), (11, "11"), (60, "60")]
)
def test_numbers_up_to_ten_are_written_as_words(app, number, words):
    with app.test_request_context():
        assert in_words(number) == words


@pytest.mark.parametrize(("language", "day"), [("ja", "12月4日"), ("en", "4 December")])
def test_a_day_is_written_without_its_year_and_never_divided(app, language, day):
    with app.test_request_context(headers={"Accept-Language": language}):
        assert short_day(date(2026, 12, 4)) == f'<time datetime="2026-12-04">{day}</time>'


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_day_of_a_waiting_submission_stands_in_its_row(as_, cast, submit, language):
    cast.manager.language = language
    submit(cast.staff)
    text = as_(cast.manager).get("/team").text
    row = text.partition('<ol class="plain in-hand">')[2].partition("</ol>")[0]
    assert len(re.findall(r'<time datetime="\d{4}-\d\d-\d\d">[^<]{3,12}</time>', row)) == 1
    assert "&lt;time" not in row


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["浜口 汐里", "山本 樹"], ["浜口", "山本"]),
        (["浜口 汐里", "浜口 汐里"], ["浜口", "浜口"]),
        (["山本 樹", "山本 花", "浜口 汐里"], ["山本 樹", "山本 花", "浜口"]),
        (["Kim", "職員\u300001"], ["Kim", "職員"]),
    ],
)
def test_family_names_are_used_unless_two_people_share_one(app, names, short):
    with app.test_request_context(headers={"Accept-Language": "ja"}):
        called = short_names(names)
    assert [called[name] for name in names] == short
