"""What is wrong with a campaign before it is published, or while it runs. Pure.

One function over one value of gathered facts (facts.py gathers them), used by the page, the
command, publishing and tests. A new finding needs a code in codes.py, a check in the module of its
part of the form, and sentences in app/web/wording/campaign_finding_texts.py.
"""

from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.lint.days import findings_of_days
from challenges.campaigns.lint.goals import findings_of_goal
from challenges.campaigns.lint.people import findings_of_people
from challenges.campaigns.lint.stairs import findings_of_stairs
from challenges.campaigns.lint.texts import findings_of_texts

# What others need beside the function; they know this one place.
from challenges.campaigns.lint.values import Facts as Facts
from challenges.campaigns.lint.values import Finding as Finding
from challenges.campaigns.lint.values import Severity as Severity

FORM = (
    "ja.name",
    "en.name",
    "ja.motto",
    "en.motto",
    "ja.purpose",
    "en.purpose",
    "audience",
    "units",
    "challenges",
    "first_day",
    "last_day",
    "goal",
    "ja.stop_when",
    "en.stop_when",
    "people",
)
"""The places of findings, in the order of the form."""


def lint(definition: CampaignDefinition, facts: Facts) -> list[Finding]:
    """Every finding, errors first, in the order of the form."""
    found = [
        *findings_of_texts(definition),
        *findings_of_people(definition, facts),
        *findings_of_stairs(definition, facts),
        *findings_of_days(definition, facts),
        *findings_of_goal(definition, facts),
    ]
    return sorted(found, key=lambda one: (list(Severity).index(one.severity), _place(one)))


def has_errors(findings: list[Finding]) -> bool:
    """Whether the campaign cannot be published as it is."""
    return any(one.severity is Severity.ERROR for one in findings)


def _place(finding: Finding) -> int:
    return FORM.index(finding.place)
