"""Findings about the goal: none, or one far above what such months brought."""

from collections.abc import Iterator

from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.lint import codes
from challenges.campaigns.lint.values import Facts, Finding, error, warning
from challenges.vocabulary import GoalKind

FAR = 2
"""A goal over this many times what was brought before is far above it."""


def findings_of_goal(definition: CampaignDefinition, facts: Facts) -> Iterator[Finding]:
    """What to mend or to think about in the goal."""
    goal = definition.goal
    if goal.target == 0:
        yield error(codes.GOAL_MISSING, "goal")
    elif goal.kind is GoalKind.SHARE:
        yield from _far(codes.GOAL_SHARE_ABOVE, goal.target, facts.earlier.share)
    elif facts.earlier.steps is not None:
        yield from _far(codes.GOAL_ABOVE_LAST_YEAR, goal.target, facts.earlier.steps)
    else:
        yield from _far(codes.GOAL_ABOVE_MONTHS, goal.target, _of_months(facts))


def _of_months(facts: Facts) -> float:
    """Steps a person took on the same days of last year, by the people reached now."""
    earlier = facts.earlier
    if not earlier.month_people:
        return 0
    return earlier.month_steps / earlier.month_people * facts.reached.people


def _far(code: str, target: int, brought: float | None) -> Iterator[Finding]:
    # Where nothing was brought, nothing can be compared.
    if brought and target > FAR * brought:
        times = round(target / brought, 1)
        yield warning(
            code, "goal", target=target, brought=max(1, round(brought)), times=times, far=FAR
        )
