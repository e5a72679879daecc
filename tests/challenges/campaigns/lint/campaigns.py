"""Good campaigns for the tests of the lint, with the facts around them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.lint import Facts, lint
from challenges.campaigns.lint.values import (
    Earlier,
    KnownChallenge,
    KnownStep,
    KnownUnit,
    Meeting,
    Reached,
)
from challenges.vocabulary import Check, Need, Stage

TODAY = date(2026, 6, 15)
GOOD: dict[str, Any] = {
    "slug": "light-meetings",
    "ja": {
        "name": "会議をかるく",
        "motto": "浮いた15分を、となりの人に。",
        "purpose": "聞くだけの時間は、**投稿**にできます。",
        "stop_when": "災害対応に三日以上入ったら、止めます。",
    },
    "en": {
        "name": "Lighter meetings",
        "motto": "Give fifteen minutes back.",
        "purpose": "Time spent only listening can become a **post**.",
        "stop_when": "We stop if a disaster takes three days or more.",
    },
    "first_day": "2026-07-01",
    "last_day": "2026-07-31",
    "audience": {"everyone": True},
    "challenges": [{"slug": "short"}, {"slug": "posted"}],
    "goal": {"kind": "steps", "target": 4800},
}


def stair(slug: str, *checks: Check, **changes: Any) -> KnownChallenge:
    """A challenge of 15 minutes: TRY, a HABIT of three days, SPREAD."""
    checks = checks or (Check.SELF, Check.SELF, Check.SELF)
    stages = (Stage.TRY, Stage.HABIT, Stage.SPREAD)
    steps = tuple(
        KnownStep(
            number,
            stage,
            check,
            days=3 if stage is Stage.HABIT else 1,
            takes_days=3 if stage is Stage.HABIT else 1,
        )
        for number, (stage, check) in enumerate(zip(stages, checks, strict=True), start=1)
    )
    title = {"ja": f"{slug}の段", "en": f"The {slug} one"}
    return KnownChallenge(**{"title": title, "minutes": 15, "steps": steps, **changes})


SHORT, POSTED = stair("short"), stair("posted", needs=frozenset({Need.PC}))
FACTS = Facts(
    today=TODAY,
    challenges={"short": SHORT, "posted": POSTED},
    reached=Reached(people=4500, managers=700),
)
UNITS = {"総務部": KnownUnit(420, 410), "観光部/観光課": KnownUnit(12, 12)}


def defined(**changes: Any) -> CampaignDefinition:
    """A good campaign with changes. A change of a text is written ``ja__motto``."""
    data = {**GOOD, "ja": {**GOOD["ja"]}, "en": {**GOOD["en"]}}
    for key, value in changes.items():
        language, _, field = key.partition("__")
        if field:
            data[language][field] = value
        else:
            data[key] = value
    return CampaignDefinition.model_validate(data)


def facts(**changes: Any) -> Facts:
    """The facts around a good campaign, with changes."""
    return replace(FACTS, **changes)


def with_challenge(**challenges: KnownChallenge) -> Facts:
    """The facts with other challenges."""
    return facts(challenges={**FACTS.challenges, **challenges})


def reached(**changes: Any) -> Reached:
    """Whom a good campaign reaches, with changes."""
    found = replace(FACTS.reached, **changes)
    return replace(found, is_empty_on_first_day=not found.people)


def codes_of(definition: CampaignDefinition, known: Facts) -> list[str]:
    """The codes of the findings, sorted."""
    return sorted(one.code for one in lint(definition, known))


def values_of(code: str, definition: CampaignDefinition, known: Facts) -> Mapping[str, Any]:
    """The values of the one finding with that code."""
    [found] = [one for one in lint(definition, known) if one.code == code]
    return found.values


class Bad:
    """A good campaign with faults: ``Bad([codes], facts, field=value)``. Without faults it is
    good."""

    def __init__(self, expected: list[str], known: Facts = FACTS, **changes: Any) -> None:
        self.codes = sorted(expected)
        self.facts = known
        self.changes = changes
        # Both languages are one field here: a text that is missing in both is another fault.
        texts = (key.removeprefix("ja__").removeprefix("en__") for key in changes)
        self.fields = {"days" if key.endswith("_day") else key for key in texts}

    @property
    def definition(self) -> CampaignDefinition:
        """What it says."""
        return defined(**self.changes)


MEETING = Meeting(
    date(2026, 7, 6),
    date(2026, 7, 12),
    ({"ja": "はじめのSlack", "en": "First Slack"}, {"ja": "紙をへらす", "en": "Less paper"}),
    240,
)
LAST_YEAR = Earlier(steps=3000, share=25)
