"""What a campaign says and what counts in it, as one value: the draft, the published version, and
the file that is exported and imported.

A draft may be incomplete: every field has a default, and lint.py tells what is missing.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from challenges.catalogue.definitions import Slug, Strict
from challenges.catalogue.loading import digest_of
from challenges.languages import LANGUAGES
from challenges.text import as_written, in_one_line
from challenges.vocabulary import Cover, GoalKind

SCHEMA: Literal[1] = 1
"""Raised when a file of an older form can no longer be read as it is."""
LONGEST_NAME = 60
LONGEST_MOTTO = 80
LONGEST_PURPOSE = 2000
LONGEST_SENTENCE = 400
MOST_CHALLENGES = 20


def _line(longest: int) -> Any:
    return Annotated[str, AfterValidator(in_one_line), StringConstraints(max_length=longest)]


def _prose(longest: int) -> Any:
    return Annotated[str, AfterValidator(as_written), StringConstraints(max_length=longest)]


class CampaignWording(Strict):
    """A campaign in one language."""

    name: _line(LONGEST_NAME) = ""  # type: ignore[valid-type]
    motto: _line(LONGEST_MOTTO) = ""  # type: ignore[valid-type]
    purpose: _prose(LONGEST_PURPOSE) = ""  # type: ignore[valid-type]
    """趣旨, in Markdown."""
    stop_when: _prose(LONGEST_SENTENCE) = ""  # type: ignore[valid-type]
    """When the office would stop it early, as a sentence that staff read."""


class CampaignAudience(Strict):
    """Whom a campaign reaches: the union of what is chosen. Judged by the main appointment on each
    day."""

    everyone: bool = False
    units: Annotated[tuple[str, ...], Field(max_length=400)] = ()
    """Paths of units, each with all units below it."""
    managers: bool = False
    new_since: date | None = None
    """People whose main appointment began on or after that day."""

    @property
    def is_empty(self) -> bool:
        """Whether nobody was chosen."""
        return not (self.everyone or self.units or self.managers or self.new_since)


class ChosenChallenge(Strict):
    """A challenge of the campaign."""

    slug: Slug
    steps: Annotated[tuple[int, ...], Field(max_length=5)] = ()
    """Numbers of the steps that count; empty if all do."""

    def counts(self, number: int) -> bool:
        """Whether the step with that number counts."""
        return not self.steps or number in self.steps


class CampaignGoal(Strict):
    """What it hopes for together."""

    kind: GoalKind = GoalKind.STEPS
    target: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    """Steps, or per cent of the people reached. 0 while nobody decided."""

    @model_validator(mode="after")
    def _at_most_everybody(self) -> "CampaignGoal":
        if self.kind is GoalKind.SHARE and self.target > 100:
            raise ValueError("a share is at most 100 per cent")
        return self


class CampaignDefinition(Strict):
    """A whole campaign, apart from people (owner, deputy) and from where it stands."""

    schema_version: Literal[1] = SCHEMA
    slug: Slug
    ja: CampaignWording = CampaignWording()
    en: CampaignWording = CampaignWording()
    cover: Cover = Cover.STONES
    first_day: date | None = None
    last_day: date | None = None
    """Both days are included, by the Tokyo calendar."""
    audience: CampaignAudience = CampaignAudience()
    challenges: Annotated[tuple[ChosenChallenge, ...], Field(max_length=MOST_CHALLENGES)] = ()
    """In the order in which they are shown."""
    goal: CampaignGoal = CampaignGoal()
    channel: _line(80) = ""  # type: ignore[valid-type]
    """The id of a Slack channel, or empty."""
    lessons: _prose(LONGEST_PURPOSE) = ""  # type: ignore[valid-type]
    """What to do differently, from last year's report. Only the office reads it."""

    @model_validator(mode="after")
    def _each_challenge_once(self) -> "CampaignDefinition":
        slugs = [one.slug for one in self.challenges]
        if len(slugs) != len(set(slugs)):
            raise ValueError("each challenge stands in a campaign once")
        return self

    def wording(self, language: str) -> CampaignWording:
        """The texts in that language, each missing one in the other language."""
        own, other = (getattr(self, one) for one in _in_order(language))
        # Built of what was checked when the two were.
        return CampaignWording.model_construct(
            **{
                field: getattr(own, field) or getattr(other, field)
                for field in CampaignWording.model_fields
            }
        )

    def as_data(self) -> dict[str, Any]:
        """The definition as plain data, defaults left out, the version of the schema first."""
        return {
            "schema_version": self.schema_version,
            **self.model_dump(mode="json", exclude_defaults=True),
        }

    def digest(self) -> str:
        """SHA-256 of the canonical JSON of the whole definition."""
        return digest_of(self.as_data())

    def rules(self) -> dict[str, Any]:
        """The part that decides what counts. A change of it needs a new version and a reason."""
        whole = self.model_dump(mode="json")
        rules = {key: whole[key] for key in ("first_day", "last_day", "challenges", "goal")}
        # The order in which challenges are shown, or units are written, decides nothing.
        rules["challenges"] = sorted(rules["challenges"], key=lambda one: str(one["slug"]))
        rules["audience"] = {**whole["audience"], "units": sorted(whole["audience"]["units"])}
        return rules

    def rules_digest(self) -> str:
        """SHA-256 of the canonical JSON of the rules."""
        return digest_of(self.rules())


_read: dict[str, CampaignDefinition] = {}
_MOST_READ = 200


def read_version(data: Mapping[str, Any], digest: str) -> CampaignDefinition:
    """The definition of a published version. Checked once a process: a page that everybody opens
    reads the same few again and again, and the digest tells one from another."""
    known = _read.get(digest)
    if known is None:
        if len(_read) >= _MOST_READ:
            _read.clear()
        known = _read[digest] = CampaignDefinition.model_validate(data)
    return known


def _in_order(language: str) -> list[str]:
    return sorted(LANGUAGES, key=lambda one: one != language)
