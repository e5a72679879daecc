"""Charts as numbers: nothing touches, nothing is invented between two values."""

from datetime import date, timedelta

import pytest

from app.web.charts import chart

FIRST = date(2026, 7, 1)


def drawn(now, before=None, *, goal=50, first=FIRST):
    days = [first + timedelta(days=n) for n in range(len(now))]
    before = before or [None] * len(now)
    return chart(days, now, before, goal=goal, width=620, height=280, right_room=112, unit="%")


def test_days_off_in_a_row_are_one_band():
    # 4–5, 11–12, and the weekend before the holiday of the 20th
    assert len(drawn([1] * 21).bands) == 3
    widths = [round(band.width) for band in drawn([1] * 21).bands]
    assert widths[2] > widths[0]


def test_a_missing_day_breaks_the_line():
    pieces = drawn([1, 2, None, 4]).now
    assert [len(piece.split()) for piece in pieces] == [4, 2]


@pytest.mark.parametrize("last", [48, 50, 52])
def test_the_two_names_at_the_right_do_not_touch(last):
    found = drawn([1, 2], [40, last])
    assert abs(found.goal_at - found.before_at) >= 17


def test_the_scale_ends_above_everything():
    found = drawn([1, 36], [20, 45], goal=50)
    assert found.lines[-1].text == "60%"
    assert [line.text for line in found.lines] == ["0", "20", "40", "60%"]


@pytest.mark.parametrize("values", [[], [None], [0], [None, None], [0, 0]])
def test_an_empty_or_flat_chart_can_be_drawn(values):
    found = drawn(values, goal=None)
    assert found.goal is None
    assert (found.last is None) is (not any(value is not None for value in values))


def test_long_campaigns_name_fewer_days():
    assert len(drawn([1] * 92).days) <= 7


def test_a_new_month_is_named():
    assert [label.text for label in drawn([1] * 33, first=date(2026, 7, 20)).days][:3] == [
        "7/20",
        "27",
        "8/3",
    ]
