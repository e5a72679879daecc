"""What is wrong with a campaign before it is published, or while it runs. Pure.

One function over one value of gathered facts (facts.py), used by the page, the command, publishing
and tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from challenges.campaigns.definitions import CampaignDefinition


class Severity(StrEnum):
    """What a finding asks for."""

    ERROR = "error"
    """It stops publishing: 直すと公開できます."""
    WARNING = "warning"
    """It asks for a thought: ひとこと考えたい."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend or to think about.

    Its sentences (what, why it matters, what would mend it) stand by its code in
    app/web/wording/campaign_findings.py.
    """

    severity: Severity
    code: str
    place: str
    """The field it stands beside, as the forms of the draft name it, such as ``ja.name``,
    ``units``, ``challenges``, ``first_day``, ``goal``, ``ja.stop_when``."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Numbers and names for its sentences."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the lint knows beside the definition."""

    today: date


def lint(definition: CampaignDefinition, facts: Facts) -> list[Finding]:
    """Every finding, errors first, in the order of the form."""
    raise NotImplementedError


def has_errors(findings: list[Finding]) -> bool:
    """Whether the campaign cannot be published as it is."""
    return any(one.severity is Severity.ERROR for one in findings)
