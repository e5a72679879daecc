"""Japanese first, English complete. The person's own choice counts, then this browser's, then
Japanese."""

from typing import Any, cast

from flask import Flask, g, has_request_context, request
from flask import session as cookie
from flask_babel import Babel, get_domain, get_locale
from flask_login import current_user

from app.web import translations
from challenges.errors import RuleBroken
from challenges.languages import LANGUAGES


def chosen() -> str:
    """The language of this request."""
    if not has_request_context():
        return "ja"
    if current_user.is_authenticated:
        return str(current_user.person.language)
    language = cookie.get("language")
    if language in LANGUAGES:
        return str(language)
    return request.accept_languages.best_match(LANGUAGES, "ja") or "ja"


def language() -> str:
    """ "ja" or "en", for this request."""
    try:
        return cast(str, g.language)
    except AttributeError:
        g.language = str(get_locale() or "ja")[:2]
        return cast(str, g.language)


def sentence(text: str, **values: Any) -> str:
    """The text in the language of this request: Flask-Babel's ``gettext`` for templates.

    A page says a hundred sentences and more; Flask-Babel would ask for domain, locale and cache at
    each of them.
    """
    try:
        translations = g.translations
    except AttributeError:
        translations = g.translations = get_domain().get_translations()
    words: str = translations.gettext(text)
    return words % values if values else words


def refusal(error: RuleBroken) -> str:
    """What the error says, in the language of this request, with its numbers filled in."""
    return sentence(error.sentence, **error.values)


def init_app(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = "ja"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Tokyo"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "app/translations"
    translations.init_app(app, Babel(app, locale_selector=chosen))
