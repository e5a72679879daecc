"""Months stand in a sentence as each language writes them there."""

from datetime import date

import pytest

from app.web.templating import month_in_words, month_name
from app.web.wording.pulse import quarter_words


@pytest.mark.parametrize(
    ("language", "short", "whole"), [("ja", "4月", "4月"), ("en", "Apr", "April")]
)
def test_a_sentence_has_the_whole_name_of_a_month(app, language, short, whole):
    with app.test_request_context(headers={"Accept-Language": language}):
        assert (month_name(4), month_in_words(4)) == (short, whole)


@pytest.mark.parametrize(
    ("language", "words"),
    [("ja", "2026年10月から12月"), ("en", "October to December 2026")],
)
def test_a_quarter_is_named_by_its_months(app, language, words):
    with app.test_request_context(headers={"Accept-Language": language}):
        assert quarter_words(date(2026, 10, 1)) == words
