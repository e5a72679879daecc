"""All badges as immutable values, for pages and for awarding.

A process may keep one copy and share it among threads.
"""

from dataclasses import dataclass
from typing import Literal

from badges.rules.language import Rule
from challenges.catalogue.published import DamagedDefinition
from challenges.vocabulary import Audience, Mindset


@dataclass(frozen=True, slots=True)
class BadgeWords:
    """A badge in one language."""

    name: str
    about: str
    asks: str


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of a badge: its rule, whom it is for, and what an undo does to it."""

    version: int
    rule: Rule
    audience: Audience
    on_undo: Literal["keep", "take_back"]

    def is_for(self, *, manager: bool) -> bool:
        """Whether somebody may be awarded it. ``manager``: they are or once were a manager."""
        return manager or self.audience is Audience.EVERYONE


@dataclass(frozen=True, slots=True)
class PublishedBadge:
    """A badge as it is published now, or as it was when it was retired."""

    slug: str
    position: int
    family: str
    tier: Literal["sprout", "trunk", "fruit"] | None
    mindset: Mindset | None
    wording: dict[str, BadgeWords]
    """By language, "ja" and "en"."""
    terms: Terms
    is_retired: bool


@dataclass(frozen=True, slots=True)
class Family:
    """The tiers of one badge (芽, 幹, 実) in order. A badge without tiers is a family of one."""

    slug: str
    badges: tuple[PublishedBadge, ...]


@dataclass(frozen=True, slots=True)
class ChallengeTraits:
    """What rules look at in one version of a challenge."""

    challenge: str
    """Slug of the challenge."""
    version: int
    mindset: str
    project: str
    stages: tuple[str, ...]
    """Of its steps, in order."""

    def stage_of(self, step_number: int) -> str:
        """The stage of a step. Raises DamagedDefinition where the version has no such step."""
        try:
            return self.stages[step_number - 1]
        except IndexError:
            raise DamagedDefinition(
                f"challenge {self.challenge} version {self.version}: it has no step {step_number}, "
                "and somebody climbed it"
            ) from None


@dataclass(frozen=True, slots=True)
class BadgeCatalogue:
    """Every badge, with all terms ever published and the challenge versions that deeds refer to."""

    badges: tuple[PublishedBadge, ...]
    """In position order. Retired ones too, because people hold them."""
    by_slug: dict[str, PublishedBadge]
    families: tuple[Family, ...]
    """Without retired badges, by the position of their first badge."""
    terms: dict[tuple[str, int], Terms]
    """By slug and version number."""
    traits: dict[tuple[int, int], ChallengeTraits]
    """By challenge id and version number."""

    def offered(self, *, manager: bool) -> list[PublishedBadge]:
        """The badges that a person can be awarded now. ``manager`` as in ``Terms.is_for``."""
        return [
            badge
            for badge in self.badges
            if not badge.is_retired and badge.terms.is_for(manager=manager)
        ]

    def traits_of(self, challenge_id: int, version: int) -> ChallengeTraits:
        """The traits of the challenge version that a completion was made under.

        Raises KeyError for a challenge that this copy does not know.
        """
        # This copy may be older than the completion, by the moment in which a new version of the
        # challenge was loaded. The newest version that it knows then stands in.
        while version > 1 and (challenge_id, version) not in self.traits:
            version -= 1
        return self.traits[challenge_id, version]
