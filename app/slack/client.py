"""The only module that uses slack_sdk. It turns whatever happens into an outcome of ``answers``.

The library's own retry handlers are off: they send again after a lost reply, and would post twice.
"""

from datetime import datetime
from time import monotonic
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from app.slack.answers import (
    Failed,
    NotFound,
    Posted,
    Refused,
    Removed,
    Trouble,
    trouble_of_answer,
    trouble_without_answer,
)
from app.slack.posts.messages import EVENT_TYPE, Message
from app.slack.transport import object_in, post_form, post_json

PAGE = 200
MOST_PAGES = 50
LONGEST_SEARCH = 3
"""Time-outs that all pages of a search may take together. The sum stays below a lease."""


class Slack:
    """One workspace, as one bot. ``timeout`` is in seconds, for a whole request."""

    def __init__(self, *, token: str, api_url: str, timeout: float) -> None:
        self._longest_search = LONGEST_SEARCH * timeout
        self._web = _Web(
            token=token,
            base_url=api_url if api_url.endswith("/") else api_url + "/",
            timeout=timeout,  # type: ignore[arg-type]  # slack_sdk's hint says int; urllib takes fractions
            retry_handlers=[],
        )

    def post(self, message: Message, *, channel: str, key: str) -> Posted | Trouble:
        """Send a message once. ``key`` goes with it, so that ``find`` can find it."""
        try:
            answer = self._web.chat_postMessage(
                channel=channel,
                text=message.text,
                blocks=message.blocks,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
                mrkdwn=False,
                parse="none",
                link_names=False,
                unfurl_links=False,
                unfurl_media=False,
            )
            return Posted(ts=str(answer["ts"]), channel=str(answer.get("channel") or channel))
        # Everything, because whatever breaks after sending may have sent.
        except Exception as error:
            return _trouble(error)

    def find(
        self, key: str, *, channel: str, oldest: datetime, latest: datetime
    ) -> Posted | NotFound | Trouble:
        """Search the channel's history between two times for the post with that key."""
        cursor: str | None = None
        end = monotonic() + self._longest_search
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
        """Delete a post. One that is already gone counts as deleted, so this is safe to repeat."""
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


class _Web(WebClient):
    """Slack's client with a time-out for the whole request. All its methods use ``api_call``."""

    def api_call(
        self,
        api_method: str,
        *,
        json: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
        **_verb: Any,
    ) -> SlackResponse:
        """Send once. Raises SlackApiError if the answer is not "ok", and what ``send`` raises."""
        url = self.base_url + api_method
        headers = {**self.headers, "Authorization": f"Bearer {self.token}"}
        limits = {"seconds": self.timeout, "proxy": self.proxy}
        if json is not None:
            answer = post_json(url, json, headers, **limits)
        else:
            answer = post_form(url, params or {}, headers, **limits)
        response = SlackResponse(
            client=self,
            http_verb="POST",
            api_url=url,
            req_args={},
            data=object_in(answer),
            headers=dict(answer.headers.items()),
            status_code=answer.status,
        )
        response.validate()  # type: ignore[no-untyped-call]  # slack_sdk gives it no types
        return response


def _key_of(seen: dict[str, Any]) -> str | None:
    metadata = seen.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    key = (metadata.get("event_payload") or {}).get("key")
    return key if isinstance(key, str) else None


def _trouble(error: Exception) -> Trouble:
    if isinstance(error, SlackApiError):
        answer: Any = error.response
        return trouble_of_answer(int(answer.status_code), answer.headers, answer.data)
    return trouble_without_answer(error)
