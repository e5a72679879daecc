"""English is complete: whoever chooses it reads no Japanese, except names."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from challenges.errors import RuleBroken

TOOL = runpy.run_path(str(Path(__file__).resolve().parent.parent / "tools" / "translations"))
JAPANESE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
ASK = "run tools/translations and write the English in app/translations/en/LC_MESSAGES/messages.po"

MISUNDERSTOOD = {
    "受けとめ": "in official life it means to do nothing; say 確認",
    "印をつけた": "say 選んだ",
    "言葉を贈る": "say お墨付きを贈る",
    "暦が": "say that the working days were over",
    "担当の人の場所": "say whose page it is",
    "目にとまる": "it sounds like being watched; say that words may arrive",
    "参加は自由": "say 任意",
    "これに決める": "say what begins",
    "まだのもの": "say what is not done yet",
    "聞きたいこと": "say 質問",
    "Used to it": "say Made it a habit",
    "kind words": "say endorsement",
    "many paths": "say Other badges",
}
"""Words that people took for something else, and what to say."""


@pytest.fixture(scope="module")
def texts() -> set[Any]:
    """Every text of the sources as they are now; a pair where there is a plural."""
    return set(TOOL["extracted"]())


@pytest.fixture(scope="module")
def messages() -> dict[Any, Any]:
    """The English as it is committed, by its Japanese."""
    return {message.id: message for message in TOOL["english"]() if message.id}


def test_every_text_has_its_english(texts, messages):
    known = {
        text
        for text, message in messages.items()
        if all(_forms(message.string)) and not message.fuzzy
    }
    assert texts - known == set(), ASK


def test_no_unused_translation_is_kept(texts, messages):
    assert set(messages) - texts == set(), ASK


def test_the_file_is_as_the_tool_writes_it():
    """So that a changed text is the only line that changes."""
    assert TOOL["HEADER"] + TOOL["_as_text"](TOOL["updated"]()) == TOOL["ENGLISH"].read_text(
        encoding="utf-8"
    ), ASK


def test_placeholders_match(messages):
    wrong = [
        text
        for text, message in messages.items()
        for form in _forms(message.string)
        if form and _blanks(form) != _blanks(text)
    ]
    assert wrong == []


def test_no_english_sentence_stands_twice_in_its_text(messages):
    twice = []
    for message in messages.values():
        for form in _forms(message.string):
            parts = [part for part in re.split(r"(?<=[.!?”])\s*(?=[A-Z])", form) if len(part) > 20]
            twice += [form] if len(parts) > len(set(parts)) else []
    assert twice == []


def test_in_english_an_office_is_the_dx_office_and_a_unit_a_unit(messages):
    """所属 is a unit, as in the glossary of CONTRIBUTING.md; 本庁 and 出先機関 are offices."""
    called = [
        text
        for text, message in messages.items()
        if "所属" in text and "出先" not in text
        for form in _forms(message.string)
        if re.search(r"(?<!DX )\boffices?\b", form, re.IGNORECASE)
    ]
    assert called == []


def test_nobody_who_reads_english_meets_japanese(messages):
    assert [
        form for one in messages.values() for form in _forms(one.string) if JAPANESE.search(form)
    ] == []


def test_every_broken_rule_says_so_in_english(messages):
    assert {kind.sentence for kind in _kinds(RuleBroken)} - set(messages) == set(), (
        "mark the sentence with N_(…)"
    )


@pytest.mark.parametrize("word", MISUNDERSTOOD)
def test_no_text_uses_a_word_that_people_misunderstood(messages, word):
    said = [
        form
        for text, message in messages.items()
        for form in (*_forms(text), *_forms(message.string))
        if word in form
    ]
    assert said == [], MISUNDERSTOOD[word]


def test_numbers_of_rules_come_from_their_constants(texts):
    """A number stands in a sentence by its name: ``%(days)s``, filled from ``Rules``."""
    with_digits = {
        form for text in texts for form in _forms(text) if re.search(r"[0-9０-９]", form)
    }
    assert with_digits == set()


def test_a_broken_rule_fills_in_its_numbers():
    error = RuleBroken("%(days)s日までです。", days=7)
    assert (error.sentence, error.values, str(error)) == (
        "%(days)s日までです。",
        {"days": 7},
        "7日までです。",
    )


def _forms(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (string,)


def _blanks(text: str | tuple[str, ...]) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]", " ".join(_forms(text))))


def _kinds(kind: type[RuleBroken]) -> set[type[RuleBroken]]:
    """The class and what is made of it, as far as loaded; tests/conftest.py loads the whole app."""
    return {kind}.union(*(_kinds(child) for child in kind.__subclasses__()))
