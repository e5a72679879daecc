"""What a person looks for in the list of challenges: filters, read from the address so that it can
be shared."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from challenges.catalogue.published import PublishedChallenge
from challenges.text import fold
from challenges.vocabulary import Mindset, Stage


def matches(challenge: PublishedChallenge, words: str) -> bool:
    """Whether every word occurs somewhere in the challenge. Two characters of Japanese are a word
    too.

    A word of Latin letters must begin one there, and be the whole of it where it has two letters:
    AI is not in "email".
    """
    return all(_occurs(word, challenge.sought) for word in fold(words).split())


def _occurs(word: str, text: str) -> bool:
    if not (word.isascii() and word.isalnum()):
        return word in text
    end = r"(?![a-z0-9])" if len(word) <= 2 else ""
    return re.search(rf"(?<![a-z0-9]){word}{end}", text) is not None


MINUTES = (10, 15, 30, 60)


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters; each is off by default, and a value that is not known counts as off."""

    mindset: Mindset | None = None
    project: str = ""
    minutes: int | None = None
    stage: Stage | None = None
    """The stage that would be the next step."""
    untried: bool = False
    begun: bool = False
    """Drafts, days of a habit, submissions that wait or came back."""
    words: str = ""

    @classmethod
    def from_address(cls, args: Mapping[str, str]) -> "Filters":
        """``?mindset=LEARN&project=meetings&minutes=15&stage=TRY&untried=1&q=会議``."""
        mindset, stage, minutes = (
            args.get("mindset", ""),
            args.get("stage", ""),
            args.get("minutes", ""),
        )
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
        return self != Filters()


def chosen(
    offered: Iterable[PublishedChallenge],
    filters: Filters,
    climbed: Collection[int],
    *,
    begun: Collection[int] = (),
) -> list[PublishedChallenge]:
    """The challenges that fit every wish, in the catalogue's order. ``begun`` are the steps with an
    open submission."""
    return [one for one in offered if _fits(one, filters, climbed, begun)]


def _fits(
    one: PublishedChallenge, filters: Filters, climbed: Collection[int], begun: Collection[int]
) -> bool:
    return (
        (filters.mindset is None or one.mindset is filters.mindset)
        and (not filters.project or one.project.slug == filters.project)
        and (filters.minutes is None or one.minutes <= filters.minutes)
        and (filters.stage is None or _next_stage(one, climbed) is filters.stage)
        and not (filters.untried and any(step.id in climbed for step in one.steps))
        and (not filters.begun or any(step.id in begun for step in one.steps))
        and (not filters.words or matches(one, filters.words))
    )


def _next_stage(one: PublishedChallenge, climbed: Collection[int]) -> Stage | None:
    return next((step.stage for step in one.steps if step.id not in climbed), None)
