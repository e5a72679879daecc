"""What every template may use: the macros as ``ui``, the viewer, and dates and texts as people read them."""

from datetime import date, datetime
from typing import Any

from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from challenges.tokyo import day_of


def init_app(app: Flask) -> None:
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.add_extension("jinja2.ext.do")
    env.globals["_"] = _
    env.filters["day"] = day_in_words
    env.filters["in_locale"] = in_locale
    app.context_processor(_always)
    env.globals["ui"] = env.get_template("ui.html").make_module({})


def _always() -> dict[str, Any]:
    return {
        "viewer": current_user.person if current_user.is_authenticated else None,
        "locale": language(),
    }


def language() -> str:
    """ "ja" or "en", for this request."""
    return str(get_locale() or "ja")[:2]


def day_in_words(at: datetime | date) -> str:
    """7月15日 or 15 July: the day in Tokyo, with the year only where it is not plain."""
    day = day_of(at) if isinstance(at, datetime) else at
    if language() == "en":
        return f"{day.day} {day:%B} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def in_locale(wording: dict[str, Any]) -> Any:
    """The Japanese or English side of a catalogue wording {"ja": …, "en": …}."""
    return wording[language()]
