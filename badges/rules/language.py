"""The language of badge rules: ``at_least``, ``all`` and ``any``, parsed from data into a tree.

Every rule is monotone: another deed or another endorsement never turns a met rule into an unmet
one. That is why the language has no "not", and why it always counts *different* challenges, steps,
mindsets, projects, days or people: repeating the same thing neither helps nor harms.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from badges.rules.deeds import MINDSETS, STAGES, AnyDeed, CheerDeed, Deed

Place = tuple[str | int, ...]

MOST = 1000
"""The largest number that a rule can ask for."""


class RuleWrong(ValueError):
    """The data is not a valid rule: one sentence, and the place inside the data."""

    def __init__(self, sentence: str, place: Place) -> None:
        self.sentence = sentence
        self.place = place
        super().__init__(f"{'.'.join(map(str, place)) or 'rule'}: {sentence}")


class Of(StrEnum):
    """What a rule counts. The same one twice counts once."""

    CHALLENGE = "challenge"
    STEP = "step"
    MINDSET = "mindset"
    PROJECT = "project"
    DAY = "day"
    RECEIVER = "receiver"
    """People whom one cheered. All others are about steps that one climbed."""

    def key(self, deed: AnyDeed) -> Hashable:
        """Two deeds with the same key count once."""
        if self is Of.STEP and isinstance(deed, Deed):
            return deed.challenge, deed.step_number
        return getattr(deed, self.value)  # type: ignore[no-any-return]  # str, date or int


@dataclass(frozen=True, slots=True)
class Matching:
    """Which deeds count: those that meet every condition. An empty set sets no condition."""

    mindset: frozenset[str] = frozenset()
    project: frozenset[str] = frozenset()
    challenge: frozenset[str] = frozenset()
    besides: frozenset[str] = frozenset()
    """Challenges that do not count here, usually because another part of the rule counts them."""
    stage: frozenset[str] = frozenset()
    endorsed: bool = False
    """True: only deeds that a manager endorsed."""
    in_campaign: bool = False
    """True: only deeds that count in a campaign."""
    team_light: bool = False
    """True: only those of campaigns in which the light of the unit is lit."""
    other_unit: bool = False
    """True: only people who worked in another unit when they were cheered."""

    def accepts(self, deed: AnyDeed) -> bool:
        """Whether the deed meets every condition that there is for its kind."""
        if isinstance(deed, CheerDeed):
            return deed.other_unit or not self.other_unit
        return (
            (not self.mindset or deed.mindset in self.mindset)
            and (not self.project or deed.project in self.project)
            and (not self.challenge or deed.challenge in self.challenge)
            and deed.challenge not in self.besides
            and (not self.stage or deed.stage in self.stage)
            and (not self.endorsed or deed.endorsed)
            and (not self.in_campaign or deed.in_campaign)
            and (not self.team_light or deed.team_light)
        )


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least ``n`` different ``of`` among the matching deeds."""

    n: int
    of: Of
    matching: Matching = Matching()

    def counts(self, deed: AnyDeed) -> bool:
        """Whether the deed is of the kind that is counted, and meets every condition."""
        is_its_kind = isinstance(deed, CheerDeed) is (self.of is Of.RECEIVER)
        return is_its_kind and self.matching.accepts(deed)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part is met."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part is met."""

    parts: tuple["Rule", ...]


Rule = AtLeast | AllOf | AnyOf

_ONLY_TRUE = {
    "endorsed": "nobody loses a badge by being endorsed",
    "in_campaign": "nobody loses a badge by taking part",
    "team_light": "nobody loses a badge by the light of a team",
    "other_unit": "nobody loses a badge by cheering somebody of another unit",
}
"""Conditions that a deed meets or not, and why a rule cannot ask that it does not."""


def parse(data: Any, place: Place = ()) -> Rule:
    """The rule that the data describes. Raises RuleWrong for the first mistake in it."""
    words = {"at_least", "all", "any"}
    if not isinstance(data, dict) or len(data) != 1 or next(iter(data)) not in words:
        raise RuleWrong("a rule is exactly one of at_least, all, any", place)
    [(word, body)] = data.items()
    if word == "at_least":
        return _at_least(body, (*place, word))
    if not isinstance(body, list) or len(body) < 2:
        raise RuleWrong(f"{word} takes a list of at least two rules", (*place, word))
    parts = tuple(parse(part, (*place, word, index)) for index, part in enumerate(body))
    return AllOf(parts) if word == "all" else AnyOf(parts)


def leaves(rule: Rule) -> Iterator[tuple[AtLeast, Place]]:
    """Every ``at_least`` of the tree, with its place in the data that it was parsed from."""
    if isinstance(rule, AtLeast):
        yield rule, ("at_least",)
        return
    word = "all" if isinstance(rule, AllOf) else "any"
    for index, part in enumerate(rule.parts):
        for leaf, place in leaves(part):
            yield leaf, (word, index, *place)


def counts_cheers(rule: Rule) -> bool:
    """Whether the rule counts people whom one cheered, at least in a part of it."""
    return any(leaf.of is Of.RECEIVER for leaf, _place in leaves(rule))


def _at_least(body: Any, place: Place) -> AtLeast:
    _only_keys(body, {"n", "of", "matching"}, place)
    n, of = body.get("n"), body.get("of")
    # In Python, True is an int as well.
    if not isinstance(n, int) or isinstance(n, bool) or not 1 <= n <= MOST:
        raise RuleWrong(f"n must be a whole number from 1 to {MOST}, not {n!r}", (*place, "n"))
    # In a list, because what stands in a file may be unhashable.
    if of not in list(Of):
        raise RuleWrong(f"of must be one of {', '.join(Of)}, not {of!r}", (*place, "of"))
    return AtLeast(n, Of(of), _matching(body.get("matching", {}), Of(of), (*place, "matching")))


_OF_CHEERS = {"other_unit"}
_OF_STEPS = {"mindset", "project", "challenge", "besides", "stage", *_ONLY_TRUE} - _OF_CHEERS


def _matching(body: Any, of: Of, place: Place) -> Matching:
    _only_keys(body, _OF_CHEERS if of is Of.RECEIVER else _OF_STEPS, place)
    for key, reason in _ONLY_TRUE.items():
        if body.get(key, True) is not True:
            raise RuleWrong(f"{key} can only be true: {reason}", (*place, key))
    return Matching(
        mindset=_texts(body, "mindset", place, known=MINDSETS),
        project=_texts(body, "project", place),
        challenge=_texts(body, "challenge", place),
        besides=_texts(body, "besides", place),
        stage=_texts(body, "stage", place, known=STAGES),
        **{key: key in body for key in _ONLY_TRUE},
    )


def _texts(
    body: dict[str, Any], key: str, place: Place, *, known: tuple[str, ...] = ()
) -> frozenset[str]:
    if key not in body:
        return frozenset()
    texts, here = body[key], (*place, key)
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        raise RuleWrong(f"{key} takes a list of at least one word", here)
    for index, text in enumerate(texts):
        if known and text not in known:
            raise RuleWrong(f"{text!r} is none of {', '.join(known)}", (*here, index))
    return frozenset(texts)


def _only_keys(body: Any, known: set[str], place: Place) -> None:
    if not isinstance(body, dict):
        raise RuleWrong(f"takes the keys {', '.join(sorted(known))}", place)
    for key in body:
        if key not in known:
            raise RuleWrong(
                f"{key!r} is not known here; known are {', '.join(sorted(known))}", (*place, key)
            )
