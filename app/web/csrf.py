"""Tokens against forms of other sites, masked anew in each answer.

Answers are compressed. If the same token stood in each of them, somebody who can make a browser
send requests and see how long the answers are could guess it letter by letter (BREACH).
"""

import base64
import hashlib
import secrets
from typing import Any

from flask import Flask, g
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf

SEED = 16
"""Bytes from which a mask is made."""


class MaskedTokens(CSRFProtect):  # type: ignore[misc]  # flask_wtf ships no types
    """Flask-WTF's protection, which gives out masked tokens and takes them back."""

    def init_app(self, app: Flask) -> None:
        """Protect the app."""
        super().init_app(app)
        app.jinja_env.globals["csrf_token"] = masked_token
        app.context_processor(lambda: {"csrf_token": masked_token})

    def _get_csrf_token(self) -> Any:
        # The one place in which Flask-WTF reads a token, from form or header.
        return unmasked(super()._get_csrf_token() or "")


def masked_token() -> str:
    """The token of this session, masked for this answer."""
    if "csrf_masked" not in g:
        seed = secrets.token_bytes(SEED)
        g.csrf_masked = base64.urlsafe_b64encode(
            seed + _mixed(generate_csrf().encode(), seed)
        ).decode()
    return str(g.csrf_masked)


def unmasked(token: str) -> str:
    """The token under the mask; "" if there is none."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii"))
        return _mixed(raw[SEED:], raw[:SEED]).decode("ascii")
    except ValueError:
        return ""


def _mixed(text: bytes, seed: bytes) -> bytes:
    """The text with its mask put on, or taken off."""
    mask = hashlib.shake_256(seed).digest(len(text))
    return bytes(one ^ other for one, other in zip(text, mask, strict=True))
