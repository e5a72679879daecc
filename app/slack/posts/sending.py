"""The sending loop: take a request, ask Slack with no transaction open, write the outcome down.

Any number of workers may run it. Without a token and a channel there is no poster, and posts wait.
"""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.config import Config
from app.db.sessions import Database
from app.slack.answers import Failed, Outcome, Refused
from app.slack.client import Slack
from app.slack.posts.messages import build, from_json
from app.slack.posts.models import RetryPolicy
from app.slack.posts.outcomes import write_down
from app.slack.posts.requests import Request, Verb, has_request, next_opening, take_lease

LONGEST_WAIT = 5.0
"""Seconds. If Slack asks for a longer pause, ``post_all`` leaves the rest for later."""


@dataclass(frozen=True, kw_only=True)
class Poster:
    """What a worker needs to post."""

    database: Database
    slack: Slack
    channel: str
    """Where posts go that have no channel yet."""
    public_url: str
    clock: Callable[[], datetime]
    retry_policy: RetryPolicy


def poster(
    database: Database,
    config: Config,
    *,
    clock: Callable[[], datetime],
    retry_policy: RetryPolicy | None = None,
) -> Poster | None:
    """A poster for these settings, or None if Slack is not set up: then posts wait."""
    retry_policy = retry_policy or RetryPolicy()
    if not (config.slack_bot_token and config.slack_channel):
        return None
    slack = Slack(
        token=config.slack_bot_token, api_url=config.slack_api_url, timeout=retry_policy.timeout
    )
    return Poster(
        database=database,
        slack=slack,
        channel=config.slack_channel,
        public_url=config.public_url,
        clock=clock,
        retry_policy=retry_policy,
    )


def post_next(worker: Poster) -> Outcome | None:
    """Do the next request. Returns its outcome, or None if there is nothing to do now."""
    request = _take_lease(worker)
    if request is None:
        return None
    # A request that could outlast its lease is not sent: another worker may take the post, search
    # for it before this request arrives, and send a second one.
    if worker.clock() + timedelta(seconds=worker.retry_policy.timeout) >= request.until:
        return Failed("the worker was held up; another will look whether this was sent")
    outcome = _ask(worker, request)
    with worker.database.writing() as session:
        write_down(session, request, outcome, retry_policy=worker.retry_policy, at=worker.clock())
    return outcome


def post_all(worker: Poster, *, wait: Callable[[float], object]) -> Counter[str]:
    """Post until nothing is due, or Slack asks for a long pause. Returns outcomes by their name.

    ``wait(seconds)`` is called for short pauses between two requests.
    """
    counts: Counter[str] = Counter()
    while True:
        outcome = post_next(worker)
        if outcome is not None:
            counts[type(outcome).__name__] += 1
        elif (pause := _pause(worker)) > LONGEST_WAIT:
            return counts
        else:
            wait(pause)


def _take_lease(worker: Poster) -> Request | None:
    # Look first in a read session: an idle worker should not take the write lock again and again.
    with worker.database.reading() as session:
        if not has_request(session, channel=worker.channel, at=worker.clock()):
            return None
    with worker.database.writing() as session:
        return take_lease(
            session, channel=worker.channel, retry_policy=worker.retry_policy, at=worker.clock()
        )


def _pause(worker: Poster) -> float:
    """Seconds until a post may leave; infinite if none is due."""
    at = worker.clock()
    with worker.database.reading() as session:
        opens_at = next_opening(session, channel=worker.channel, at=at)
    return math.inf if opens_at is None else max((opens_at - at).total_seconds(), 0.01)


def _ask(worker: Poster, request: Request) -> Outcome:
    if request.verb is Verb.LOOK_UP:
        return worker.slack.find(
            request.key, channel=request.channel, oldest=request.oldest, latest=request.latest
        )
    if request.verb is Verb.REMOVE:
        return worker.slack.remove(request.ts or "", channel=request.channel)
    try:
        message = build(from_json(request.message), public_url=worker.public_url)
    except (KeyError, TypeError) as error:
        return Refused(f"the message cannot be built: {error!r}")
    return worker.slack.post(message, channel=request.channel, key=request.key)
