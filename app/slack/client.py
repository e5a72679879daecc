"""The only place that speaks to Slack. It turns whatever happens into one of a few plain outcomes.

What matters is whether a post may have become visible: a lost reply is no failure but an unknown,
and only a look into the channel can tell. The library's own retry handlers are off, because they
send again after a lost reply.
"""

import json
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from app.slack.deadline import send
from app.slack.posts.messages import EVENT_TYPE, Message


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
    """It did not reach Slack, or Slack has no time for anybody. Nothing was done, and later it may
    work."""

    reason: str


@dataclass(frozen=True)
class Ambiguous:
    """Nobody knows whether it was done."""

    reason: str
    is_said_by_slack: bool = False
    """Slack answered so, and the request itself may be why; else no answer of Slack's came back."""


Trouble = RateLimited | Refused | Failed | Ambiguous
Outcome = Posted | Removed | NotFound | Trouble

PAGE = 200
MOST_PAGES = 50
LONGEST_LOOK = 3
"""Time-outs that all pages of a look into the channel may take together: less than a lease."""
DEFAULT_PAUSE = 30.0
"""Seconds to wait where Slack limits the rate without saying for how long."""

_HALF_DONE = frozenset({"fatal_error", "internal_error", "request_timeout"})
"""Slack documents that some of the operation may have succeeded before these."""
_LATER = frozenset(
    {"accesslimited", "service_unavailable", "team_added_to_org", "org_login_required"}
)
_LIMITED = frozenset({"ratelimited", "rate_limited"})
_NOT_REACHED = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)


class _Web(WebClient):
    """Slack's client, whose time-out is for the whole request: all its methods go through
    ``api_call``."""

    def api_call(
        self,
        api_method: str,
        *,
        json: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
        **_verb: Any,
    ) -> SlackResponse:
        """Send once. Raises SlackApiError if the answer is not "ok", and whatever ``send``
        raises."""
        url = self.base_url + api_method
        kind, body = _as_json(json) if json is not None else _as_form(params or {})
        headers = {**self.headers, "Authorization": f"Bearer {self.token}", "Content-Type": kind}
        request = Request(url, body, headers, method="POST")  # noqa: S310  # ours or Slack's address
        answer = send(request, seconds=self.timeout, proxy=self.proxy)
        response = SlackResponse(
            client=self,
            http_verb="POST",
            api_url=url,
            req_args={},
            data=_object_in(answer.body),
            headers=dict(answer.headers.items()),
            status_code=answer.status,
        )
        response.validate()  # type: ignore[no-untyped-call]  # slack_sdk gives it no types
        return response


class Slack:
    """One workspace, as one bot. ``timeout`` is in seconds, for a whole request."""

    def __init__(self, *, token: str, api_url: str, timeout: float) -> None:
        self._longest_look = LONGEST_LOOK * timeout
        self._web = _Web(
            token=token,
            base_url=api_url if api_url.endswith("/") else api_url + "/",
            timeout=timeout,  # type: ignore[arg-type]  # urllib takes fractions of a second; slack_sdk's hint says int
            retry_handlers=[],
        )

    def post(self, message: Message, *, channel: str, key: str) -> Posted | Trouble:
        """Send a message once. ``key`` goes with it, so that it can be found again."""
        try:
            answer = self._web.chat_postMessage(
                channel=channel,
                text=message.text,
                blocks=message.blocks,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
                parse="none",
                link_names=False,
                unfurl_links=False,
                unfurl_media=False,
            )
            return Posted(ts=str(answer["ts"]), channel=str(answer.get("channel") or channel))
        except Exception as error:  # whatever breaks after sending may have sent
            return _trouble(error)

    def find(
        self, key: str, *, channel: str, oldest: datetime, latest: datetime
    ) -> Posted | NotFound | Trouble:
        """Look for the post with that key in the channel's history between two times."""
        cursor: str | None = None
        end = monotonic() + self._longest_look
        try:
            for _ in range(MOST_PAGES):
                if monotonic() > end:
                    return Failed("history_too_slow")
                answer = self._history(channel, oldest=oldest, latest=latest, cursor=cursor)
                for seen in answer.get("messages") or []:
                    if _key_of(seen) == key:
                        return Posted(ts=str(seen["ts"]), channel=channel)
                cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
                if cursor is None:
                    return NotFound()
        except Exception as error:
            return _trouble(error)
        return Refused("history_too_long")

    def remove(self, ts: str, *, channel: str) -> Removed | Trouble:
        """Take a post away. One that is gone already counts as taken away."""
        try:
            self._web.chat_delete(channel=channel, ts=ts)
        except Exception as error:
            trouble = _trouble(error)
            return Removed() if trouble == Refused("message_not_found") else trouble
        return Removed()

    def _history(
        self, channel: str, *, oldest: datetime, latest: datetime, cursor: str | None
    ) -> Any:
        return self._web.conversations_history(
            channel=channel,
            oldest=f"{oldest.timestamp():.6f}",
            latest=f"{latest.timestamp():.6f}",
            inclusive=True,
            include_all_metadata=True,
            limit=PAGE,
            cursor=cursor,
        )


def _as_json(given: dict[str, Any]) -> tuple[str, bytes]:
    """Content type and body. Slack takes JSON in some methods only, and a form in all."""
    return "application/json;charset=utf-8", json.dumps(given).encode()


def _as_form(given: dict[str, Any]) -> tuple[str, bytes]:
    """Content type and body; None is left out, and a boolean is 0 or 1, as Slack wants it."""
    fields = {
        name: int(value) if isinstance(value, bool) else value
        for name, value in given.items()
        if value is not None
    }
    return "application/x-www-form-urlencoded", urlencode(fields).encode()


def _object_in(body: str) -> dict[str, Any]:
    """Slack's answer; empty for a proxy's page and whatever else is no JSON object."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _key_of(seen: dict[str, Any]) -> str | None:
    metadata = seen.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    key = (metadata.get("event_payload") or {}).get("key")
    return key if isinstance(key, str) else None


def _trouble(error: Exception) -> Trouble:
    """What an exception says about whether anything was done."""
    if isinstance(error, SlackApiError):
        return _answered(error.response)
    if isinstance(error, URLError) and isinstance(error.reason, _NOT_REACHED):
        return Failed(f"Slack could not be reached: {error.reason}")
    return Ambiguous(f"{type(error).__name__}: {error}")


def _answered(response: Any) -> Trouble:
    """What an answer that is not "ok" says. Words of Slack's go on as they are: the DX office can
    look them up."""
    word = str(response.data.get("error") or "") if isinstance(response.data, dict) else ""
    status = int(response.status_code)
    if status == 429 or word in _LIMITED:
        return RateLimited(_retry_after(response.headers))
    if word in _LATER:
        return Failed(word)
    if status >= 500 or not _is_word(word):
        return Ambiguous(f"HTTP {status} {word}".strip())
    return Ambiguous(word, is_said_by_slack=True) if word in _HALF_DONE else Refused(word)


def _is_word(text: str) -> bool:
    """Slack's error words look like channel_not_found; anything else is a proxy's page, and says
    nothing for good."""
    return text.replace("_", "").isalnum() and text.isascii()


def _retry_after(headers: Any) -> float:
    given = {str(name).lower(): value for name, value in headers.items()}.get("retry-after")
    text = str(given[0] if isinstance(given, list) else given)
    return max(1.0, float(text)) if text.replace(".", "", 1).isdigit() else DEFAULT_PAUSE
