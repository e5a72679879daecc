"""How near somebody is, and what one deed moved: pure, for pages that must not wait for the award
to be written."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from badges.catalogue.published import BadgeCatalogue, PublishedBadge
from badges.rules.deeds import Deed
from badges.rules.verdicts import Verdict, evaluate_each


@dataclass(frozen=True, slots=True)
class Progress:
    """One badge as one person stands to it."""

    badge: PublishedBadge
    verdict: Verdict


def nearest(catalogue: BadgeCatalogue, deeds: Sequence[Deed], *, manager: bool) -> Progress | None:
    """The badge that is begun and lacks least; the earlier on the page among equals. None when none
    is begun."""
    begun = [
        one
        for one in _standing(catalogue, deeds, manager=manager)
        if one.verdict.have and not one.verdict.met
    ]
    return min(begun, key=lambda one: (one.verdict.gap, one.badge.position), default=None)


def moved(
    catalogue: BadgeCatalogue,
    deeds: Sequence[Deed],
    *,
    completion_id: int,
    manager: bool,
    held: Collection[str] = (),
) -> list[Progress]:
    """The badges that this completion brought nearer, those it earned first; not what was ``held``
    before it."""
    before = [deed for deed in deeds if deed.completion_id != completion_id]
    gaps = [one.verdict.gap for one in _standing(catalogue, before, manager=manager)]
    now = _standing(catalogue, deeds, manager=manager)
    found = [
        one
        for one, gap in zip(now, gaps, strict=True)
        if one.verdict.gap < gap and one.badge.slug not in held
    ]
    return sorted(found, key=lambda one: (not one.verdict.met, one.badge.position))


def _standing(catalogue: BadgeCatalogue, deeds: Sequence[Deed], *, manager: bool) -> list[Progress]:
    badges = catalogue.offered(manager=manager)
    verdicts = evaluate_each([badge.terms.rule for badge in badges], deeds)
    return [Progress(badge, verdict) for badge, verdict in zip(badges, verdicts, strict=True)]
