"""What the dashboard tells of one indicator: its value, the one before, the limits and the verdict.
Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.indicators.control_chart import ControlChart, Limits, Verdict, control_chart, verdict
from app.indicators.definitions import IndicatorDefinition
from app.indicators.series import MONTHS, Carried, Point, Series, State, months_later

ORDER = (
    Verdict.STUCK,
    Verdict.MOVED,
    Verdict.BETTER,
    Verdict.USUAL,
    Verdict.EARLY,
    Verdict.NONE,
)
"""What needs attention stands first."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something noted that changed what is measured, such as a campaign. The limits are drawn anew
    from there."""

    day: date
    ja: str
    en: str

    def text(self, language: str) -> str:
        """In that language."""
        return self.en if language == "en" else self.ja


@dataclass(frozen=True, slots=True)
class Reading:
    """One indicator of the prefecture or of a unit."""

    definition: IndicatorDefinition
    series: Series
    chart: ControlChart
    verdict: Verdict
    changes: Sequence[Change] = ()
    """Those that lie within the series."""

    @property
    def last(self) -> Point | None:
        """The newest known value."""
        return self.series.last

    @property
    def before(self) -> Point | None:
        """The period before the newest known one, whatever is known of it."""
        last = self.last
        step = MONTHS[self.definition.period]
        return self.series.at(months_later(last.period, -step)) if last else None

    @property
    def year_before(self) -> Point | None:
        """The same period of last year; over a reorganisation, of the units that this one carries
        on. None: nobody can tell."""
        if self.carried:
            return self.carried.point
        return self.series.at(months_later(self.last.period, -12)) if self.last else None

    @property
    def carried(self) -> Carried | None:
        """What the newest known value is compared with if a reorganisation lies between."""
        return self.series.carried.get(self.last.period) if self.last else None

    @property
    def limits(self) -> Limits | None:
        return self.chart.limits

    @property
    def is_hidden(self) -> bool:
        """Whether nothing but hidden values is there."""
        states = {one.state for one in self.series.points}
        return State.HIDDEN in states and State.KNOWN not in states


def reading(
    definition: IndicatorDefinition, found: Series, changes: Sequence[Change] = ()
) -> Reading:
    """The indicator as its values tell it."""
    placed = {found.place_of(one.day): one for one in changes}
    inside = {place: one for place, one in placed.items() if place}
    chart = control_chart(found.values, changes=inside.keys(), versions=found.versions)
    return Reading(
        definition=definition,
        series=found,
        chart=chart,
        verdict=verdict(chart, found.values, definition.direction),
        changes=tuple(inside.values()),
    )
