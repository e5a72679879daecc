"""The words for mindsets and stages stand in one place."""

import pytest

from app.config import ROOT
from app.web.wording.vocabulary import (
    MINDSETS,
    STAGES,
    mindset_word,
    mindset_words,
    stage_word,
    stage_words,
)
from challenges.vocabulary import Mindset, Stage


def test_every_mindset_and_stage_has_its_word():
    assert list(MINDSETS) == list(Mindset)
    assert list(STAGES) == list(Stage)


def test_a_word_is_found_by_the_enum_and_by_its_value(app):
    with app.test_request_context():
        assert mindset_word(Mindset.LEARN) == mindset_word("LEARN") == "学ぶ"
        assert stage_word(Stage.TRY) == stage_word("TRY") == "やってみた"


def test_words_are_in_the_language_of_the_request(app):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert mindset_words() == {
            "LEARN": "Learn",
            "PRODUCE": "Productivity",
            "CHALLENGE": "Dare",
        }
        assert stage_words() == {
            "TRY": "Tried it",
            "HABIT": "Made it a habit",
            "SPREAD": "Spread it",
        }


@pytest.mark.parametrize("word", [*MINDSETS.values(), *STAGES.values()])
def test_no_other_module_or_template_writes_a_word_out(word):
    sources = [*(ROOT / "app").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]
    copies = [
        str(path.relative_to(ROOT))
        for path in sources
        if any(f"{quote}{word}{quote}" in path.read_text(encoding="utf-8") for quote in "'\"")
    ]
    assert copies == ["app/web/wording/vocabulary.py"]
