"""Limits and signals: noise is no news, and news is told by rules that anybody can look up."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.indicators.control_chart import (
    BASELINE,
    FEWEST,
    ControlChart,
    Rule,
    Signal,
    Verdict,
    control_chart,
    limits,
    verdict,
)
from app.indicators.definitions import Direction

FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
"""NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2, "Individuals Control Charts": the flow
rates of ten batches."""
CALM = [10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12]
"""Mean 11, moving ranges of 2: the limits are 5.68 and 16.32."""
Values = Sequence[float | None]


def test_limits_are_those_of_the_nist_handbook() -> None:
    found = limits(FLOW)
    assert found is not None
    assert found.mean == pytest.approx(50.81)
    # The handbook prints 45.8159 and 55.8041: it divides by 1.128 where we multiply by 2.66.
    assert found.upper == pytest.approx(55.8041, abs=0.001)
    assert found.lower == pytest.approx(45.8159, abs=0.001)


def test_handbook_finds_its_process_in_control() -> None:
    chart = control_chart(FLOW)
    assert chart.signal is None
    assert verdict(chart, FLOW, Direction.UP) is Verdict.USUAL


@pytest.mark.parametrize(("count", "has_limits"), [(FEWEST - 1, False), (FEWEST, True)])
def test_limits_need_some_values(count: int, has_limits: bool) -> None:
    assert (limits(CALM[:count]) is not None) is has_limits


def test_limits_rest_on_the_first_year_and_stay() -> None:
    assert limits([*CALM, 40, 60, 80]) == limits(CALM)


def test_a_gap_is_no_moving_range() -> None:
    found = limits([10, 12, 10, None, 20, 22, 20])
    assert found is not None
    assert found.upper - found.mean == pytest.approx(2.66 * 2)


@pytest.mark.parametrize(("value", "is_signal"), [(16.3, False), (16.4, True), (5.6, True)])
def test_a_value_outside_the_limits_is_a_signal(value: float, is_signal: bool) -> None:
    signal = control_chart([*CALM, value]).signal
    assert (signal == Signal(Rule.OUTSIDE, value > 11, 12, 12)) is is_signal


@pytest.mark.parametrize(("count", "is_signal"), [(7, False), (8, True), (9, True)])
def test_eight_in_a_row_on_one_side_are_a_signal(count: int, is_signal: bool) -> None:
    # The one before lies on the mean itself, so on neither side.
    signal = control_chart([*CALM, 11, *[11.5] * count]).signal
    assert (signal == Signal(Rule.RUN, True, 13, 12 + count)) is is_signal


def test_a_gap_ends_a_row() -> None:
    assert control_chart([*CALM, 11, *[11.5] * 5, None, *[11.5] * 5]).signal is None


@pytest.mark.parametrize(
    ("newest", "first"),
    [
        ([14, 14, 14], None),
        ([11, 14, 14, 14], 13),
        ([14, 14, 11, 14], 12),
        ([14, 11, 11, 14], None),
    ],
)
def test_three_of_four_near_a_limit_are_a_signal(newest: list[float], first: int | None) -> None:
    signal = control_chart([*CALM[:-1], 11, *newest]).signal
    expected = Signal(Rule.NEAR_LIMIT, True, first, 11 + len(newest)) if first else None
    if newest == [14, 14, 14]:  # the fourth of the window is the last month of the baseline
        expected = Signal(Rule.NEAR_LIMIT, True, 12, 14)
    assert signal == expected


def test_the_newest_signal_is_told_and_the_most_telling_of_those() -> None:
    old = control_chart([*CALM, 30, 11, 10, 12, 10]).signal
    assert old == Signal(Rule.OUTSIDE, True, 12, 12)
    both = control_chart([*CALM, *[12.5] * 7, 30]).signal
    assert both == Signal(Rule.OUTSIDE, True, 19, 19)


def test_a_signal_that_is_over_is_no_verdict() -> None:
    values = [*CALM, 30, 11, 10, 12, 10]
    assert verdict(control_chart(values), values, Direction.UP) is Verdict.USUAL


@pytest.mark.parametrize(
    ("direction", "value", "expected"),
    [
        (Direction.UP, 30, Verdict.BETTER),
        (Direction.UP, 1, Verdict.STUCK),
        (Direction.DOWN, 30, Verdict.STUCK),
        (Direction.DOWN, 1, Verdict.BETTER),
        (Direction.NONE, 30, Verdict.MOVED),
        (Direction.TOWARD_ZERO, 1, Verdict.BETTER),
        (Direction.TOWARD_ZERO, -30, Verdict.STUCK),
        (Direction.UP, 11, Verdict.USUAL),
    ],
)
def test_direction_decides_what_a_signal_means(
    direction: Direction, value: float, expected: Verdict
) -> None:
    values = [*CALM, value]
    assert verdict(control_chart(values), values, direction) is expected


@pytest.mark.parametrize("values", [[], [None], [None, None]])
def test_without_a_value_there_is_no_verdict(values: Values) -> None:
    assert verdict(control_chart(values), values, Direction.UP) is Verdict.NONE


def test_limits_are_drawn_anew_at_a_noted_change() -> None:
    values = [*CALM, *[value + 20 for value in CALM]]
    assert control_chart(values).signal is not None
    chart = control_chart(values, changes=[12])
    assert [one.limits and round(one.limits.mean) for one in chart.segments] == [11, 31]
    assert chart.signal == Signal(Rule.STEP, True, 12, 23)
    assert verdict(chart, values, Direction.UP) is Verdict.BETTER
    assert verdict(chart, values, Direction.DOWN) is Verdict.STUCK


def test_a_step_stops_being_news_after_a_year() -> None:
    values = [*CALM, *[value + 20 for value in CALM], 30]
    chart = control_chart(values, changes=[12])
    assert verdict(chart, values, Direction.UP) is Verdict.USUAL


def test_a_new_version_is_no_step() -> None:
    values = [*CALM, *[value + 20 for value in CALM]]
    chart = control_chart(values, versions=[12])
    assert chart.signal is None
    assert verdict(chart, values, Direction.UP) is Verdict.USUAL


def slow_chart(values: Values) -> tuple[set[int], set[int], set[int]]:
    """The last places of rows that the three rules tell, by looking at each place anew."""
    known = [value for value in values if value is not None][:BASELINE]
    seen = 0
    ranges = []
    for place, value in enumerate(values):
        if value is None:
            continue
        seen += 1
        if seen > BASELINE:
            break
        if place and values[place - 1] is not None:
            ranges.append(abs(value - values[place - 1]))  # type: ignore[operator]
    if len(known) < FEWEST or not ranges:
        return set(), set(), set()
    mean, reach = sum(known) / len(known), 2.66 * sum(ranges) / len(ranges)

    def off(place: int, by: float, sign: int) -> bool:
        value = values[place] if place >= 0 else None
        return value is not None and sign * (value - mean) > by + 1e-9

    def known_four(place: int) -> bool:
        return place >= 3 and None not in values[place - 3 : place + 1]

    places = range(len(values))
    outside = {n for n in places for s in (1, -1) if off(n, reach, s)}
    runs = {n for n in places for s in (1, -1) if all(off(n - k, 0, s) for k in range(8))}
    near = {
        n
        for n in places
        for s in (1, -1)
        if known_four(n)
        and off(n, reach / 2, s)
        and sum(off(n - k, reach / 2, s) for k in range(4)) >= 3
    }
    return outside, runs, near


@given(st.lists(st.none() | st.integers(0, 9), max_size=40))
def test_signals_are_those_of_the_obvious_way(values: list[int | None]) -> None:
    outside, runs, near = slow_chart(values)
    chart: ControlChart = control_chart(values)
    newest = max(outside | runs | near, default=None)
    if newest is None:
        assert chart.signal is None
        return
    assert chart.signal is not None
    rule = Rule.OUTSIDE if newest in outside else Rule.RUN if newest in runs else Rule.NEAR_LIMIT
    assert (chart.signal.last, chart.signal.rule) == (newest, rule)


@pytest.mark.parametrize("count", [1, FEWEST - 1])
def test_few_values_are_not_called_usual(count: int) -> None:
    values = CALM[:count]
    assert verdict(control_chart(values), values, Direction.UP) is Verdict.EARLY
    after_a_change = [*CALM, *CALM[:count]]
    chart = control_chart(after_a_change, changes=[12])
    assert verdict(chart, after_a_change, Direction.UP) is Verdict.EARLY
