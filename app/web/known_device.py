"""Remembers in a browser who has signed in there before.

Strangers who try passwords for somebody's name use up tries that are counted for the name and the
account. On a known device the person has tries of their own, so that no stranger locks them out
(docs/adr/0012). The cookie opens nothing by itself. A shared computer gets none.
"""

import secrets
from datetime import timedelta
from typing import Any

from flask import Response, after_this_request, request
from itsdangerous import BadData, URLSafeSerializer

from app.config import config

_LASTS = timedelta(days=365)
_MOST = 5
"""People of one device. The one who signed in last comes first."""


def device_that_knows(person_id: int) -> str | None:
    """The id of this device if the person has signed in here before, else None."""
    device, people = _read()
    return device if person_id in people else None


def remember(person_id: int) -> None:
    """Let the answer tell the browser that the person has signed in here."""
    device, people = _read()
    known = [person_id, *(one for one in people if one != person_id)][:_MOST]
    value = _signer().dumps([device or secrets.token_urlsafe(9), known])

    @after_this_request
    def put(response: Response) -> Response:
        response.set_cookie(
            _name(),
            str(value),
            max_age=_LASTS,
            secure=config().is_secure,
            httponly=True,
            samesite="Lax",
        )
        return response


def forget() -> None:
    """Let the answer take the cookie out of the browser."""
    if _name() not in request.cookies:
        return

    @after_this_request
    def drop(response: Response) -> Response:
        response.delete_cookie(_name(), secure=config().is_secure, httponly=True, samesite="Lax")
        return response


def _read() -> tuple[str | None, list[int]]:
    try:
        found: Any = _signer().loads(request.cookies.get(_name(), ""))
    except BadData:
        return None, []
    device, people = found
    return str(device), list(people)


def _name() -> str:
    return f"{config().cookie_prefix}stepup-device"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(config().secret_key, salt="stepup known device")
