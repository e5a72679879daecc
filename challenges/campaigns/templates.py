"""Seven campaigns to begin with, one for each part of the fiscal year.

Each is a campaign file like any other, with the days of fiscal year 2026. A draft made of one gets
the same weekdays of the next fiscal year in which they are still to come.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from challenges.campaigns.cloning import in_year, next_slug
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.files import from_yaml

FOLDER = Path(__file__).parent / "templates"
SLUGS = (
    "welcome-after-transfer",
    "first-slack",
    "light-meetings",
    "kaizen-month",
    "find-data",
    "teach-each-other",
    "look-back",
)
"""From April to March. Each is the name of its file."""


@dataclass(frozen=True, slots=True)
class Template:
    """A campaign to begin with."""

    slug: str
    definition: CampaignDefinition
    """With the days of fiscal year 2026."""


def read() -> tuple[Template, ...]:
    """The templates, in the order of the fiscal year."""
    return tuple(Template(slug, _definition(slug)) for slug in SLUGS)


def from_template(slug: str, today: date) -> CampaignDefinition:
    """A draft with the next days that suit it, the fiscal year in its slug.

    Raises KeyError for an unknown slug.
    """
    if slug not in SLUGS:
        raise KeyError(slug)
    template, years = _definition(slug), 0
    while (moved := in_year(template, years)).first_day and _has_begun(moved, today):
        years += 1
    return moved.model_copy(update={"slug": next_slug(slug, moved.first_day, today=today)})


def _has_begun(definition: CampaignDefinition, today: date) -> bool:
    return definition.first_day is not None and definition.first_day <= today


def _definition(slug: str) -> CampaignDefinition:
    path = FOLDER / f"{slug}.yaml"
    return from_yaml(path.read_text(encoding="utf-8"), file=path.name)
