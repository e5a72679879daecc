"""Whether the viewer is still asked the question of the quarter.

Asked of the database each time, by two keys: a browser that remembered it would still ask whoever
answered in another.
"""

from datetime import date

from app.config import config
from app.web.rendering import db_session, viewer
from challenges.recognition import pulse


def is_on_home(today: date) -> bool:
    """Whether Home has the card. Nothing is asked of who pauses or is away."""
    return viewer().is_asked and is_open(today)


def is_open(today: date) -> bool:
    """Whether the viewer can still answer. One statement."""
    return pulse.is_open_to(db_session(), viewer().id, secret=config().secret_key, on=today)
