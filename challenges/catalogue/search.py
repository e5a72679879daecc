"""Searches the list of challenges by filters, which come from the address so that it can be shared.

Works on the published catalogue in memory and asks no database.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from challenges.catalogue.published import PublishedChallenge
from challenges.text import fold
from challenges.vocabulary import Mindset, Stage

NEAREST = 3
"""How many challenges are suggested where none is found."""

MINUTES = (10, 15, 30, 60)
"""The choices of the filter by minutes: a challenge takes at most so long."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters, each off by default. A value that is not known turns its filter off."""

    mindset: Mindset | None = None
    project: str = ""
    minutes: int | None = None
    stage: Stage | None = None
    """The stage of the person's next step."""
    untried: bool = False
    """No step is completed."""
    begun: bool = False
    """A step has an open submission: a draft, days of a habit, one that waits or came back."""
    words: str = ""

    @classmethod
    def from_address(cls, args: Mapping[str, str]) -> "Filters":
        """``?mindset=LEARN&project=meetings&minutes=15&stage=TRY&untried=1&begun=1&q=会議``."""
        mindset = args.get("mindset", "")
        minutes = args.get("minutes", "")
        stage = args.get("stage", "")
        return cls(
            mindset=Mindset(mindset) if mindset in list(Mindset) else None,
            project=args.get("project", "")[:64],
            minutes=int(minutes) if minutes in map(str, MINUTES) else None,
            stage=Stage(stage) if stage in list(Stage) else None,
            untried=args.get("untried") == "1",
            begun=args.get("begun") == "1",
            words=args.get("q", "").strip()[:100],
        )

    @property
    def are_any(self) -> bool:
        """Whether at least one filter is on."""
        return self != Filters()


def filtered(
    offered: Iterable[PublishedChallenge],
    filters: Filters,
    climbed: Collection[int],
    *,
    begun: Collection[int] = (),
) -> list[PublishedChallenge]:
    """The challenges that pass every filter, in the order given.

    ``climbed`` are the ids of the person's completed steps, ``begun`` those of the steps with an
    open submission.
    """
    return [one for one in offered if all(_passed(one, filters, climbed, begun))]


def nearest(
    offered: Iterable[PublishedChallenge],
    filters: Filters,
    climbed: Collection[int],
    *,
    begun: Collection[int] = (),
) -> list[PublishedChallenge]:
    """The few challenges that come nearest where none passes every filter, the nearest first.

    Those whose title or search words are most like the words come first, then those that pass most
    of the other filters.
    """

    def rank(one: PublishedChallenge) -> tuple[float, int]:
        return likeness(one, filters.words), sum(_passed(one, filters, climbed, begun))

    return sorted(offered, key=rank, reverse=True)[:NEAREST]


def _passed(
    one: PublishedChallenge, filters: Filters, climbed: Collection[int], begun: Collection[int]
) -> tuple[bool, ...]:
    """Whether the challenge passes each of the filters."""
    return (
        filters.mindset is None or one.mindset is filters.mindset,
        not filters.project or one.project.slug == filters.project,
        filters.minutes is None or one.minutes <= filters.minutes,
        filters.stage is None or _next_stage(one, climbed) is filters.stage,
        not (filters.untried and any(step.id in climbed for step in one.steps)),
        not filters.begun or any(step.id in begun for step in one.steps),
        not filters.words or matches(one, filters.words),
    )


def _next_stage(one: PublishedChallenge, climbed: Collection[int]) -> Stage | None:
    return next((step.stage for step in one.steps if step.id not in climbed), None)


def matches(challenge: PublishedChallenge, words: str) -> bool:
    """Whether every word occurs in the texts of the challenge.

    A Japanese word may stand anywhere. A word of Latin letters must begin a word there, and be all
    of it if it has only two letters: AI is not in "email" or "aim".
    """
    return all(_occurs(word, challenge.folded_text) for word in fold(words).split())


def _occurs(word: str, text: str) -> bool:
    # Japanese is written without blanks, so there is no beginning of a word to look for.
    if not (word.isascii() and word.isalnum()):
        return word in text
    end = r"(?![a-z0-9])" if len(word) <= 2 else ""
    return re.search(rf"(?<![a-z0-9]){word}{end}", text) is not None


def likeness(challenge: PublishedChallenge, words: str) -> float:
    """From 0 to 1, how like the words are to its title and search words."""
    wanted = fold(words).split()
    return sum(_best(word, challenge.search_terms) for word in wanted) / max(1, len(wanted))


def _best(word: str, terms: Collection[str]) -> float:
    if any(_occurs(word, term) for term in terms):
        return 1.0
    # 押印廃止 and エクセルの関数 hold the words that are known.
    rest = word
    for term in sorted(terms, key=len, reverse=True):
        if _occurs(term, rest):
            rest = rest.replace(term, " ")
    covered = 1 - len(rest.replace(" ", "")) / len(word)
    alike = max(SequenceMatcher(None, word, term).ratio() for term in terms)
    return max(alike, 0.6 + 0.4 * covered if covered else 0.0)
