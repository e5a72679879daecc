"""A campaign as a file: what is written is read as the same, and every mistake has its line."""

import time
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings, strategies

from challenges.campaigns.definitions import (
    CampaignAudience,
    CampaignDefinition,
    CampaignGoal,
    CampaignWording,
    ChosenChallenge,
)
from challenges.campaigns.files import from_yaml, to_yaml
from challenges.catalogue.yaml_files import ContentWrong
from challenges.vocabulary import Cover, GoalKind

FILE = """\
schema_version: 1
slug: light-meetings
ja:
  name: 会議をかるく
  purpose: |-
    聞くだけの時間は、**投稿**にできます。

    - 一つ目
    - 二つ目
cover: tea
first_day: 2026-07-01
last_day: 2026-07-31
audience:
  units:
  - デジタル部/改革課
  new_since: 2026-04-01
challenges:
- slug: first-hello
- slug: give-back-15
  steps:
  - 1
goal:
  target: 4800
"""

slugs = strategies.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
texts = strategies.text(max_size=50)
wordings = strategies.builds(
    CampaignWording, name=texts, motto=texts, purpose=texts, stop_when=texts
)
days = strategies.none() | strategies.dates(date(1900, 1, 1), date(2999, 12, 31))
audiences = strategies.builds(
    CampaignAudience,
    everyone=strategies.booleans(),
    units=strategies.lists(texts, max_size=3).map(tuple),
    managers=strategies.booleans(),
    new_since=days,
)
goals = strategies.builds(CampaignGoal, target=strategies.integers(0, 10_000_000)) | (
    strategies.builds(
        CampaignGoal, kind=strategies.just(GoalKind.SHARE), target=strategies.integers(0, 100)
    )
)
chosen = strategies.builds(
    ChosenChallenge, slug=slugs, steps=strategies.lists(strategies.integers(1, 5), max_size=5)
)
definitions = strategies.builds(
    CampaignDefinition,
    slug=slugs,
    ja=wordings,
    en=wordings,
    cover=strategies.sampled_from(Cover),
    first_day=days,
    last_day=days,
    audience=audiences,
    challenges=strategies.lists(chosen, max_size=4, unique_by=lambda one: one.slug).map(tuple),
    goal=goals,
    channel=texts,
    lessons=texts,
)


@pytest.fixture(params=["Asia/Tokyo", "UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A machine in that time zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@settings(max_examples=100)
@given(definition=definitions)
def test_what_is_exported_is_imported_as_the_same(definition: CampaignDefinition) -> None:
    read = from_yaml(to_yaml(definition))
    assert read.digest() == definition.digest()
    assert to_yaml(read) == to_yaml(definition)


@pytest.mark.usefixtures("machine")
def test_days_are_the_same_in_every_time_zone() -> None:
    definition = from_yaml(FILE)
    assert (definition.first_day, definition.last_day, definition.audience.new_since) == (
        date(2026, 7, 1),
        date(2026, 7, 31),
        date(2026, 4, 1),
    )
    assert from_yaml(to_yaml(definition)).digest() == definition.digest()


def test_a_file_reads_as_somebody_would_write_it() -> None:
    assert to_yaml(from_yaml(FILE)) == FILE


def test_comments_and_another_order_change_nothing() -> None:
    head, _, tail = FILE.partition("cover: tea\n")
    turned = f"# 来年のために\n{head}{tail}cover: tea  # 茶畑\n"
    assert from_yaml(turned).digest() == from_yaml(FILE).digest()


def test_days_may_be_quoted() -> None:
    quoted = FILE.replace("2026-07-01", '"2026-07-01"')
    assert from_yaml(quoted).digest() == from_yaml(FILE).digest()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("cover: tea", "cover: beer", "a.yaml:10: cover: "),
        ("first_day: 2026-07-01", "first_day: 2026-02-30", "a.yaml:1: "),
        ("last_day: 2026-07-31", "last_day: soon", "a.yaml:12: last_day: "),
        ("- slug: first-hello", "- slug: First Hello", "a.yaml:18: challenges.0.slug: "),
        ("  target: 4800", "  target: -1", "a.yaml:23: goal.target: "),
        ("  name: 会議をかるく", "  nmae: 会議をかるく", "a.yaml:4: ja.nmae: "),
        ("goal:", "goal: &g", None),
    ],
)
def test_each_mistake_is_named_with_file_line_and_field(
    old: str, new: str, problem: str | None
) -> None:
    text = FILE.replace(old, new)
    if problem is None:
        assert from_yaml(text).digest() == from_yaml(FILE).digest()
        return
    with pytest.raises(ContentWrong) as wrong:
        from_yaml(text, file="a.yaml")
    assert [one.startswith(problem) for one in wrong.value.problems] == [True]


def test_several_mistakes_are_named_at_once() -> None:
    text = FILE.replace("cover: tea", "cover: beer").replace("target: 4800", "target: much")
    with pytest.raises(ContentWrong) as wrong:
        from_yaml(text)
    assert len(wrong.value.problems) == 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            FILE.replace("schema_version: 1", "schema_version: 2"),
            "campaign.yaml:1: schema_version: 2 cannot be read here; this app reads version 1",
        ),
        (
            FILE.replace("schema_version: 1\n", ""),
            "campaign.yaml:1: schema_version: is missing; this app reads version 1",
        ),
        (
            FILE.replace("schema_version: 1", "schema_version: true"),
            "campaign.yaml:1: schema_version: True cannot be read here; this app reads version 1",
        ),
        ("", "campaign.yaml:1: file: is no campaign: write `schema_version: 1`"),
        ("- a\n", "campaign.yaml:1: file: is no campaign: write `schema_version: 1`"),
    ],
)
def test_a_file_of_another_form_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ContentWrong) as wrong:
        from_yaml(text)
    assert wrong.value.problems == [problem]


@pytest.mark.parametrize(
    "text",
    ["schema_version: 1\nslug: [", "a: &a 1\nb: *a\n", "[" * 50, "x" * 300_000, "slug: \x00"],
)
def test_what_is_no_yaml_of_ours_is_a_sentence(text: str) -> None:
    with pytest.raises(ContentWrong):
        from_yaml(text)
