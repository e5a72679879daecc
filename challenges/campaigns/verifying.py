"""Compares what is stored of campaigns with the history, for `history verify`.

Nothing is mended here. Each difference is a sentence for the operator.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.campaigns.counting import Counted, Part
from challenges.campaigns.models import (
    CampaignCount,
    CampaignPart,
    CampaignStep,
    CampaignTotal,
    CampaignUnit,
    CampaignVersion,
)
from challenges.campaigns.team_lights import lights_missing
from challenges.people.models import Membership, Unit
from challenges.submissions.models import Completion
from challenges.vocabulary import MembershipKind

_BATCH = 10_000
"""Rows in memory at a time."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """A version, its steps, and its units with all units below them."""

    version: Any
    steps: frozenset[int]
    units: frozenset[int]

    def holds(self, main: Any) -> bool:
        """Whether its audience holds whoever has this main appointment."""
        one = self.version
        return (
            one.everyone
            or (one.managers and main.kind is MembershipKind.MANAGER)
            or (one.new_since is not None and main.valid_from >= one.new_since)
            or main.unit_id in self.units
        )


def from_scratch(session: Session) -> set[Counted]:
    """What counts in all campaigns, as the history says. Slow: looks at every standing
    completion."""
    rules, appointments = _rules_by_step(session), _main_appointments(session)
    found = set()
    standing = select(
        Completion.id,
        Completion.person_id,
        Completion.step_id,
        Completion.unit_id,
        Completion.happened_at,
        Completion.recorded_at,
    ).where(Completion.voided_at.is_(None))
    for row in session.execute(standing).yield_per(_BATCH):
        day = day_of(row.happened_at)
        main = _on(appointments.get(row.person_id, []), day)
        for one in rules.get(row.step_id, ()):
            if main is not None and _counts(row, day, main, one):
                campaign_id = one.version.campaign_id
                found.add(Counted(campaign_id, row.id, row.person_id, row.unit_id, day))
    return found


def differences(
    session: Session, *, pending: Collection[int], recounting: Collection[int] = ()
) -> list[str]:
    """One sentence for each count, part, total or light that is not what it follows from.

    Left out are the counts of the ``pending`` people and those of campaigns that ``recounting``
    names, which need not be up to date yet. Parts and totals change together with the counts, so
    they are always compared.
    """
    stored = _stored(session)
    return [
        *_counts_that_disagree(session, stored, set(pending), set(recounting)),
        *_parts_that_disagree(session, stored),
        *_totals_that_disagree(session, stored),
        *lights_missing(session),
    ]


def rows_checked(session: Session) -> dict[str, int]:
    """How many rows there were to look at."""
    counts = session.scalars(select(func.count()).select_from(CampaignCount)).one()
    return {"steps in campaigns": counts}


def _counts(completion: Any, day: date, main: Any, rules: _Rules) -> bool:
    version = rules.version
    return (
        version.starts_on <= day <= version.ends_on
        and (version.replaced_at is None or completion.recorded_at < version.replaced_at)
        and rules.holds(main)
    )


def _rules_by_step(session: Session) -> dict[int, list[_Rules]]:
    found = defaultdict[int, list[_Rules]](list)
    for rules in _all_rules(session):
        for step_id in rules.steps:
            found[step_id].append(rules)
    return found


def _all_rules(session: Session) -> list[_Rules]:
    steps, units = defaultdict[int, set[int]](set), defaultdict[int, set[int]](set)
    for row in session.execute(select(CampaignStep.version_id, CampaignStep.step_id)):
        steps[row.version_id].add(row.step_id)
    below = _units_below(session)
    for named in session.execute(select(CampaignUnit.version_id, CampaignUnit.unit_id)):
        units[named.version_id] |= below[named.unit_id]
    return [
        _Rules(one, frozenset(steps[one.id]), frozenset(units[one.id]))
        for one in session.scalars(select(CampaignVersion).order_by(CampaignVersion.id))
    ]


def _units_below(session: Session) -> dict[int, set[int]]:
    """Each unit with all units below it, by the ids of the units above."""
    above = {row.id: row.parent_id for row in session.execute(select(Unit.id, Unit.parent_id))}
    below: dict[int, set[int]] = {unit_id: set() for unit_id in above}
    for unit_id in above:
        at: int | None = unit_id
        while at is not None:
            below[at].add(unit_id)
            at = above[at]
    return below


def _main_appointments(session: Session) -> dict[int, list[Any]]:
    found = defaultdict[int, list[Any]](list)
    for row in session.execute(
        select(
            Membership.person_id,
            Membership.unit_id,
            Membership.kind,
            Membership.valid_from,
            Membership.valid_to,
        ).where(Membership.is_primary)
    ):
        found[row.person_id].append(row)
    return found


def _on(appointments: list[Any], day: date) -> Any:
    return next(
        (
            one
            for one in appointments
            if one.valid_from <= day and (one.valid_to is None or one.valid_to >= day)
        ),
        None,
    )


def _stored(session: Session) -> set[Counted]:
    rows = session.execute(
        select(
            CampaignCount.campaign_id,
            CampaignCount.completion_id,
            CampaignCount.person_id,
            CampaignCount.unit_id,
            CampaignCount.day,
        )
    )
    return {Counted(*row) for row in rows}


def _counts_that_disagree(
    session: Session, stored: set[Counted], pending: set[int], recounting: set[int]
) -> Iterator[str]:
    true = from_scratch(session)
    for one in sorted(true ^ stored, key=lambda one: (one.campaign_id, one.completion_id)):
        if one.person_id not in pending and one.campaign_id not in recounting:
            what = "counts, and is not stored" if one in true else "is stored, and does not count"
            yield f"campaign {one.campaign_id}: completion {one.completion_id} {what}"


def _parts_that_disagree(session: Session, stored: set[Counted]) -> Iterator[str]:
    rows = session.execute(
        select(CampaignPart.campaign_id, CampaignPart.person_id, CampaignPart.steps)
    )
    told = Counter[Part]({(row.campaign_id, row.person_id): row.steps for row in rows})
    true = Counter((one.campaign_id, one.person_id) for one in stored)
    for part in sorted(told.keys() | true.keys()):
        if told[part] != true[part]:
            yield (
                f"campaign {part[0]}, person {part[1]}: stored {told[part]} steps, "
                f"the counts say {true[part]}"
            )


def _totals_that_disagree(session: Session, stored: set[Counted]) -> Iterator[str]:
    steps = Counter(one.campaign_id for one in stored)
    people = Counter(campaign_id for campaign_id, _ in {(one[0], one[2]) for one in stored})
    for row in session.scalars(select(CampaignTotal).order_by(CampaignTotal.campaign_id)):
        true = steps.pop(row.campaign_id, 0), people[row.campaign_id]
        if (row.steps, row.people) != true:
            yield (
                f"campaign {row.campaign_id}: stored {row.steps} steps of {row.people} people, "
                f"the counts say {true[0]} of {true[1]}"
            )
    for campaign_id in sorted(steps):
        yield f"campaign {campaign_id}: {steps[campaign_id]} steps count, and no total is stored"
