"""Findings about whom a campaign reaches, and who would review what they do."""

from collections.abc import Iterator
from datetime import date

from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.lint import codes
from challenges.campaigns.lint.days import period_of
from challenges.campaigns.lint.stairs import counted_steps
from challenges.campaigns.lint.values import (
    HALF_YEAR,
    USUAL_SHARE,
    Facts,
    Finding,
    error,
    warning,
)
from challenges.vocabulary import Check


def findings_of_people(definition: CampaignDefinition, facts: Facts) -> Iterator[Finding]:
    """What to mend or to think about in the audience."""
    unit_findings = list(_units(definition, facts))
    yield from unit_findings
    # A unit that is gone is the reason, and is named already.
    if facts.reached.is_empty_on_first_day and not unit_findings and not _is_new(definition, facts):
        yield error(codes.NOBODY_REACHED, "audience")
    if not facts.has_owner:
        yield warning(codes.OWNER_MISSING, "people")
    reviewed = sum(step.check is Check.MANAGER for _, step in counted_steps(definition, facts))
    if reviewed and facts.reached.people:
        yield from _reviewers(facts)
        if (period := period_of(definition)) and facts.reached.reviewers:
            yield from _reviews(reviewed, *period, facts)


def _is_new(definition: CampaignDefinition, facts: Facts) -> bool:
    """Whether it waits for people who take up a new post on a day to come. Nobody can count them
    before the list of that day is here."""
    since = definition.audience.new_since
    return since is not None and since > facts.today


def _units(definition: CampaignDefinition, facts: Facts) -> Iterator[Finding]:
    chosen = definition.audience.units
    if unknown := tuple(path for path in chosen if path not in facts.units):
        yield error(codes.UNIT_UNKNOWN, "units", units=unknown)
    known = [(path, facts.units[path]) for path in chosen if path in facts.units]
    empty = tuple(path for path, unit in known if not (unit.people_first or unit.people_last))
    if empty:
        yield error(codes.UNIT_EMPTY, "units", units=empty)
    ended = tuple(
        path for path, unit in known if bool(unit.people_first) is not bool(unit.people_last)
    )
    if ended:
        yield error(codes.UNIT_ENDED, "units", units=ended)


def _reviewers(facts: Facts) -> Iterator[Finding]:
    reached = facts.reached
    if reached.without_reviewer:
        yield warning(
            codes.NOBODY_REVIEWS,
            "audience",
            people=reached.without_reviewer,
            reached=reached.people,
            units=reached.units_without_reviewer,
        )


def _reviews(steps: int, first: date, last: date, facts: Facts) -> Iterator[Finding]:
    """Audience × expected share × manager-checked steps ÷ managers ÷ weeks, against the half year
    before."""
    reached, share = facts.reached, facts.earlier.share
    expected_share = USUAL_SHARE if share is None else share
    weeks = ((last - first).days + 1) / 7
    expected = reached.people * expected_share / 100 * steps / reached.reviewers / weeks
    before = reached.reviews / reached.reviewers / HALF_YEAR
    # Compared as they are shown, so that nobody reads "0.3, up from 0.3".
    if round(expected, 1) > round(before, 1):
        yield warning(
            codes.MANY_REVIEWS,
            "challenges",
            expected=round(expected, 1),
            before=round(before, 1),
            reached=reached.people,
            share=expected_share,
            is_estimate=share is None,
            steps=steps,
            managers=reached.reviewers,
            weeks=round(weeks, 1),
        )
