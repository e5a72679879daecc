"""Chooses the language of a request: the person's choice, then the one remembered in the browser's
session, then what the browser asks for, then Japanese."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, cast

from babel.numbers import format_decimal
from flask import Flask, g, has_request_context, request
from flask import session as cookie
from flask_babel import Babel, force_locale, get_domain, get_locale
from flask_login import current_user
from markupsafe import escape

from app.http.programs import is_program
from app.web import translations
from challenges.errors import RuleBroken
from challenges.languages import LANGUAGES


def chosen() -> str:
    """The language code to use for this request. Flask-Babel calls it once."""
    if not has_request_context():
        return "ja"
    if is_program():  # which has neither a cookie nor a person
        return request.accept_languages.best_match(LANGUAGES, "ja") or "ja"
    if current_user.is_authenticated:
        return str(current_user.person.language)
    language = cookie.get("language")
    if language in LANGUAGES:
        return str(language)
    return request.accept_languages.best_match(LANGUAGES, "ja") or "ja"


def language() -> str:
    """The language of this request, "ja" or "en". Remembered in ``g``."""
    try:
        return cast(str, g.language)
    except AttributeError:
        g.language = str(get_locale() or "ja")[:2]
        return cast(str, g.language)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Whatever is rendered inside is in that language, for a preview of what others will see."""
    kept = {name: g.pop(name) for name in ("language", "translations") if name in g}
    try:
        with force_locale(code if code in LANGUAGES else "ja"):
            yield
    finally:
        for name in ("language", "translations"):
            g.pop(name, None)
        for name, value in kept.items():
            setattr(g, name, value)


def sentence(text: str, **values: Any) -> str:
    """The text in the language of this request, with ``values`` filled into its placeholders.
    Whole numbers are written as ``number`` does, except a ``year``.

    It replaces Flask-Babel's ``gettext`` in templates, which looks up domain, locale and cache at
    each call: a page has more than a hundred sentences.
    """
    try:
        translations = g.translations
    except AttributeError:
        translations = g.translations = get_domain().get_translations()
    words: str = translations.gettext(text)
    if not values:
        return words
    for name, value in values.items():
        if type(value) is int and name != "year":
            values[name] = number(value)
    # A value that is HTML, as a day is, stays HTML. The words and the other values are escaped.
    is_html = any(hasattr(value, "__html__") for value in values.values())
    return (escape(words) if is_html else words) % values


def number(count: int) -> str:
    """The count as the language of this request writes it: 4,481."""
    return str(count) if -1000 < count < 1000 else format_decimal(count, locale=language())


def written_day(day: date) -> str:
    """2026年7月15日, or 15 July 2026 in English."""
    if language() == "en":
        return f"{day.day} {day:%B} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def refusal(error: RuleBroken) -> str:
    """What the error says, in the language of this request, with its numbers and days filled
    in."""
    values = {
        name: written_day(value) if isinstance(value, date) else value
        for name, value in error.values.items()
    }
    return sentence(error.sentence, **values)


def init_app(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = "ja"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Tokyo"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "app/translations"
    translations.init_app(app, Babel(app, locale_selector=chosen))
