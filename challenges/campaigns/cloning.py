"""Last year's campaign as the draft of this year's.

Days move to the same weekdays of the fiscal year that follows (the first Wednesday of July stays
the first Wednesday of July) and around days on which the prefecture is closed.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.calendar import (
    fiscal_year_start,
    is_working_day,
    working_days_after,
    working_days_before,
)
from challenges.campaigns.definitions import CampaignDefinition, CampaignWording
from challenges.languages import LANGUAGES
from challenges.people.models import Membership, Unit
from challenges.people.org_chart import holds_on
from challenges.people.units import known_units, names_in, path_of, unit_key

LONGEST_SLUG = 64
_YEAR = re.compile(r"-20\d\d$")


def clone(
    definition: CampaignDefinition, *, slug: str, today: date, lessons: str = ""
) -> CampaignDefinition:
    """The same campaign in the first fiscal year after its own in which it has not begun yet.

    ``lessons`` are what its report says to do differently. Links to itself lead to the clone. Pure.
    """
    moved = in_year(definition, _next_year(definition, today=today))
    texts = {
        language: _pointing_at(slug, definition.slug, getattr(definition, language))
        for language in LANGUAGES
    }
    return moved.model_copy(update={"slug": slug, "lessons": lessons, **texts})


def in_year(definition: CampaignDefinition, years: int) -> CampaignDefinition:
    """The same campaign so many years later, on the same weekdays, around closures."""
    first, last = definition.first_day, definition.last_day
    new_first = first and _open_day(same_weekday(first, years), working_days_after)
    new_last = last and _open_day(same_weekday(last, years), working_days_before)
    if new_first and new_last:
        new_last = max(new_first, new_last)
    since = definition.audience.new_since
    audience = definition.audience.model_copy(
        # People change posts on a date, the first of April, not on a weekday.
        update={"new_since": since and _same_date(since, years)}
    )
    return definition.model_copy(
        update={"first_day": new_first, "last_day": new_last, "audience": audience}
    )


def same_weekday(day: date, years: int) -> date:
    """So many years later, the same weekday of the same month: the third Monday, say.

    A fifth one that the month lacks is the last.
    """
    year = day.year + years
    first_of_month = date(year, day.month, 1)
    to_weekday = (day.weekday() - first_of_month.weekday()) % 7
    number = 1 + to_weekday + 7 * ((day.day - 1) // 7)
    longest = monthrange(year, day.month)[1]
    return first_of_month.replace(day=number if number <= longest else number - 7)


def next_slug(slug: str, first_day: date | None, *, today: date) -> str:
    """The slug with the fiscal year of the first day, in place of an earlier one."""
    year = str(fiscal_year_start(first_day or today).year)
    return f"{_YEAR.sub('', slug)[: LONGEST_SLUG - 5].rstrip('-')}-{year}"


def _next_year(definition: CampaignDefinition, *, today: date) -> int:
    """In how many years it begins after today, at least one."""
    years = 1
    while (first := in_year(definition, years).first_day) and first <= today:
        years += 1
    return years


def _open_day(day: date, nearest: Callable[[date, int], date]) -> date:
    return day if is_working_day(day) else nearest(day, 1)


def _same_date(day: date, years: int) -> date:
    longest = monthrange(day.year + years, day.month)[1]
    return day.replace(year=day.year + years, day=min(day.day, longest))


def _pointing_at(slug: str, old: str, wording: CampaignWording) -> CampaignWording:
    own = re.compile(rf"(/campaigns/){re.escape(old)}(?![a-z0-9-])")
    return CampaignWording(
        **{name: own.sub(rf"\g<1>{slug}", text) for name, text in wording.model_dump().items()}
    )


@dataclass(frozen=True, slots=True)
class Mended:
    """A definition whose units are those of the organisation as it is."""

    definition: CampaignDefinition
    renamed: Mapping[str, str]
    """What a path was, and what it is now."""
    missing: tuple[str, ...]
    """Paths that lead nowhere. They stay in the definition, and the lint names them."""


def mend_units(session: Session, definition: CampaignDefinition, *, on: date) -> Mended:
    """Let each path lead to a unit in which people work on that day.

    A unit that was moved or typed otherwise is found by its key; one that was put below another
    unit, by its name, if only one unit has that name. Three statements.
    """
    alive = _with_people(session, on)
    known = {key: unit.path for key, unit in known_units(session).items()}
    by_name: dict[str, set[str]] = {}
    for path in alive:
        by_name.setdefault(unit_key(names_in(path)[-1]), set()).add(path)
    renamed, missing, paths = {}, [], []
    for path in definition.audience.units:
        found = _successor(path, known, alive, by_name)
        if found is None:
            missing.append(path)
        elif found != path:
            renamed[path] = found
        paths.append(found or path)
    audience = definition.audience.model_copy(update={"units": tuple(dict.fromkeys(paths))})
    mended = definition.model_copy(update={"audience": audience})
    return Mended(mended, renamed, tuple(missing))


def _successor(
    path: str, known: Mapping[str, str], alive: set[str], by_name: Mapping[str, set[str]]
) -> str | None:
    same = known.get(unit_key(path))
    if same in alive:
        return same
    alike = by_name.get(unit_key(names_in(path)[-1]), set())
    return next(iter(alike)) if len(alike) == 1 else None


def _with_people(session: Session, on: date) -> set[str]:
    """The paths of units in which, or below which, people work on that day."""
    paths = session.scalars(
        select(Unit.path).join(Membership, Membership.unit_id == Unit.id).where(holds_on(on))
    )
    named = (names_in(path) for path in set(paths))
    return {path_of(names[: n + 1]) for names in named for n in range(len(names))}
