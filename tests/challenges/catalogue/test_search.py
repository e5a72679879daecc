"""Searching for a challenge: each filter alone, and filters together."""

import pytest

from challenges.catalogue.search import Filters, filtered
from challenges.vocabulary import Mindset, Stage


@pytest.fixture
def slugs(catalogue):
    """``slugs(climbed=(), **filters)``: the slugs of the challenges that pass the filters."""

    def find(climbed=(), **filters):
        return {one.slug for one in filtered(catalogue.challenges, Filters(**filters), climbed)}

    return find


def test_no_filter_finds_everything(slugs, catalogue):
    assert slugs() == {one.slug for one in catalogue.challenges}
    assert not Filters().are_any


@pytest.mark.parametrize("mindset", Mindset)
def test_by_mindset(slugs, catalogue, mindset):
    expected = {one.slug for one in catalogue.challenges if one.mindset is mindset}
    assert expected
    assert slugs(mindset=mindset) == expected


def test_by_project(slugs):
    assert "meeting-as-post" in slugs(project="meetings")
    assert "first-hello" not in slugs(project="meetings")


def test_by_minutes_up_to_and_including(slugs, catalogue):
    minutes = {one.slug: one.minutes for one in catalogue.challenges}
    exact = next(slug for slug, needed in minutes.items() if needed == 15)
    assert exact in slugs(minutes=15)
    assert exact not in slugs(minutes=10)
    assert all(minutes[slug] <= 30 for slug in slugs(minutes=30))


def test_by_the_stage_that_comes_next(slugs, catalogue):
    hello = catalogue.by_slug["first-hello"]
    tried = [hello.steps[0].id]
    assert hello.slug in slugs(stage=Stage.TRY)
    assert hello.slug not in slugs(tried, stage=Stage.TRY)
    assert slugs(tried, stage=Stage.HABIT) == {hello.slug}
    assert slugs([step.id for step in hello.steps], stage=Stage.SPREAD) == set()


def test_the_not_yet_tried_filter_leaves_out_begun_challenges(slugs, catalogue):
    hello = catalogue.by_slug["first-hello"]
    assert slugs([hello.steps[0].id], untried=True) == slugs() - {hello.slug}


@pytest.mark.parametrize(
    "words", ["会議", "ｶｲｷﾞ", "かいぎ", "MEETING", "ｍｅｅｔｉｎｇ", "会議 投稿"]
)
def test_words_are_found_however_they_are_typed(slugs, words):
    found = slugs(words=words)
    # Kana do not find kanji: the search knows no readings.
    is_findable = words not in {"ｶｲｷﾞ", "かいぎ"}
    assert ("meeting-as-post" in found) is is_findable
    assert "emoji-promise" not in found


def test_every_word_must_be_there(slugs):
    assert slugs(words="会議 投稿") == slugs(words="会議") & slugs(words="投稿")


def test_filters_combine(slugs):
    learning, short = slugs(mindset=Mindset.LEARN), slugs(minutes=10)
    assert slugs(mindset=Mindset.LEARN, minutes=10) == learning & short


def test_invalid_query_parameters_are_ignored():
    unknown = {"mindset": "x", "minutes": "-1", "stage": "", "untried": "yes"}
    assert Filters.from_address(unknown) == Filters()
