"""Japanese first, English complete. The person's own choice counts, then this browser's, then Japanese."""

from flask import Flask, has_request_context, request
from flask import session as cookie
from flask_babel import Babel
from flask_login import current_user

LANGUAGES = ("ja", "en")


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


def init_app(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = "ja"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Tokyo"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "app/translations"
    Babel(app, locale_selector=chosen)
