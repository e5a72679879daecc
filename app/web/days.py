"""Days that people choose in forms."""

from datetime import date

from app.clock import now
from challenges.calendar import day_of
from challenges.errors import InvalidField

TODAY = "today"
"""What a form sends for today. Which day that is, is asked when the form comes, because a page may
stay open over midnight."""


def chosen_day(text: str, *, field: str = "day") -> date:
    """The day that a form sent. Raises InvalidField for ``field`` if it is none."""
    if text == TODAY:
        return day_of(now())
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidField("日付を選んでください。", field=field) from None
