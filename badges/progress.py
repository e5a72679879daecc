"""How near somebody is, and what one deed moved: pure, for pages that must not wait for the award to be written."""

from collections.abc import Sequence
from dataclasses import dataclass

from badges.book import BadgeBook, BadgeText
from badges.deeds import Deed
from badges.verdicts import Verdict, evaluate


@dataclass(frozen=True, slots=True)
class Progress:
    """One badge as one person stands to it."""

    badge: BadgeText
    verdict: Verdict


def nearest(book: BadgeBook, deeds: Sequence[Deed], *, manager: bool) -> Progress | None:
    """The badge that is begun and lacks least; the earlier on the page among equals. None when none is begun."""
    begun = [
        one
        for badge in book.offered(manager=manager)
        if (one := Progress(badge, evaluate(badge.terms.rule, deeds))) and one.verdict.have and not one.verdict.met
    ]
    return min(begun, key=lambda one: (one.verdict.gap, one.badge.position), default=None)


def moved(book: BadgeBook, deeds: Sequence[Deed], *, completion_id: int, manager: bool) -> list[Progress]:
    """The badges that this completion brought nearer, those it earned first."""
    before = [deed for deed in deeds if deed.completion_id != completion_id]
    found = []
    for badge in book.offered(manager=manager):
        was, verdict = evaluate(badge.terms.rule, before), evaluate(badge.terms.rule, deeds)
        if verdict.gap < was.gap:
            found.append(Progress(badge, verdict))
    return sorted(found, key=lambda one: (not one.verdict.met, one.badge.position))
