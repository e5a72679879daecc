"""Draws the control chart of an indicator as SVG, wide and narrow, from plain values.

Letters never shrink below 12 pixels, because each size is drawn for itself. Colours come from the
classes alone (static/css/pages/dashboard.css), so that dark and paper need no second drawing; what
a mark means is told by its form. The wide drawing holds the name and the description that both are
read aloud by.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from app.axes import pieces, ticks
from app.indicators import chart_words as words
from app.indicators.chart_told import described, told_limits, window
from app.indicators.control_chart import Rule, Segment
from app.indicators.readings import Reading
from app.indicators.series import State

EDITION = 1
"""Grows when the drawing changes: stored charts of an earlier edition are drawn anew."""
LEFT, TOP, BOTTOM, EDGE = 42, 22, 28, 16
"""Room for the numbers at the left, above, for the months below, and at the right, in pixels."""
NOTE_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Drawing:
    """The same chart twice, as markup."""

    wide: str
    narrow: str


def draw(reading: Reading, language: str) -> Drawing:
    """The chart of the newest ``SHOWN`` periods in that language."""
    return Drawing(
        "".join(_Sheet(reading, language, 520, 190).svg()),
        "".join(_Sheet(reading, language, 318, 176).svg()),
    )


class _Sheet:
    """One drawing under way. Places are those of the series."""

    def __init__(self, reading: Reading, language: str, width: int, height: int) -> None:
        self.reading, self.language = reading, language
        self.width, self.height = width, height
        self.is_narrow = width < 400
        self.window = window(reading)
        self.right, self.bottom = width - EDGE, height - BOTTOM
        self.ticks = ticks(*_extent(reading, self.window)) if self.window else [0.0, 1.0]

    def svg(self) -> Iterator[str]:
        """The parts of the drawing, from the ground up."""
        slug, size = self.reading.definition.slug, "narrow" if self.is_narrow else "wide"
        yield (
            f'<svg class="chart control is-{size}" viewBox="0 0 {self.width} {self.height}" '
            f'role="img" aria-labelledby="{slug}-chart {slug}-told">'
        )
        if not self.is_narrow:
            name = getattr(self.reading.definition, self.language).name
            title = words.NAME[self.language].format(name=name)
            yield f'<title id="{slug}-chart">{escape(title)}</title>'
            yield (
                f'<desc id="{slug}-told">{escape(described(self.reading, self.language))}</desc>'
            )
        for segment in self.reading.chart.segments:
            yield from self._limits(segment)
        yield from self._numbers()
        yield from self._months()
        yield from self._holes()
        yield from self._changes()
        yield from self._lines()
        yield from self._signal()
        yield "</svg>"

    def x(self, place: float) -> float:
        """Across: the middle of a period."""
        last = max(len(self.window) - 1, 1)
        share = (place - self.window.start) / last
        return round(LEFT + 8 + (self.right - LEFT - 16) * share, 1)

    def y(self, value: float) -> float:
        """Down. What lies beyond the numbers stands at the edge."""
        low, high = self.ticks[0], self.ticks[-1]
        inside = min(max(value, low), high)
        return round(self.bottom - (self.bottom - TOP) * (inside - low) / (high - low), 1)

    def _limits(self, segment: Segment) -> Iterator[str]:
        if segment.limits is None or segment.last < self.window.start:
            return
        first, last = max(segment.first, self.window.start), segment.last
        left = self.x(first) - (self.x(1) - self.x(0)) / 2 if segment.first == first else LEFT
        left = max(left, LEFT) if first > self.window.start else LEFT
        right = self.right if last == self.window[-1] else self.x(last + 0.5)
        known = told_limits(self.reading, segment.limits)
        upper, lower, mean = self.y(known.upper), self.y(known.lower), self.y(known.mean)
        yield (
            f'<rect class="usual" x="{left:g}" y="{upper:g}" width="{right - left:g}" '
            f'height="{lower - upper:g}"/>'
            f'<path class="limit" d="M{left:g} {upper:g}H{right:g}M{left:g} {lower:g}H{right:g}"/>'
            f'<path class="mean" d="M{left:g} {mean:g}H{right:g}"/>'
        )

    def _numbers(self) -> Iterator[str]:
        if not self.reading.series.known:
            return
        decimals = max((_decimals(one) for one in self.ticks), default=0)
        shown = self.ticks if len(self.ticks) < 6 else self.ticks[::2]
        for one in shown:
            number = words.number(one, decimals)
            yield f'<text x="{LEFT - 7}" y="{self.y(one) + 4:g}" text-anchor="end">{number}</text>'

    def _months(self) -> Iterator[str]:
        points, taken = self.reading.series.points, [-99.0]
        room = 40 if self.is_narrow else 56
        end = self.x(self.window[-1]) if self.window else 0
        for place in self.window:
            day, x = points[place].period, self.x(place)
            is_first, is_last = place == self.window.start, place == self.window[-1]
            if day.month == 4 and not is_first:
                yield f'<path class="fy" d="M{self.x(place - 0.5):g} {TOP}V{self.bottom}"/>'
            is_named = is_first or is_last or day.month in (1, 7)
            if is_named and x - taken[-1] >= room and (is_last or end - x >= room):
                taken.append(x)
                text = words.tick(day, self.language, is_first=is_first, is_narrow=self.is_narrow)
                yield f'<text x="{x:g}" y="{self.height - 9}" text-anchor="middle">{text}</text>'

    def _holes(self) -> Iterator[str]:
        before = State.KNOWN
        for place in self.window:
            state, x = self.reading.series.points[place].state, self.x(place)
            if state is State.MISSING:
                yield f'<path class="missing" d="M{x:g} {TOP}V{self.bottom}"/>'
                if before is not State.MISSING:
                    text = words.MISSING[self.language]
                    yield f'<text class="missing-name" x="{x:g}" y="15" text-anchor="middle">'
                    yield f"{text}</text>"
            elif state is State.HIDDEN:
                middle = (TOP + self.bottom) / 2
                yield (
                    f'<rect class="hidden-stone" x="{x - 5:g}" y="{middle - 12:g}" width="10" '
                    f'height="24" rx="3"/><text class="hidden-name" x="{x:g}" '
                    f'y="{middle + 4:g}" text-anchor="middle">—</text>'
                )
            before = state

    def _changes(self) -> Iterator[str]:
        found = {
            self.reading.series.place_of(one.day): one.text(self.language)
            for one in self.reading.changes
        }
        version = words.NEW_VERSION[self.language]
        found |= dict.fromkeys(self.reading.series.versions, version)
        for place, text in found.items():
            if place is None or place <= self.window.start:
                continue
            x = self.x(place - 0.5)
            is_right = x > self.width / 2
            short = text if len(text) <= NOTE_LENGTH else f"{text[: NOTE_LENGTH - 1]}…"
            yield (
                f'<path class="change" d="M{x:g} {TOP - 4}V{self.bottom}"/>'
                f'<text class="change-name" x="{x + (-5 if is_right else 5):g}" y="15" '
                f'text-anchor="{"end" if is_right else "start"}">{escape(short)}</text>'
            )

    def _lines(self) -> Iterator[str]:
        points = self.reading.series.points[self.window.start :]
        values = [one.value for one in points]
        thin = [self.reading.series.with_disaster.get(one.period) for one in points]
        for line, shown in (("line-two", thin), ("line", values)):
            for piece in pieces(shown, self._at):
                if len(piece) > 1:
                    way = " ".join(f"{x:g} {y:g}" for x, y in piece)
                    yield f'<path class="{line}" d="M{way}"/>'
        yield from self._name_of_thin(thin)
        dots = [self._at(n, value) for n, value in enumerate(values) if value is not None]
        if dots:
            # A stroke of no length with round ends is a dot, in a tenth of the letters of a circle.
            yield f'<path class="dots" d="{"".join(f"M{x:g} {y:g}h0" for x, y in dots[:-1])}"/>'
            yield f'<circle class="dot-last" cx="{dots[-1][0]:g}" cy="{dots[-1][1]:g}" r="4"/>'

    def _at(self, number: int, value: float) -> tuple[float, float]:
        return self.x(self.window.start + number), self.y(value)

    def _name_of_thin(self, thin: list[float | None]) -> Iterator[str]:
        values = self.reading.series.values[self.window.start :]
        apart = [
            (abs(b - a), n, b)
            for n, (a, b) in enumerate(zip(values, thin, strict=True))
            if a is not None and b is not None and a != b
        ]
        if apart:
            _distance, n, value = max(apart)
            x, y = self._at(n, value)
            text = words.WITH_DISASTER[self.language]
            yield f'<text x="{x + 6:g}" y="{max(y, TOP) + 3:g}">{text}</text>'

    def _signal(self) -> Iterator[str]:
        signal = self.reading.chart.signal
        if signal is None or signal.rule is Rule.STEP or signal.last < self.window.start:
            return
        inside = range(max(signal.first, self.window.start), signal.last + 1)
        values = self.reading.series.values
        heights = [self.y(value) for place in inside if (value := values[place]) is not None]
        left, right = self.x(inside[0]) - 9, self.x(inside[-1]) + 9
        top, bottom = min(heights) - 9, max(heights) + 9
        if signal.rule is Rule.OUTSIDE and signal.first == signal.last:
            x, y = self.x(signal.last), heights[-1]
            left = x - 10
            yield f'<path class="ring" d="M{x:g} {y - 10:g}l10 10-10 10-10-10z"/>'
        else:
            yield (
                f'<rect class="ring" x="{left:g}" y="{top:g}" width="{right - left:g}" '
                f'height="{bottom - top:g}" rx="9"/>'
            )
        x, y = (left - 12, (top + bottom) / 2) if left > LEFT + 24 else (right + 12, top)
        yield (
            f'<circle class="mark" cx="{x:g}" cy="{y:g}" r="9"/>'
            f'<text class="mark-name" x="{x:g}" y="{y + 4.5:g}" text-anchor="middle">1</text>'
        )


def _extent(reading: Reading, window: range) -> tuple[float, float]:
    """The least and the most that is drawn."""
    points = [reading.series.points[place] for place in window]
    found = [one.value for one in points if one.value is not None]
    thin = reading.series.with_disaster
    found += [thin[one.period] for one in points if one.period in thin]
    for segment in reading.chart.segments:
        if segment.limits and segment.last >= window.start:
            known = told_limits(reading, segment.limits)
            found += [known.lower, known.upper]
    return (min(found), max(found)) if found else (0.0, 1.0)


def _decimals(value: float) -> int:
    return next((n for n in range(4) if abs(value - round(value, n)) < 1e-9), 4)
