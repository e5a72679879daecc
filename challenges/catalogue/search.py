"""What a person looks for in the list of challenges: filters, read from the address so that it can be shared."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from challenges.catalogue.published import ChallengeText
from challenges.text import fold
from challenges.vocabulary import Mindset, Stage


def matches(challenge: ChallengeText, words: str) -> bool:
    """Whether every word occurs somewhere in the challenge. Two characters of Japanese are a word too.

    A word of Latin letters must begin one there, and be the whole of it where it has two letters: AI is not in "email".
    """
    return all(_occurs(word, challenge.sought) for word in fold(words).split())


def _occurs(word: str, text: str) -> bool:
    if not (word.isascii() and word.isalnum()):
        return word in text
    end = r"(?![a-z0-9])" if len(word) <= 2 else ""
    return re.search(rf"(?<![a-z0-9]){word}{end}", text) is not None


MINUTES = (10, 15, 30, 60)


@dataclass(frozen=True, slots=True)
class Wishes:
    """Filters; each is off by default, and a value that is not known counts as off."""

    mindset: Mindset | None = None
    project: str = ""
    minutes: int | None = None
    stage: Stage | None = None
    """The stage that would be the next step."""
    untried: bool = False
    begun: bool = False
    """Drafts, days of a habit, claims that wait or came back."""
    words: str = ""

    @classmethod
    def from_address(cls, args: Mapping[str, str]) -> "Wishes":
        """``?mindset=LEARN&project=meetings&minutes=15&stage=TRY&untried=1&q=会議``."""
        mindset, stage, minutes = args.get("mindset", ""), args.get("stage", ""), args.get("minutes", "")
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
        return self != Wishes()


def chosen(
    offered: Iterable[ChallengeText], wishes: Wishes, climbed: Collection[int], *, begun: Collection[int] = ()
) -> list[ChallengeText]:
    """The challenges that fit every wish, in the catalogue's order. ``begun`` are the steps with an open claim."""
    return [one for one in offered if _fits(one, wishes, climbed, begun)]


def _fits(one: ChallengeText, wishes: Wishes, climbed: Collection[int], begun: Collection[int]) -> bool:
    return (
        (wishes.mindset is None or one.mindset is wishes.mindset)
        and (not wishes.project or one.project.slug == wishes.project)
        and (wishes.minutes is None or one.minutes <= wishes.minutes)
        and (wishes.stage is None or _next_stage(one, climbed) is wishes.stage)
        and not (wishes.untried and any(step.id in climbed for step in one.steps))
        and (not wishes.begun or any(step.id in begun for step in one.steps))
        and (not wishes.words or matches(one, wishes.words))
    )


def _next_stage(one: ChallengeText, climbed: Collection[int]) -> Stage | None:
    return next((step.stage for step in one.steps if step.id not in climbed), None)
