"""Numbers in sentences are written as each language writes them."""

import pytest

from app.config import ROOT
from app.web.language import number, sentence
from app.web.wording.numbers import spelled, things


@pytest.mark.parametrize(
    ("language", "number", "text"),
    [("ja", 5, "5"), ("en", 5, "five"), ("en", 10, "ten"), ("en", 11, "11"), ("ja", 11, "11")],
)
def test_a_number_is_spelled_as_its_language_does(app, language, number, text):
    with app.test_request_context(headers={"Accept-Language": language}):
        assert spelled(number) == text


@pytest.mark.parametrize(
    ("language", "number", "text"),
    [("ja", 2, "二つ"), ("ja", 9, "九つ"), ("ja", 10, "10個"), ("en", 10, "ten"), ("en", 11, "11")],
)
def test_things_are_counted_as_each_language_does(app, language, number, text):
    with app.test_request_context(headers={"Accept-Language": language}):
        assert things(number) == text


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (999, "999"), (1000, "1,000"), (4481, "4,481"), (1234567, "1,234,567")],
)
def test_a_large_count_is_grouped_alone_and_in_sentences(app, language, count, text):
    with app.test_request_context(headers={"Accept-Language": language}):
        assert number(count) == text
        assert app.jinja_env.from_string("{{ count|number }}").render(count=count) == text
        assert text in sentence("%(count)s件のチャレンジ", count=count)


def test_what_is_no_count_stays_as_it_is_in_a_sentence(app):
    with app.test_request_context():
        assert sentence("%(name)sさん", name="100101") == "100101さん"
        assert sentence("%(name)sさん", name=2026.5) == "2026.5さん"


def test_no_template_writes_digits_in_a_way_of_its_own():
    texts = {path.name: path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html")}
    assert [name for name, text in texts.items() if "{:," in text] == [], "use |number"
