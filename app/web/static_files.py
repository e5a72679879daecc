"""Serves static files with WhiteNoise. Each address carries the file's digest, so browsers may keep
the file for a year and still see a new release at once."""

import gzip
import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import ClassVar
from wsgiref.headers import Headers as WSGIHeaders
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import brotli
from flask import Flask
from werkzeug.datastructures import Accept, Headers
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.http import parse_accept_header
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
    styles, app_itself = Styles(folder), app.wsgi_app
    files = WhiteNoise(
        app_itself,
        root=str(folder),
        prefix="static/",
        max_age=A_YEAR,
        allow_all_origins=False,
        add_headers_function=_add_headers,
    )
    compressed_styles, compressed_files = Compressing(styles), Compressing(files)

    def served(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        # WhiteNoise can only serve what is a file. The joined styles are not, so they are answered
        # first.
        if path == f"/static/{Styles.NAME}":
            return compressed_styles(environ, start_response)
        answer = compressed_files if path.startswith("/static/") else app_itself
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


class Compressing:
    """Static files as the browser takes them. Each is compressed once, when it is first asked for.

    The ETag of what is compressed names the encoding, and is understood when it comes back.
    """

    ENCODINGS: ClassVar[dict[str, Callable[[bytes], bytes]]] = {
        "br": partial(brotli.compress, quality=9),
        "gzip": partial(gzip.compress, mtime=0),
    }
    KINDS = re.compile(r"text/|application/(javascript|json)|image/svg")
    _OURS = re.compile(f':({"|".join(ENCODINGS)})(?=")')

    def __init__(self, files: WSGIApplication) -> None:
        self._files = files
        self._kept: dict[tuple[str, str, str], bytes] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        accepted = parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING"), Accept)
        encoding = accepted.best_match(self.ENCODINGS)
        if "HTTP_IF_NONE_MATCH" in environ:
            known = self._OURS.sub("", environ["HTTP_IF_NONE_MATCH"])
            environ = {**environ, "HTTP_IF_NONE_MATCH": known}
        answer = Response.from_app(self._files, environ)
        answer.vary.add("Accept-Encoding")
        if encoding and answer.status_code == 200 and environ["REQUEST_METHOD"] == "GET":
            self._compress(answer, encoding, path=environ["PATH_INFO"])
        return answer(environ, start_response)

    def _compress(self, answer: Response, encoding: str, *, path: str) -> None:
        etag = answer.get_etag()[0]
        if not etag or not self.KINDS.match(answer.mimetype or ""):
            return
        # WhiteNoise makes an ETag of size and time alone, so two files may have the same.
        key = path, etag, encoding
        if key not in self._kept:
            self._kept[key] = self.ENCODINGS[encoding](answer.get_data())
        answer.set_data(self._kept[key])
        answer.headers["Content-Encoding"] = encoding
        answer.set_etag(f"{etag}:{encoding}")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _add_headers(headers: Headers | WSGIHeaders, _path: str = "", _url: str = "") -> None:
    """Add the security headers: these files bypass the app, and an SVG opened by itself could run
    scripts."""
    for name in HEADERS:
        headers[name] = security.HEADERS[name]
