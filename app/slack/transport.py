"""Slack's Web API over HTTP: how arguments are encoded and an answer is read, within a deadline."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request

from app.slack.deadline import Answer, send


def post_json(
    url: str, arguments: Mapping[str, Any], headers: Mapping[str, str], **limits: Any
) -> Answer:
    """Send arguments as JSON, which Slack takes in some methods only. Raises what ``send`` does."""
    content_type = "application/json;charset=utf-8"
    return _post(url, json.dumps(arguments).encode(), content_type, headers, **limits)


def post_form(
    url: str, arguments: Mapping[str, Any], headers: Mapping[str, str], **limits: Any
) -> Answer:
    """Send arguments as a form. None is left out, and a boolean becomes 0 or 1, as Slack asks."""
    fields = {
        name: int(value) if isinstance(value, bool) else value
        for name, value in arguments.items()
        if value is not None
    }
    content_type = "application/x-www-form-urlencoded"
    return _post(url, urlencode(fields).encode(), content_type, headers, **limits)


def object_in(answer: Answer) -> dict[str, Any]:
    """Slack's answer as an object; empty for a proxy's page and whatever else is no JSON object."""
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _post(
    url: str,
    body: bytes,
    content_type: str,
    headers: Mapping[str, str],
    *,
    seconds: float,
    proxy: str | None,
) -> Answer:
    every = {**headers, "Content-Type": content_type}
    request = Request(url, body, every, method="POST")  # noqa: S310  # ours or Slack's address
    return send(request, seconds=seconds, proxy=proxy)
