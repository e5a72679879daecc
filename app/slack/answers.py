"""What became of a request to Slack: one of a few plain outcomes.

What matters is whether a post may have become visible. A lost reply is no failure but an unknown,
and only a search of the channel can tell.
"""

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import URLError


@dataclass(frozen=True)
class Posted:
    """It is visible."""

    ts: str
    channel: str


@dataclass(frozen=True)
class Removed:
    """It is no longer visible."""


@dataclass(frozen=True)
class NotFound:
    """It is certainly not in the channel."""


@dataclass(frozen=True)
class RateLimited:
    """Slack asks everybody to wait. Nothing was done."""

    seconds: float


@dataclass(frozen=True)
class Refused:
    """Slack said no, and would say it again. Nothing was done."""

    reason: str


@dataclass(frozen=True)
class Failed:
    """Slack was not reached, or serves nobody at present. Nothing was done; it may work later."""

    reason: str


@dataclass(frozen=True)
class Ambiguous:
    """Nobody knows whether it was done."""

    reason: str
    is_said_by_slack: bool = False
    """True if Slack itself answered so, and the request may be the cause. False if no answer of
    Slack's came back."""


Trouble = RateLimited | Refused | Failed | Ambiguous
Outcome = Posted | Removed | NotFound | Trouble

DEFAULT_PAUSE = 30.0
"""Seconds to wait if Slack limits the rate without saying for how long."""

# Slack documents that part of the operation may have succeeded before these errors.
_HALF_DONE = frozenset({"fatal_error", "internal_error", "request_timeout"})
# Slack documents these as passing conditions of the workspace or of Slack itself.
_LATER = frozenset(
    {"accesslimited", "service_unavailable", "team_added_to_org", "org_login_required"}
)
_LIMITED = frozenset({"ratelimited", "rate_limited"})
# Errors that happen before the first byte of a request leaves.
_NOT_REACHED = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)


def trouble_without_answer(error: Exception) -> Trouble:
    """What an exception says that came instead of an answer."""
    if isinstance(error, URLError) and isinstance(error.reason, _NOT_REACHED):
        return Failed(f"Slack could not be reached: {error.reason}")
    return Ambiguous(f"{type(error).__name__}: {error}")


def trouble_of_answer(status: int, headers: Mapping[str, Any], data: object) -> Trouble:
    """What an answer says that is not "ok".

    Slack's own error word becomes the reason, so that the DX office can look it up.
    """
    word = str(data.get("error") or "") if isinstance(data, dict) else ""
    if status == 429 or word in _LIMITED:
        return RateLimited(_retry_after(headers))
    if word in _LATER:
        return Failed(word)
    if status >= 500 or not _is_error_word(word):
        return Ambiguous(f"HTTP {status} {word}".strip())
    return Ambiguous(word, is_said_by_slack=True) if word in _HALF_DONE else Refused(word)


def _is_error_word(text: str) -> bool:
    """Whether it looks like channel_not_found. Anything else is from a proxy, and not final."""
    return text.replace("_", "").isalnum() and text.isascii()


def _retry_after(headers: Mapping[str, Any]) -> float:
    given = {str(name).lower(): value for name, value in headers.items()}.get("retry-after")
    text = str(given[0] if isinstance(given, list) else given)
    return max(1.0, float(text)) if text.replace(".", "", 1).isdigit() else DEFAULT_PAUSE
