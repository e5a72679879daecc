"""How near a person is to badges, and which badges one completion brought nearer.

Pure: a page can tell it at once, without waiting for the award to be written.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from badges.catalogue.published import BadgeCatalogue, PublishedBadge
from badges.rules.deeds import Deed
from badges.rules.verdicts import Verdict, evaluate_each


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one person is with one badge."""

    badge: PublishedBadge
    verdict: Verdict


def nearest(catalogue: BadgeCatalogue, deeds: Sequence[Deed], *, manager: bool) -> Progress | None:
    """Of the badges that are begun but not met, the one that lacks least; None if there is none.

    Among equals, the first by position.
    """
    begun = [
        one
        for one in _progress(catalogue, deeds, manager=manager)
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
    """The badges that this completion brought nearer: those it earned first, then by position.

    ``held``: slugs of badges that the person held before it, which are left out.
    """
    without_it = [deed for deed in deeds if deed.completion_id != completion_id]
    before = _progress(catalogue, without_it, manager=manager)
    after = _progress(catalogue, deeds, manager=manager)
    found = [
        now
        for then, now in zip(before, after, strict=True)
        if now.verdict.gap < then.verdict.gap and now.badge.slug not in held
    ]
    return sorted(found, key=lambda one: (not one.verdict.met, one.badge.position))


def _progress(catalogue: BadgeCatalogue, deeds: Sequence[Deed], *, manager: bool) -> list[Progress]:
    """With every badge that the person can be awarded, in position order."""
    badges = catalogue.offered(manager=manager)
    verdicts = evaluate_each([badge.terms.rule for badge in badges], deeds)
    return [Progress(badge, verdict) for badge, verdict in zip(badges, verdicts, strict=True)]
