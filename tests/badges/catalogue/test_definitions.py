"""Badge files: shipped badges can be earned and have a picture; mistakes are named with a line."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from badges.catalogue.definitions import CONTENT, BadgeDefinition, read_folder
from badges.rules import language as rule_language
from badges.rules.lint import every_deed
from badges.rules.verdicts import evaluate
from challenges.catalogue.yaml_files import ContentWrong
from challenges.vocabulary import Audience
from tests.shipped import BADGES
from tests.shipped import CATALOGUE as CHALLENGES

FACES = Path(__file__).parents[3] / "static" / "badges"
SHIPPED = BADGES.badges


@pytest.mark.parametrize("badge", SHIPPED, ids=lambda badge: badge.slug)
def test_a_shipped_badge_is_reachable_for_its_audience(badge: BadgeDefinition) -> None:
    assert evaluate(
        rule_language.parse(badge.rule), every_deed(CHALLENGES, audience=badge.audience)
    ).met


@pytest.mark.parametrize("badge", SHIPPED, ids=lambda badge: badge.slug)
def test_a_shipped_badge_has_its_own_image(badge: BadgeDefinition) -> None:
    face = (FACES / f"{badge.slug}.svg").read_text(encoding="utf-8")
    assert face.startswith("<svg")
    assert "viewBox" in face
    for unsafe in ("<script", "<style", " style=", "href="):
        assert unsafe not in face


def test_ten_badges_with_tiers_are_shipped_with_distinct_images() -> None:
    assert len(SHIPPED) >= 10
    assert {badge.tier for badge in SHIPPED} == {"sprout", "trunk", "fruit", None}
    assert len({(FACES / f"{badge.slug}.svg").read_bytes() for badge in SHIPPED}) == len(SHIPPED)


def test_each_tier_asks_for_more_than_the_one_before() -> None:
    tiers = {(badge.family, badge.tier): badge for badge in SHIPPED if badge.tier}
    for family in {family for family, _ in tiers}:
        needs = [
            evaluate(rule_language.parse(tiers[family, tier].rule), []).need
            for tier in ("sprout", "trunk", "fruit")
        ]
        assert needs == sorted(set(needs))


def test_the_badge_for_managers_is_out_of_reach_for_staff() -> None:
    leading = next(badge for badge in SHIPPED if badge.audience is Audience.MANAGERS)
    assert not evaluate(
        rule_language.parse(leading.rule), every_deed(CHALLENGES, audience=Audience.EVERYONE)
    ).met


@pytest.fixture
def mistake(tmp_path: Path) -> Callable[[str, str], list[str]]:
    """``mistake("n: 1", "n: x")``: the problems of noticed.yaml after that replacement."""

    def read(right: str, wrong: str) -> list[str]:
        text = (CONTENT / "noticed.yaml").read_text(encoding="utf-8")
        assert right in text
        (tmp_path / "noticed.yaml").write_text(text.replace(right, wrong), encoding="utf-8")
        with pytest.raises(ContentWrong) as error:
            read_folder(tmp_path, challenges=CHALLENGES)
        return error.value.problems

    return read


RULE = "{n: 1, of: step, matching: {endorsed: true}}"


@pytest.mark.parametrize(
    ("right", "wrong", "begins", "says"),
    [
        (
            "slug: noticed",
            "slug: seen",
            "noticed.yaml:1: slug:",
            "must be the file's name, 'noticed'",
        ),
        (
            "family: noticed",
            "family: noticed\npoints: 5",
            "noticed.yaml:4: points:",
            "not permitted",
        ),
        ("on_undo: keep", "on_undo: maybe", "noticed.yaml:5: on_undo:", "'keep' or 'take_back'"),
        ("on_undo: keep\n", "", "noticed.yaml:1: on_undo:", "required"),
        (
            "audience: everyone",
            "audience: friends",
            "noticed.yaml:4: audience:",
            "'everyone' or 'managers'",
        ),
        (
            "  at_least: ",
            "  at_most: ",
            "noticed.yaml:14: rule:",
            "exactly one of at_least, all, any",
        ),
        (RULE, "{n: 0, of: step}", "noticed.yaml:15: rule.at_least.n:", "from 1 to 1000"),
        (
            RULE,
            "\n    n: 1\n    of: step\n    matching:\n      mindset: [LEARN, FUN]",
            "noticed.yaml:19: rule.at_least.matching.mindset.1:",
            "'FUN' is none of",
        ),
        (
            RULE,
            "\n    n: 1\n    of: step\n    matching:\n      challenge: [no-such]",
            "noticed.yaml:19: rule.at_least.matching.challenge:",
            "there is no challenge 'no-such'",
        ),
        (
            RULE,
            "{n: 1, of: step, matching: {besides: [no-such]}}",
            "noticed.yaml:15: rule.at_least.matching.besides:",
            "there is no challenge 'no-such'",
        ),
        (
            RULE,
            "{n: 1, of: step, matching: {project: [no-such]}}",
            "noticed.yaml:15: rule.at_least.matching.project:",
            "there is no project 'no-such'",
        ),
        (
            RULE,
            "{n: 4, of: mindset}",
            "noticed.yaml:15: rule.at_least.n:",
            "only 3 of these mindsets can be reached",
        ),
        (
            RULE,
            "{n: 1, of: step, matching: {challenge: [start-with-myself]}}",
            "noticed.yaml:15: rule.at_least.n:",
            "only 0 of these steps can be reached",
        ),
        ("ja:", "ja: [", "noticed.yaml:8:", "expected"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(
    mistake: Callable[[str, str], list[str]], right: str, wrong: str, begins: str, says: str
) -> None:
    [problem] = mistake(right, wrong)
    assert problem.startswith(begins), problem
    assert says in problem


def test_a_rule_may_count_any_number_of_days(tmp_path: Path) -> None:
    text = (CONTENT / "noticed.yaml").read_text(encoding="utf-8")
    (tmp_path / "noticed.yaml").write_text(
        text.replace(RULE, "{n: 500, of: day}"), encoding="utf-8"
    )
    assert len(read_folder(tmp_path, challenges=CHALLENGES).badges) == 1


def test_the_mistakes_of_all_files_are_named_at_once(tmp_path: Path) -> None:
    for name in ("noticed", "opener"):
        text = (CONTENT / f"{name}.yaml").read_text(encoding="utf-8")
        (tmp_path / f"{name}.yaml").write_text(
            text.replace("slug: ", "slug: not-"), encoding="utf-8"
        )
    with pytest.raises(ContentWrong) as error:
        read_folder(tmp_path)
    assert [problem.split(":")[0] for problem in error.value.problems] == [
        "noticed.yaml",
        "opener.yaml",
    ]


def test_two_badges_cannot_share_a_position(tmp_path: Path) -> None:
    shutil.copy(CONTENT / "noticed.yaml", tmp_path)
    text = (CONTENT / "noticed.yaml").read_text(encoding="utf-8")
    (tmp_path / "seen.yaml").write_text(
        text.replace("slug: noticed", "slug: seen"), encoding="utf-8"
    )
    with pytest.raises(ContentWrong) as error:
        read_folder(tmp_path)
    assert error.value.problems == [
        "seen.yaml:2: position: 200 is also noticed.yaml's",
        "seen.yaml:3: family: noticed.yaml has the same family and tier",
    ]
