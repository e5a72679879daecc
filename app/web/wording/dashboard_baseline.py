"""基準値: the mean that the usual range of an indicator lies about, and what it is the mean of."""

from app.indicators.control_chart import BASELINE
from app.indicators.readings import Reading
from app.web.language import sentence as _
from app.web.wording.dashboard import limits, number_of, period_in_full


def amount(reading: Reading) -> str:
    """With its unit; "" while there are too few values."""
    known = limits(reading)
    return number_of(reading, known.mean) if known else ""


def about(reading: Reading) -> str:
    """Which values it is the mean of."""
    if reading.limits is None:
        return ""
    first = reading.chart.segments[-1].first
    inside = [one for one in reading.series.points[first:] if one.value is not None][:BASELINE]
    return _(
        "%(first)sから%(last)sまでの%(count)s回の値の平均です。ふだんの変動幅も、ここから引きます。",
        first=period_in_full(reading, inside[0].period),
        last=period_in_full(reading, inside[-1].period),
        count=len(inside),
    )
