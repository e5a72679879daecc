"""Serves static files with WhiteNoise. Each address carries the file's digest, so browsers may keep
the file for a year and still see a new release at once."""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from wsgiref.headers import Headers as WSGIHeaders
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response
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
    styles = Styles(folder)
    files = WhiteNoise(
        app.wsgi_app,
        root=str(folder),
        prefix="static/",
        max_age=A_YEAR,
        allow_all_origins=False,
        add_headers_function=_add_headers,
    )

    def served(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # WhiteNoise can only serve what is a file. The joined styles are not, so they are answered
        # first.
        answer = styles if environ["PATH_INFO"] == f"/static/{Styles.NAME}" else files
        return answer(environ, start_response)

    app.wsgi_app = served  # type: ignore[method-assign]  # the documented way to wrap

    @cache
    def asset(path: str) -> str:
        content = styles.content if path == Styles.NAME else (folder / path).read_bytes()
        return f"/static/{path}?v={_digest(content)}"

    app.jinja_env.globals["asset"] = asset


class Styles:
    """app.css with the content of each imported file in its place, so that a browser sends one
    request.

    The files are joined at startup. The ETag is a digest, so it is the same on every machine that
    serves this release. Raises FileNotFoundError if an imported file is missing: the app does not
    start with half a design.
    """

    NAME = "app.css"
    IMPORT = re.compile(r'^@import "([^"]+)" layer\((\w+)\);$', re.MULTILINE)

    def __init__(self, folder: Path) -> None:
        contents = folder / self.NAME
        parts = [folder / path for path, _layer in self.IMPORT.findall(_text(contents))]
        newest = max(path.stat().st_mtime for path in (contents, *parts))
        joined = self.IMPORT.sub(
            lambda line: f"@layer {line[2]} {{\n{_text(folder / line[1])}}}", _text(contents)
        )
        self.content = joined.encode()
        self.changed_at = datetime.fromtimestamp(int(newest), UTC)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer GET and HEAD, with 304 if the browser has this content."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return MethodNotAllowed(["GET", "HEAD"])(environ, start_response)
        answer = Response(self.content, content_type="text/css; charset=utf-8")
        answer.cache_control.public, answer.cache_control.max_age = True, A_YEAR
        answer.last_modified = self.changed_at
        answer.set_etag(_digest(self.content))
        _add_headers(answer.headers)
        answer.make_conditional(environ)
        return answer(environ, start_response)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _add_headers(headers: Headers | WSGIHeaders, _path: str = "", _url: str = "") -> None:
    """Add the security headers: these files bypass the app, and an SVG opened by itself could run
    scripts."""
    for name in HEADERS:
        headers[name] = security.HEADERS[name]
