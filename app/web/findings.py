"""The findings of a draft, and beside which line of the form each stands."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.clock import now
from app.config import config
from app.studio.draft_fields import FIELDS, PARTS, part_of
from app.web.draft_forms import id_of
from app.web.rendering import db_session
from app.web.wording.campaign_findings import FindingSentences, sentences
from challenges.calendar import day_of
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.facts import gather
from challenges.campaigns.lint import Facts, Finding, Severity, lint
from challenges.campaigns.models import Campaign

LINES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "what": {
        "name": ("ja.name", "en.name", "ja", "en"),
        "motto": ("ja.motto", "en.motto"),
        "purpose": ("ja.purpose", "en.purpose"),
        "cover": ("cover", "lessons"),
    },
    "whom": {"audience": ("everyone", "units", "managers", "new_since", "audience")},
    "which": {"challenges": ("challenges", "steps")},
    "when": {
        "days": ("first_day", "last_day"),
        "goal": ("goal", "goal.kind", "goal.target"),
        "stop_when": ("ja.stop_when", "en.stop_when", "stop_when"),
        "channel": ("channel",),
    },
    "people": {"people": ("people",)},
}
"""The lines of each part, each with the places of findings that it shows."""

_IDS = {"units": "unit", "audience": "unit", "challenges": "q", "steps": "q", "goal": "goal-target"}
"""Places that are no field of their own, and the field that mends them."""


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding in words, with the place that its link leads to."""

    finding: Finding
    words: FindingSentences
    anchor: str

    @property
    def is_error(self) -> bool:
        """Whether it stops publishing."""
        return self.finding.severity is Severity.ERROR


class Margins:
    """The findings of a draft by the lines of its form."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.every = [_shown(one) for one in findings]
        self.errors = sum(one.is_error for one in self.every)
        self.warnings = len(self.every) - self.errors
        self._errors = Counter(part_of(one.finding.place) for one in self.every if one.is_error)
        self._warnings = Counter(
            part_of(one.finding.place) for one in self.every if not one.is_error
        )

    def at(self, part: str, line: str) -> list[ShownFinding]:
        """The findings beside a line. What has no line of its own stands beside the first."""
        return [one for one in self.every if _line_of(one.finding.place) == (part, line)]

    def errors_in(self, part: str) -> int:
        """How many findings of a part stop publishing."""
        return self._errors[part]

    def warnings_in(self, part: str) -> int:
        """How many findings of a part ask for a thought."""
        return self._warnings[part]

    @property
    def first_error(self) -> str:
        """The place of the first error in the order of the page, or of the first part."""
        order = {part: number for number, part in enumerate(PARTS)}
        errors = [one for one in self.every if one.is_error]
        first = min(errors, key=lambda one: order[part_of(one.finding.place)], default=None)
        return first.anchor if first else "part-what"


def findings_of(definition: CampaignDefinition, campaign: Campaign | None) -> list[Finding]:
    """What is wrong with a draft today."""
    return lint(definition, facts_of(definition, campaign))


def facts_of(definition: CampaignDefinition, campaign: Campaign | None) -> Facts:
    """What the lint has to know beside the draft."""
    return gather(
        db_session(),
        definition,
        campaign_id=campaign.id if campaign else None,
        today=day_of(now()),
        kinds=config().counted_employments,
    )


def _shown(finding: Finding) -> ShownFinding:
    return ShownFinding(finding, sentences(finding), anchor_of(finding.place))


def anchor_of(place: str) -> str:
    """The id of the field that mends a finding at that place."""
    return _IDS.get(place) or (id_of(place) if place in FIELDS else f"part-{part_of(place)}")


def _line_of(place: str) -> tuple[str, str]:
    for part, lines in LINES.items():
        for line, places in lines.items():
            if place in places:
                return part, line
    part = part_of(place)
    return part, next(iter(LINES[part]))
