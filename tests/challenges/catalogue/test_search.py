"""Searching for a challenge: each filter alone, and filters together."""

import pytest

from challenges.catalogue.search import Filters, filtered, likeness, nearest
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
    "words",
    ["会議", "ｶｲｷﾞ", "かいぎ", "カイギ", "MEETING", "ｍｅｅｔｉｎｇ", "会議 投稿", "かいぎ　投稿"],
)
def test_words_are_found_however_they_are_typed(slugs, words):
    found = slugs(words=words)
    assert "meeting-as-post" in found
    assert "emoji-promise" not in found


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("はんこ", "why-the-seal"),
        ("ﾊﾝｺ", "why-the-seal"),
        ("印鑑", "why-the-seal"),
        ("いんかん", "why-the-seal"),
        ("おういん", "why-the-seal"),
        ("hanko", "why-the-seal"),
        ("エクセル", "quick-hands"),
        ("えくせる", "talk-with-charts"),
        ("ＥＸＣＥＬ", "inquiry-form"),
        ("チャットGPT", "ai-draft"),
        ("ﾁｬｯﾄｇｐｔ", "ai-draft"),
        ("せいせいAI", "ai-draft"),
        ("パスワード", "safety-ten"),
        ("ぱすわーど", "dx-words"),
        ("password", "safety-ten"),
        ("アンケート", "inquiry-form"),
        ("ぎじろく", "decided-in-15"),
        ("しっぱい", "good-failure"),
        ("スラック", "first-hello"),
        ("縦割り", "next-department"),
    ],
)
def test_the_words_people_use_find_the_challenge(slugs, words, slug):
    assert slug in slugs(words=words)


@pytest.fixture
def near(catalogue):
    """``near("押員")``: the slugs that are suggested, the nearest first."""

    def find(words="", **filters):
        return [
            one.slug for one in nearest(catalogue.challenges, Filters(words=words, **filters), ())
        ]

    return find


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("はんこう", "why-the-seal"),
        ("押印廃止", "why-the-seal"),
        ("エクセルの関数", "quick-hands"),
        ("チャットGTP", "ai-draft"),
        ("pasword", "safety-ten"),
        ("アンケト", "inquiry-form"),
        ("questionaire", "inquiry-form"),
        ("ミイティング", "meeting-as-post"),
    ],
)
def test_three_near_challenges_are_suggested_for_what_is_not_found(slugs, near, words, slug):
    assert slugs(words=words) == set()
    assert slug in near(words)
    assert len(near(words)) == 3


def test_what_is_covered_by_more_words_is_nearer(near):
    assert near("エクセルの関数")[0] == "quick-hands"


def test_a_short_word_is_not_near_because_it_is_within_another(catalogue):
    assert likeness(catalogue.by_slug["open-up-dm"], "admin") < 0.6
    assert likeness(catalogue.by_slug["open-up-dm"], "DM") == 1


def test_words_that_only_other_filters_hide_are_nearest(slugs, near):
    assert slugs(words="はんこ", mindset=Mindset.LEARN) == set()
    assert near("はんこ", mindset=Mindset.LEARN)[0] == "why-the-seal"


def test_without_words_the_most_filters_that_pass_are_nearest(slugs, near, catalogue):
    wanted = {"mindset": Mindset.PRODUCE, "minutes": 10, "project": "meetings"}
    assert slugs(**wanted) == set()
    for slug in near(**wanted):
        one = catalogue.by_slug[slug]
        assert (one.mindset, one.project.slug) == (Mindset.PRODUCE, "meetings")


def test_every_word_must_be_there(slugs):
    assert slugs(words="会議 投稿") == slugs(words="会議") & slugs(words="投稿")


def test_filters_combine(slugs):
    learning, short = slugs(mindset=Mindset.LEARN), slugs(minutes=10)
    assert slugs(mindset=Mindset.LEARN, minutes=10) == learning & short


def test_invalid_query_parameters_are_ignored():
    unknown = {"mindset": "x", "minutes": "-1", "stage": "", "untried": "yes"}
    assert Filters.from_address(unknown) == Filters()
