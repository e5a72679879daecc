"""Static files by WhiteNoise. An address carries the file's digest: browsers keep it, and a release
is seen at once."""

import hashlib
from functools import cache
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

from app.web import headers as security

A_YEAR = 31_536_000
HEADERS = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
)


def init_app(app: Flask, folder: Path) -> None:
    """Serve ``folder`` under /static/ and give templates ``asset('app.css')``."""

    served = WhiteNoise(
        app.wsgi_app,
        root=str(folder),
        prefix="static/",
        max_age=A_YEAR,
        allow_all_origins=False,
        add_headers_function=_add_headers,
    )
    app.wsgi_app = served  # type: ignore[method-assign]  # the documented way to wrap

    @cache
    def asset(path: str) -> str:
        digest = hashlib.sha256((folder / path).read_bytes()).hexdigest()[:12]
        return f"/static/{path}?v={digest}"

    app.jinja_env.globals["asset"] = asset


def _add_headers(headers: Headers, _path: str, _url: str) -> None:
    """These files do not pass through the app; a picture opened by itself must not run anything
    either."""
    for name in HEADERS:
        headers[name] = security.HEADERS[name]
