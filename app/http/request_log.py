"""Logs one line for each request, with an id that the error page shows too and the address it came
from. It names the person who changed something or met an error, never who read a page
(docs/adr/0017-who-read-is-not-logged.md), and nobody at the addresses of ``UNTRACED``. Failed
sign-ins are lines of their own."""

import re
import secrets
import time

from flask import Flask, Response, g, request

from app.log import log

# The rest of the path is a secret: whoever reads the log must not be able to use the link.
_ONE_TIME = re.compile(r"^(/invitations/|/letters/unsubscriptions/).*")
# An anonymous question, whom a manager may have overlooked, and words that trouble somebody. A line
# says that there was a request, so that errors and floods show, and not whose: no person, no
# address, and no number that a proxy or a browser may know too.
UNTRACED = (
    "/pulse",
    "/team/overlooked",
    "/settings/suggestions",
    "/settings/copies",
    "/settings/silences",
    "/words",
)
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")


def init_app(app: Flask) -> None:
    app.before_request(_start)
    app.after_request(_finish)
    app.context_processor(lambda: {"request_id": g.get("request_id", "")})


def crashed(error: Exception) -> None:
    """Log an unexpected error with its traceback."""
    log.error("crash", id=g.get("request_id"), method=request.method, path=_path(), exc_info=error)


def refused(reason: str, *, person_id: int | None = None) -> None:
    """Log a failed sign-in. The name is left out: people type their password there by mistake."""
    log.warning(
        "sign-in refused",
        id=g.get("request_id"),
        address=request.remote_addr,
        person=person_id,
        reason=reason,
    )


def gave_up(error: Exception) -> None:
    """Log that the database was too busy or away, without a traceback: the code is not to blame."""
    why = str(getattr(error, "orig", error) or type(error).__name__)
    log.error(
        "unavailable", id=g.get("request_id"), method=request.method, path=_path(), why=why.strip()
    )


def _start() -> None:
    g.request_id = None if _is_untraced() else _number()
    g.started = time.perf_counter()


def _number() -> str:
    given = request.headers.get("X-Request-Id", "")
    return given if _GIVEN.fullmatch(given) else secrets.token_hex(8)


def _finish(response: Response) -> Response:
    if g.get("request_id"):
        response.headers["X-Request-Id"] = g.request_id
    if request.path not in {"/healthz", "/readyz"}:
        log.info(
            "request",
            id=g.get("request_id"),
            method=request.method,
            path=_path(),
            status=response.status_code,
            address=None if _is_untraced() else request.remote_addr,
            person=None if _is_untraced() or _is_mere_reading(response) else g.get("person_id"),
            ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
        )
    return response


def _is_mere_reading(response: Response) -> bool:
    return request.method in _READING and response.status_code < 400


def _is_untraced() -> bool:
    return any(request.path == one or request.path.startswith(f"{one}/") for one in UNTRACED)


def _path() -> str:
    return _ONE_TIME.sub(r"\1…", request.path)
