"""Whether this browser still shows the question of the quarter on Home.

The session cookie remembers it, so that Home asks the database once a quarter. It holds the quarter
and no answer.
"""

from datetime import date

from flask import session as cookie

from app.config import config
from app.web.rendering import db_session, viewer
from challenges.recognition import pulse

_PULSE = "pulse"


def is_on_home(today: date) -> bool:
    """Whether Home has the card. Nothing is asked of who pauses or is away."""
    if not viewer().is_asked:
        return False
    known = cookie.get(_PULSE)
    quarter = pulse.quarter_of(today).isoformat()
    if isinstance(known, list) and known[0] == quarter:
        return bool(known[1])
    return is_open(today)


def is_open(today: date) -> bool:
    """Whether the viewer can still answer. One statement."""
    found = pulse.is_open_to(db_session(), viewer().id, secret=config().secret_key, on=today)
    _remember(today, is_open=found)
    return found


def note_answered(today: date) -> None:
    """Home need not ask any more in this quarter."""
    _remember(today, is_open=False)


def _remember(today: date, *, is_open: bool) -> None:
    seen = [pulse.quarter_of(today).isoformat(), is_open]
    if cookie.get(_PULSE) != seen:
        cookie[_PULSE] = seen
