"""Numbers in sentences are written as each language writes them."""

import pytest

from app.web.wording.numbers import spelled


@pytest.mark.parametrize(
    ("language", "number", "text"),
    [("ja", 5, "5"), ("en", 5, "five"), ("en", 10, "ten"), ("en", 11, "11"), ("ja", 11, "11")],
)
def test_a_number_is_spelled_as_its_language_does(app, language, number, text):
    with app.test_request_context(headers={"Accept-Language": language}):
        assert spelled(number) == text
