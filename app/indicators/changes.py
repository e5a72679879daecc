"""Noted changes: days from which an indicator is not to be compared with before, and why."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from app.indicators.readings import Change
from app.indicators.statement_models import StatementKind
from app.indicators.statements import Said


def noted_changes(said: Iterable[Said]) -> Mapping[str, Sequence[Change]]:
    """The changes among what the office says, but for dropped ones: by the slug of the indicator,
    in the order of the days."""
    found: dict[str, list[Change]] = defaultdict(list)
    for one in said:
        if one.kind is StatementKind.CHANGE and not one.content["dropped"]:
            day = date.fromisoformat(one.content["day"])
            found[one.subject].append(Change(day, one.content["ja"], one.content["en"]))
    return {slug: sorted(changes, key=lambda one: one.day) for slug, changes in found.items()}
