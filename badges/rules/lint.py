"""Finds rules that nobody can meet: evaluates them for a person who climbed every step."""

from datetime import UTC, datetime, timedelta

from badges.rules.deeds import AnyDeed, CheerDeed, Deed
from badges.rules.language import MOST, Of, Rule, RuleWrong, leaves
from badges.rules.verdicts import evaluate
from challenges.calendar import day_of
from challenges.catalogue.definitions import CatalogueDefinition, ChallengeDefinition
from challenges.vocabulary import Audience

_BEGIN = datetime(2024, 4, 1, 3, tzinfo=UTC)


def problem_of(
    rule: Rule, challenges: CatalogueDefinition, *, audience: Audience
) -> RuleWrong | None:
    """Why the rule is a mistake: it names what does not exist, or its audience can never meet it.

    None for a sound rule.
    """
    return _unknown_name(rule, challenges) or _out_of_reach(rule, challenges, audience=audience)


def every_deed(challenges: CatalogueDefinition, *, audience: Audience) -> list[AnyDeed]:
    """The deeds of a person who climbed every step open to them: one a day, each endorsed, and in a
    campaign with the light of the team; and who cheered more people than a rule can ask for."""
    open_to_them = [
        one for one in challenges.challenges if audience is Audience.MANAGERS or _is_for_all(one)
    ]
    steps = [(one, number) for one in open_to_them for number in range(1, len(one.steps) + 1)]
    climbed = [_deed(count, one, number) for count, (one, number) in enumerate(steps, start=1)]
    cheered = [_cheer(count) for count in range(1, MOST + 1)]
    return [*climbed, *cheered]


def _is_for_all(challenge: ChallengeDefinition) -> bool:
    return challenge.audience is Audience.EVERYONE


def _deed(count: int, challenge: ChallengeDefinition, number: int) -> Deed:
    at = _BEGIN + timedelta(days=count)
    return Deed(
        completion_id=count,
        challenge=challenge.slug,
        step_number=number,
        mindset=challenge.mindset,
        project=challenge.project,
        stage=challenge.steps[number - 1].stage,
        happened_at=at,
        day=day_of(at),
        endorsed=True,
        in_campaign=True,
        team_light=True,
    )


def _cheer(count: int) -> CheerDeed:
    return CheerDeed(
        completion_id=-count,
        receiver=count,
        other_unit=True,
        happened_at=_BEGIN + timedelta(days=count),
    )


def _unknown_name(rule: Rule, challenges: CatalogueDefinition) -> RuleWrong | None:
    slugs = {challenge.slug for challenge in challenges.challenges}
    known = {
        "project": {project.slug for project in challenges.projects},
        "challenge": slugs,
        "besides": slugs,
    }
    for leaf, place in leaves(rule):
        for key, names in known.items():
            for name in sorted(getattr(leaf.matching, key) - names):
                kind = "project" if key == "project" else "challenge"
                return RuleWrong(f"there is no {kind} {name!r}", (*place, "matching", key))
    return None


def _out_of_reach(
    rule: Rule, challenges: CatalogueDefinition, *, audience: Audience
) -> RuleWrong | None:
    deeds = every_deed(challenges, audience=audience)
    if evaluate(rule, deeds).met:
        return None
    for leaf, place in leaves(rule):
        most = evaluate(leaf, deeds)
        # Anybody can reach any number of days in time. That `every_deed` has one step a day says
        # nothing about them.
        if not most.met and leaf.of is not Of.DAY:
            reachable = f"only {most.have} of these {leaf.of}s can be reached"
            return RuleWrong(f"{reachable}, and the rule wants {leaf.n}", (*place, "n"))
    return None
