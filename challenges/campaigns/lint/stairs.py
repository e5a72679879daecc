"""Findings about which challenges a campaign chose: whether its audience can climb them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from challenges.campaigns.definitions import CampaignDefinition, ChosenChallenge
from challenges.campaigns.lint import codes
from challenges.campaigns.lint.days import period_of, working_days
from challenges.campaigns.lint.values import (
    Facts,
    Finding,
    KnownChallenge,
    KnownStep,
    error,
    warning,
)
from challenges.vocabulary import Check, Need

QUICKEST = 10
"""Minutes that a badge should take at the least."""

Chosen = tuple[ChosenChallenge, KnownChallenge]


def findings_of_stairs(definition: CampaignDefinition, facts: Facts) -> Iterator[Finding]:
    """What to mend or to think about in the challenges."""
    if not definition.challenges:
        yield error(codes.CHALLENGE_MISSING, "challenges")
    unknown = [one.slug for one in definition.challenges if one.slug not in facts.challenges]
    if unknown:
        yield error(codes.CHALLENGE_UNKNOWN, "challenges", challenges=tuple(unknown))
    chosen = _known(definition, facts)
    is_open = _is_open_by(definition.last_day)
    yield from _not_open(chosen, definition)
    left = [one for one in chosen if is_open(one[1])]
    yield from _steps(left, facts)
    yield from _habits(left, definition, facts)
    yield from _ways_in(left)


def counted_steps(
    definition: CampaignDefinition, facts: Facts
) -> Iterator[tuple[KnownChallenge, KnownStep]]:
    """The steps that count and can be climbed in the period, each with its challenge."""
    is_open = _is_open_by(definition.last_day)
    for one, known in _known(definition, facts):
        if is_open(known):
            yield from ((known, step) for step in known.steps if one.counts(step.number))


def _known(definition: CampaignDefinition, facts: Facts) -> list[Chosen]:
    return [
        (one, facts.challenges[one.slug])
        for one in definition.challenges
        if one.slug in facts.challenges
    ]


def _is_open_by(last_day: date | None) -> Callable[[KnownChallenge], bool]:
    def is_open(known: KnownChallenge) -> bool:
        return not known.is_retired and not _begins_after(known, last_day)

    return is_open


def _begins_after(known: KnownChallenge, day: date | None) -> bool:
    return known.begins is not None and day is not None and known.begins > day


def _not_open(chosen: list[Chosen], definition: CampaignDefinition) -> Iterator[Finding]:
    every = [known for _, known in chosen]
    is_open = _is_open_by(definition.last_day)
    if every and not any(map(is_open, every)):
        yield error(codes.NOTHING_OPEN, "challenges", **_named(every))
        return
    if retired := [one for one in every if one.is_retired]:
        yield error(codes.CHALLENGE_RETIRED, "challenges", **_named(retired))
    alive = [one for one in every if not one.is_retired]
    if to_come := [one for one in alive if _begins_after(one, definition.last_day)]:
        yield error(codes.PROJECT_NOT_BEGUN, "challenges", **_beginning(to_come))
    begun_by_then = [one for one in alive if one not in to_come]
    if later := [one for one in begun_by_then if _begins_after(one, definition.first_day)]:
        yield warning(codes.PROJECT_BEGINS_LATER, "challenges", **_beginning(later))


def _steps(chosen: list[Chosen], facts: Facts) -> Iterator[Finding]:
    """Steps that nobody of the audience can climb."""
    for_managers = [known for _, known in chosen if known.is_for_managers]
    if for_managers and facts.reached.people and not facts.reached.managers:
        yield error(codes.MANAGERS_ONLY, "challenges", **_named(for_managers))
    for one, known in chosen:
        numbers = {step.number for step in known.steps}
        if wrong := sorted(set(one.steps) - numbers):
            yield error(
                codes.STEP_UNKNOWN,
                "challenges",
                **_named([known]),
                steps="・".join(map(str, wrong)),
                most=max(numbers, default=0),
            )
    if unmarked := [known for one, known in chosen if _asks_in_vain(one, known)]:
        yield error(codes.QUIZ_WITHOUT_KEY, "challenges", **_named(unmarked))


def _asks_in_vain(one: ChosenChallenge, known: KnownChallenge) -> bool:
    """Whether a quiz without a key lies on the way to a step that counts."""
    return not known.has_key and any(step.check is Check.QUIZ for step in _way_up(one, known))


def _way_up(one: ChosenChallenge, known: KnownChallenge) -> list[KnownStep]:
    """The steps up to the lowest that counts, which whoever is new has to climb first."""
    counted = [step.number for step in known.steps if one.counts(step.number)]
    return [step for step in known.steps if counted and step.number <= min(counted)]


def _habits(
    chosen: list[Chosen], definition: CampaignDefinition, facts: Facts
) -> Iterator[Finding]:
    if not (period := period_of(definition)):
        return
    first, last = period
    working = working_days(first, last)
    left = working_days(max(first, facts.today), last) if facts.today <= last else 0
    habits = [
        (known, step)
        for one, known in chosen
        for step in known.steps
        if one.counts(step.number) and step.days > 1
    ]
    if too_long := [one for one in habits if one[1].days > working]:
        days = max(step.days for _, step in too_long)
        found = _named(known for known, _ in too_long)
        yield error(codes.HABIT_TOO_LONG, "challenges", **found, days=days, working=working)
    tight = [one for one in habits if one not in too_long and _days_of_way(*one) > left]
    # What is over, or nearly, is no longer mended.
    if tight and facts.today <= last:
        days = max(_days_of_way(*one) for one in tight)
        found = _named(known for known, _ in tight)
        yield warning(codes.HABIT_TIGHT, "challenges", **found, days=days, left=left)


def _days_of_way(known: KnownChallenge, habit: KnownStep) -> int:
    """Days up to and with the habit. It may begin on the day on which the step below ends."""
    below = (step.takes_days - 1 for step in known.steps if step.number < habit.number)
    return sum(below) + habit.days


def _ways_in(chosen: list[Chosen]) -> Iterator[Finding]:
    """Whether somebody without tools finds something, and how fast the badge is."""
    if chosen and all(known.needs for _, known in chosen):
        needs = [known.needs for _, known in chosen]
        yield warning(
            codes.NOTHING_WITHOUT_TOOLS,
            "challenges",
            count=len(chosen),
            pc=sum(Need.PC in one for one in needs),
            slack=sum(Need.SLACK in one for one in needs),
        )
    ways = [(_minutes(_way_up(one, known), known), known) for one, known in chosen]
    quick = [(minutes, known) for minutes, known in ways if 0 < minutes < QUICKEST]
    if quick:
        minutes, known = min(quick, key=lambda way: way[0])
        yield warning(
            codes.QUICK_BADGE, "challenges", **_named([known]), minutes=minutes, least=QUICKEST
        )


def _minutes(way: list[KnownStep], known: KnownChallenge) -> int:
    """Minutes of the way, each of its days counted as the first step; 0 if it has no step."""
    return sum(known.minutes * step.takes_days for step in way)


def _named(challenges: Iterable[KnownChallenge]) -> Mapping[str, Any]:
    # A challenge with two habits is named once.
    titles = {one.title["ja"]: one.title for one in challenges}
    return {"challenges": tuple(titles.values())}


def _beginning(challenges: list[KnownChallenge]) -> Mapping[str, Any]:
    days = [one.begins for one in challenges if one.begins is not None]
    return {**_named(challenges), "day": max(days)}
