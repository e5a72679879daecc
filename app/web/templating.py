"""What every template may use: the macros as ``ui``, the viewer, the words and numbers of the
domain, and dates in the language of the request."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

from flask import Flask
from flask_login import current_user
from jinja2 import Environment
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from app.config import ROOT, config
from app.web import seen_texts
from app.web.eras import era_day, is_era_alone
from app.web.language import language, number, refusal, sentence, written_day
from app.web.rows import PLACES, of_row
from app.web.wording import growing, stamps, vocabulary
from app.web.wording.numbers import Rules, spelled
from challenges.calendar import TOKYO, day_of
from challenges.markdown import as_html
from challenges.words.withheld import SENTENCES, own, withheld

PARTS = (
    "buttons",
    "words",
    "stairs",
    "forms",
    "lists",
    "pictures",
    "growing",
    "stamps",
    "fiscal_year",
)
"""Files of templates/ui/, whose macros templates call as ``ui.button(…)``. The manual is
docs/ui.md."""

DRAWN_ONCE = (
    "drawing",
    "growing_picture",
    "hero",
    "icon",
    "new_stone",
    "path_picture",
    "resting_stone",
    "ten_stones",
    "small_stairs",
    "stage",
    "stamp",
    "stairs",
    "step_mark",
    "tag",
)
"""Macros whose output depends only on their arguments and the language. Never add one that is given
text that people wrote: it would stay in memory."""


def init_app(app: Flask) -> None:
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.add_extension("jinja2.ext.do")
    env.globals["_"] = sentence
    env.globals["attrs"] = attributes
    env.globals["concern_way"] = seen_texts.concern_way
    env.globals["drawing_of"] = drawing_of
    env.filters["clock"] = time_of_day
    env.filters["day"] = day_on_one_line
    env.filters["day_text"] = day_in_words
    env.filters["styled_day"] = day_by_style
    env.filters["weekday"] = day_with_weekday
    env.filters["drawn"] = drawn
    env.filters["in_locale"] = in_locale
    env.filters["number"] = number
    env.filters["of_row"] = of_row
    env.filters["own"] = own
    env.filters["refusal"] = refusal
    env.filters["said"] = said
    env.filters["spelled"] = spelled
    env.globals["growing"] = growing
    env.globals["month_name"] = month_name
    env.globals["month_in_words"] = month_in_words
    env.filters["prose"] = as_html
    env.globals["places"] = PLACES
    env.globals["rules"] = Rules()
    env.globals["stamps"] = stamps
    env.globals["vocabulary"] = vocabulary
    app.context_processor(_context)
    _add_parts(env)


def _context() -> dict[str, Any]:
    return {
        "viewer": current_user.person if current_user.is_authenticated else None,
        "locale": language(),
        "dashboard_is_public": config().dashboard_public,
        "has_mail": config().mail_server is not None,
    }


def _add_parts(env: Environment) -> None:
    """Join the macros of templates/ui/ to the one global ``ui``, except those whose name begins
    with _."""
    # The global exists before the files are read, so that macros can call those of files that are
    # read later.
    parts = env.globals["ui"] = SimpleNamespace()
    for name in PARTS:
        for called, macro in vars(env.get_template(f"ui/{name}.html").make_module({})).items():
            if isinstance(macro, Macro):
                setattr(parts, called, _drawn_once(macro) if called in DRAWN_ONCE else macro)


def _drawn_once(macro: Callable[..., str]) -> Callable[..., str]:
    """The macro with its output cached. Without the cache, the challenge list takes half as long
    again (docs/adr/0014-machinery-judged.md)."""

    @lru_cache(maxsize=2000, typed=True)
    def drawn(_language: str, *given: Any, **named: Any) -> str:
        return macro(*given, **named)

    def part(*given: Any, **named: Any) -> str:
        return drawn(language(), *given, **named)

    return part


@cache
def drawing_of(slug: str, mindset: str) -> str:
    """Path of the drawing of a challenge, relative to ``static/``; without one, its mindset's."""
    own = f"challenges/{slug}.svg"
    return own if (ROOT / "static" / own).is_file() else f"challenges/any/{mindset.lower()}.svg"


def attributes(given: dict[str, Any]) -> Markup:
    """The further arguments of a macro as HTML attributes: `` hx-post="/x" required``.

    None and False are omitted, and so are ``type`` and ``class_``, which the macros write
    themselves.
    """
    written = (
        f" {name.replace('_', '-')}"
        if value is True
        else f' {name.replace("_", "-")}="{escape(value)}"'
        for name, value in given.items()
        if value is not None and value is not False and name not in {"class_", "type"}
    )
    return Markup("".join(written))  # noqa: S704  # names stand in our templates, values are escaped


def drawn(svg: str) -> Markup:
    """A drawing of ours, made by app/indicators/charts.py, which escapes what it is given."""
    return Markup(svg)  # noqa: S704  # never words of people


def day_in_words(at: datetime | date) -> str:
    """The day in Tokyo: 2026年7月15日, or 15 July 2026 in English."""
    return written_day(day_of(at) if isinstance(at, datetime) else at)


def month_name(month: int) -> str:
    """4月, or Apr in English."""
    return f"{date(2000, month, 1):%b}" if language() == "en" else f"{month}月"


def month_in_words(month: int) -> str:
    """The same for a sentence: 4月, or April in English."""
    return f"{date(2000, month, 1):%B}" if language() == "en" else f"{month}月"


def time_of_day(at: datetime) -> str:
    """The time in Tokyo: 10時41分, or 10:41 in English."""
    here = at.astimezone(TOKYO)
    return f"{here:%H:%M}" if language() == "en" else f"{here.hour}時{here.minute:02}分"


def day_with_weekday(day: date) -> str:
    """The day without its year: 7月15日（水）, or Wed 15 July in English."""
    if language() == "en":
        return f"{day:%a} {day.day} {day:%B}"
    return f"{day.month}月{day.day}日（{'月火水木金土日'[day.weekday()]}）"


def day_on_one_line(at: datetime | date) -> Markup:
    """The day as an element that no line break divides. In an attribute use ``|day_text``."""
    return _day_element(at, day_in_words)


def day_by_style(at: datetime | date) -> Markup:
    """The same on the dashboard, in eras where ``DATE_STYLE`` says so: 令和8年7月15日."""
    return _day_element(at, era_day if is_era_alone() else day_in_words)


def _day_element(at: datetime | date, words: Callable[[date], str]) -> Markup:
    day = day_of(at) if isinstance(at, datetime) else at
    return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), words(day))


def said(words: str | None) -> str | None:
    """Words of a person as anybody may read them: where they are withheld, the standing sentence in
    the language of the request."""
    why = withheld(words)
    return words if why is None else sentence(SENTENCES[why])


def in_locale(wording: dict[str, Any]) -> Any:
    """The text in the language of the request, from a catalogue wording {"ja": …, "en": …}."""
    return wording[language()]
