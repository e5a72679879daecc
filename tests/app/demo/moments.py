"""The moment of the demo that the tests load, and moments at which loading it is hard."""

from datetime import datetime

from app.demo.loading import DemoPlan
from challenges.calendar import TOKYO

AT = datetime(2026, 7, 15, 10, 0, tzinfo=TOKYO)
SMALL = DemoPlan(at=AT, staff=120, days=60, seed=1)
"""The demo that most tests share."""
AWKWARD = [
    datetime(2026, 6, 1, 9, 0, tzinfo=TOKYO),  # the first day of a month, the office just open
    datetime(2026, 11, 1, 12, 0, tzinfo=TOKYO),  # a Sunday, and the first
    datetime(2027, 1, 4, 8, 31, tzinfo=TOKYO),  # back from the New Year's closure a minute ago
    datetime(2026, 5, 7, 0, 30, tzinfo=TOKYO),  # midnight after a week of holidays
    datetime(2026, 3, 31, 23, 0, tzinfo=TOKYO),  # the last evening of the fiscal year
]
"""Moments at which a demo could have too few days, or days in the future."""
