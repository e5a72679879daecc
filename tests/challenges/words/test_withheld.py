"""What is shown of a person's words, and that nobody writes a standing sentence themselves."""

import pytest

from challenges.text import as_written
from challenges.words.withheld import SENTENCES, Withheld, own, shown, withheld


def test_words_are_shown_as_they_are():
    assert shown("助かりました。") == "助かりました。"
    assert withheld("助かりました。") is None
    assert withheld("") is None
    assert withheld(None) is None
    assert own("助かりました。") == "助かりました。"


@pytest.mark.parametrize("why", Withheld)
def test_a_standing_sentence_takes_the_place_of_words(why):
    assert withheld(why.value) is why
    assert shown(why.value) == SENTENCES[why]
    assert own(why.value) == ""


@pytest.mark.parametrize("why", Withheld)
def test_nobody_writes_a_standing_sentence(why):
    assert withheld(as_written(why.value)) is None


@pytest.mark.parametrize("why", Withheld)
def test_a_standing_sentence_reads_the_same_where_nobody_asks(why):
    assert why.value.lstrip("\u2060") == SENTENCES[why]
