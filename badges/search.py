"""Finds badges by their words, in the catalogue in memory."""

from collections.abc import Collection

from badges.catalogue.published import BadgeCatalogue, PublishedBadge
from challenges.text import fold


def badges_called(
    catalogue: BadgeCatalogue, words: str, *, held: Collection[str], manager: bool
) -> list[PublishedBadge]:
    """The badges whose texts contain every word, in their order: those that the person holds or can
    be awarded."""
    wanted = fold(words).split()
    return [
        badge
        for badge in catalogue.badges
        if badge.slug in held or (not badge.is_retired and badge.terms.is_for(manager=manager))
        if wanted and all(word in _text(badge) for word in wanted)
    ]


def _text(badge: PublishedBadge) -> str:
    texts = badge.wording.values()
    return fold("\n".join(f"{one.name}\n{one.about}\n{one.asks}" for one in texts))
