"""Puts the web app together: names its parts in the order in which they are added."""

from typing import Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

from app import api, cli
from app.config import ROOT, Config
from app.db import sessions
from app.http import catalogue, limits, programs, request_log
from app.web import (
    broken_input,
    compression,
    errors,
    headers,
    health,
    language,
    old_browsers,
    signed_in,
    static_files,
    templating,
)
from app.web.blueprints import BLUEPRINTS
from app.web.csrf import MaskedTokens
from app.web.pages import letters, parts


class Id(IntegerConverter):
    """An id in an address. A number too large for the database is a page that is not found."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


class Name(UnicodeConverter):
    """A name in an address. One with a NUL, which PostgreSQL refuses, is not found."""

    def __init__(self, url_map: Map, **lengths: int) -> None:
        super().__init__(url_map, **lengths)
        self.regex = self.regex.replace("[^/]", r"[^/\0]")


class WithoutNul(ImmutableMultiDict[str, Any]):
    """Values of a form or an address without NUL, which PostgreSQL cannot store."""

    def __init__(self, mapping: Any = None) -> None:
        pairs = mapping.items(multi=True) if isinstance(mapping, MultiDict) else mapping or ()
        super().__init__(
            [
                (key, value.replace("\0", "") if isinstance(value, str) else value)
                for key, value in pairs
            ]
        )


class PlainRequest(Request):
    """A request whose form and query are ``WithoutNul``."""

    parameter_storage_class = WithoutNul


def create_app(config: Config) -> Flask:
    """The web app and its commands, for one configuration."""
    app = Flask(
        "stepup", root_path=str(ROOT), template_folder=str(ROOT / "templates"), static_folder=None
    )
    app.request_class = PlainRequest
    app.config.update(
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_NAME=f"{config.cookie_prefix}stepup",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.is_secure,
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=256 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.extensions["stepup_config"] = config
    if config.trusted_proxies:
        proxied = ProxyFix(app.wsgi_app, x_for=config.trusted_proxies, x_proto=1)
        app.wsgi_app = proxied  # type: ignore[method-assign]  # the documented way to wrap
    app.url_map.converters |= {"int": Id, "default": Name, "string": Name}
    request_log.init_app(app)
    programs.init_app(app)
    compression.init_app(app)
    broken_input.init_app(app)
    old_browsers.init_app(app)
    sessions.init_app(app, config.database_url)
    protection = MaskedTokens(app)
    signed_in.init_app(app)
    language.init_app(app)
    limits.init_app(app, config)
    headers.init_app(app, config)
    errors.init_app(app, for_programs=api.problems.HANDLERS)
    static_files.init_app(app, ROOT / "static")
    templating.init_app(app)
    catalogue.init_app(app)
    health.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    api.init_app(app, protection)
    protection.exempt(letters.unsubscribe)  # called by mail programs, which have no token
    if app.debug:
        app.register_blueprint(parts.bp)
    cli.register(app)
    return app
