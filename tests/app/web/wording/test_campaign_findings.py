"""Each finding of the lint has its sentences, in both languages and with its values filled in."""

import re
from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

import pytest
from flask import Flask

from app.web.wording.campaign_finding_texts import SENTENCES
from app.web.wording.campaign_findings import LINKS, sentences
from challenges.campaigns.lint import FORM, Finding, Severity, codes, lint
from tests.challenges.campaigns.lint.campaigns import values_of
from tests.challenges.campaigns.lint.test_lint import EACH_FAULT

CODES = {value for name, value in vars(codes).items() if name.isupper()}
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠々]")


def findings() -> list[Finding]:
    """One of each code at least."""
    return [one for bad in EACH_FAULT.values() for one in lint(bad.definition, bad.facts)]


def test_every_code_has_sentences_and_no_other() -> None:
    assert set(SENTENCES) == CODES == {one.code for one in findings()}


def test_every_place_has_a_link() -> None:
    assert {place.split(".")[-1] for place in FORM} == set(LINKS)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_placeholders_of_each_sentence_are_filled(app: Flask, language: str) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        for finding in findings():
            for text in astuple(sentences(finding)):
                assert text
                assert "%(" not in text
                assert "%%" not in text


def test_english_sentences_hold_no_japanese_of_ours(app: Flask) -> None:
    """What people wrote, glosses to paste and names of units stay as they are."""
    theirs = {codes.JARGON, codes.LONG_SENTENCE, codes.NOBODY_REVIEWS}
    theirs |= {codes.UNIT_UNKNOWN, codes.UNIT_EMPTY, codes.UNIT_ENDED}
    with app.test_request_context(headers={"Accept-Language": "en"}):
        for finding in findings():
            words = " ".join(astuple(sentences(finding)))
            assert finding.code in theirs or not JAPANESE.search(words), words


def test_numbers_and_names_are_written_as_people_write_them(app: Flask) -> None:
    finding = Finding(
        Severity.WARNING,
        codes.NOBODY_REVIEWS,
        "audience",
        {"people": 1200, "reached": 4500, "units": tuple("甲乙丙丁戊己庚")},
    )
    with app.test_request_context():
        assert sentences(finding).what == (
            "4,500人のうち1,200人には、確認する管理職がいません"
            "（「甲」、「乙」、「丙」、「丁」、「戊」ほか2件）。"
        )


@pytest.mark.parametrize(("is_estimate", "basis"), [(True, "見込み"), (False, "これまでの平均")])
def test_the_formula_says_where_its_share_is_from(
    app: Flask, is_estimate: bool, basis: str
) -> None:
    bad = EACH_FAULT["more reviews than ever"]
    values: Mapping[str, Any] = values_of(codes.MANY_REVIEWS, bad.definition, bad.facts)
    finding = Finding(
        Severity.WARNING,
        codes.MANY_REVIEWS,
        "challenges",
        {**values, "is_estimate": is_estimate},
    )
    with app.test_request_context():
        assert (
            f"対象4,500人×参加30％（{basis}）×確認のいる段1÷管理職700人" in sentences(finding).why
        )
