"""Answers 400 to a request that cannot be read, before any page looks at it."""

import json
import re
from collections.abc import Iterable
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, abort, request
from werkzeug.wrappers import Response

from app.http.programs import API
from app.web.headers import HEADERS

_HOST = re.compile(
    r"(\[[0-9A-Fa-f:.]{2,45}\]|(?=.{1,253}(?:$|:))[\w-]{1,63}(\.[\w-]{1,63})*\.?)(:\d{1,5})?",
    re.ASCII,
)
SENTENCE = "この要求は読み取れませんでした。 / This request could not be read.\n"


def init_app(app: Flask) -> None:
    """Guard the app: the host and the query as they arrive, the form before anything else."""
    app.wsgi_app = Guard(app.wsgi_app)  # type: ignore[method-assign]  # the documented way to wrap
    app.before_request(_read_form)


class Guard:
    """Refuses what Flask could not even make a request of, in plain text: an error page needs
    addresses, and those need a host."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if is_host(environ.get("HTTP_HOST")) and _is_text(environ.get("QUERY_STRING", "")):
            return self._app(environ, start_response)
        return _refusal(environ)(environ, start_response)


def _refusal(environ: WSGIEnvironment) -> Response:
    if not environ.get("PATH_INFO", "").startswith(API):
        return Response(SENTENCE, 400, dict(HEADERS), content_type="text/plain; charset=utf-8")
    # Without a request there is no language to choose, so a program gets both.
    told = {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": SENTENCE.strip(),
    }
    body = json.dumps(told, ensure_ascii=False)
    return Response(body, 400, dict(HEADERS), content_type="application/problem+json")


def is_host(given: str | None) -> bool:
    """Whether this may stand in an address as its host and port. None: the client named none."""
    if given is None:
        return True
    if not _HOST.fullmatch(given):
        return False
    try:
        return urlsplit(f"//{given}").port != 0
    except ValueError:
        return False


def path_of(address: str | None) -> str:
    """The path of an address that a client sent; "" if it is none."""
    try:
        return urlsplit(address or "").path
    except ValueError:
        return ""


def _is_text(query: str) -> bool:
    try:
        query.encode("latin-1").decode()
    except UnicodeError:
        return False
    return True


def _read_form() -> None:
    """Read the body once, before anybody asks for a field.

    It may be longer than announced, end early, or be no chunk where one was promised. The server
    and its library report that as an error of reading.
    """
    try:
        # Asked for its effect: the form is kept with the request.
        request.form  # noqa: B018
    except (OSError, ValueError):
        abort(400)
