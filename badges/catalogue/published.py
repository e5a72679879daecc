"""All badges as values: what pages show and what awarding decides by. Immutable, so a process may
keep one copy."""

from dataclasses import dataclass
from typing import Literal

from badges.rules.language import Rule
from challenges.vocabulary import Audience, Mindset


@dataclass(frozen=True, slots=True)
class BadgeWords:
    """A badge in one language."""

    name: str
    about: str
    asks: str


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of a badge: what it takes, whom it is for, and what becomes of it after an
    undo."""

    version: int
    rule: Rule
    audience: Audience
    on_undo: Literal["keep", "take_back"]

    def is_for(self, *, manager: bool) -> bool:
        """Whether somebody who is or ever was a manager, or not, may be awarded it."""
        return manager or self.audience is Audience.EVERYONE


@dataclass(frozen=True, slots=True)
class PublishedBadge:
    """A badge as it is published now."""

    slug: str
    position: int
    family: str
    tier: Literal["sprout", "trunk", "fruit"] | None
    mindset: Mindset | None
    wording: dict[str, BadgeWords]
    """By language, "ja" and "en"."""
    terms: Terms
    is_retired: bool

    @property
    def face(self) -> str:
        """Path of its picture among the static files."""
        return f"badges/{self.slug}.svg"


@dataclass(frozen=True, slots=True)
class Family:
    """Badges that grow out of each other, 芽, 幹, 実; a badge without such kin is a family of
    one."""

    slug: str
    badges: tuple[PublishedBadge, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One version of a challenge as far as rules look at it."""

    challenge: str
    mindset: str
    project: str
    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BadgeCatalogue:
    """Every badge in position order, with all terms there ever were, and all challenge versions to
    read deeds by."""

    badges: tuple[PublishedBadge, ...]
    """Retired ones too: people hold them."""
    by_slug: dict[str, PublishedBadge]
    families: tuple[Family, ...]
    """Of what is awarded now."""
    terms: dict[tuple[str, int], Terms]
    """By slug and version."""
    readings: dict[tuple[int, int], Reading]
    """By challenge id and version."""

    def offered(self, *, manager: bool) -> list[PublishedBadge]:
        """What a person can still be awarded."""
        return [
            badge
            for badge in self.badges
            if not badge.is_retired and badge.terms.is_for(manager=manager)
        ]

    def reading(self, challenge_id: int, version: int) -> Reading:
        """The version a completion was made under; the newest known one if it was loaded a moment
        ago.

        Raises KeyError for a challenge that this copy does not know at all.
        """
        while version > 1 and (challenge_id, version) not in self.readings:
            version -= 1
        return self.readings[challenge_id, version]
