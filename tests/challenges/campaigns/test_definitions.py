"""What a campaign says: an incomplete draft is a value too, and its rules have their own hash."""

from datetime import date

import pytest
from pydantic import ValidationError

from challenges.campaigns.definitions import (
    CampaignAudience,
    CampaignDefinition,
    CampaignGoal,
    CampaignWording,
    ChosenChallenge,
)
from challenges.vocabulary import Cover, GoalKind

WHOLE = CampaignDefinition(
    slug="light-meetings",
    ja=CampaignWording(name="会議をかるく", motto="15分を、返そう。", purpose="**なぜ**"),
    en=CampaignWording(name="Light meetings"),
    cover=Cover.TEA,
    first_day=date(2026, 7, 1),
    last_day=date(2026, 7, 31),
    audience=CampaignAudience(units=("デジタル部", "農林部"), managers=True),
    challenges=(ChosenChallenge(slug="give-back-15"), ChosenChallenge(slug="first-hello")),
    goal=CampaignGoal(kind=GoalKind.SHARE, target=50),
)


def test_an_empty_draft_is_a_definition() -> None:
    assert CampaignDefinition(slug="new").as_data() == {"schema_version": 1, "slug": "new"}


def test_plain_data_gives_the_same_definition_again() -> None:
    assert CampaignDefinition.model_validate(WHOLE.as_data()) == WHOLE


def test_words_change_the_hash_but_not_that_of_the_rules() -> None:
    other = WHOLE.model_copy(update={"ja": CampaignWording(name="会議を軽く")})
    assert other.digest() != WHOLE.digest()
    assert other.rules_digest() == WHOLE.rules_digest()


@pytest.mark.parametrize(
    "change",
    [
        {"last_day": date(2026, 8, 1)},
        {"audience": CampaignAudience(everyone=True)},
        {"challenges": (ChosenChallenge(slug="give-back-15", steps=(1,)),)},
        {"goal": CampaignGoal(kind=GoalKind.SHARE, target=60)},
    ],
)
def test_what_counts_changes_the_hash_of_the_rules(change: dict[str, object]) -> None:
    assert WHOLE.model_copy(update=change).rules_digest() != WHOLE.rules_digest()


def test_the_order_shown_decides_nothing() -> None:
    turned = WHOLE.model_copy(update={"challenges": WHOLE.challenges[::-1]})
    assert turned.rules_digest() == WHOLE.rules_digest()


def test_a_missing_text_is_read_in_the_other_language() -> None:
    assert WHOLE.wording("en").motto == "15分を、返そう。"
    assert WHOLE.wording("en").name == "Light meetings"


@pytest.mark.parametrize(
    "wrong",
    [
        {"slug": "Not a slug"},
        {"goal": {"kind": "share", "target": 101}},
        {"challenges": [{"slug": "first-hello"}, {"slug": "first-hello"}]},
        {"ja": {"name": "あ" * 61}},
        {"colour": "red"},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        CampaignDefinition.model_validate({"slug": "new", **wrong})
