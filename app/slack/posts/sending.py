"""The sending loop: claim an errand, ask Slack without any transaction open, write the answer down.

Any number of workers may run it. Without a token and a channel there is no poster, and posts wait.
"""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.config import Config
from app.db.sessions import Database
from app.slack.client import Failed, Outcome, Refused, Slack
from app.slack.posts.messages import build, from_json
from app.slack.posts.models import Patience
from app.slack.posts.outcomes import write_down
from app.slack.posts.requests import Errand, Verb, claim, has_errand, next_opening

LONGEST_WAIT = 5.0
"""Seconds. When Slack asks for a longer pause, whoever wants to finish leaves the rest for later."""


@dataclass(frozen=True, kw_only=True)
class Poster:
    """All that a worker needs to post."""

    database: Database
    slack: Slack
    channel: str
    """Where posts go that have no channel yet."""
    public_url: str
    clock: Callable[[], datetime]
    patience: Patience


def poster(
    database: Database, config: Config, *, clock: Callable[[], datetime], patience: Patience | None = None
) -> Poster | None:
    """A poster for these settings, or None while Slack is not set up: then posts wait."""
    patience = patience or Patience()
    if not (config.slack_bot_token and config.slack_channel):
        return None
    slack = Slack(token=config.slack_bot_token, api_url=config.slack_api_url, timeout=patience.timeout)
    return Poster(
        database=database,
        slack=slack,
        channel=config.slack_channel,
        public_url=config.public_url,
        clock=clock,
        patience=patience,
    )


def post_next(worker: Poster) -> Outcome | None:
    """Do the next errand; Slack's answer, or None where there is nothing to do now."""
    errand = _claim(worker)
    if errand is None:
        return None
    if worker.clock() + timedelta(seconds=worker.patience.timeout) >= errand.until:
        return Failed("the worker was held up; another will look whether this was sent")  # it may be claimed again
    outcome = _ask(worker, errand)
    with worker.database.writing() as session:
        write_down(session, errand, outcome, patience=worker.patience, at=worker.clock())
    return outcome


def post_all(worker: Poster, *, wait: Callable[[float], object]) -> Counter[str]:
    """Post until nothing is due, waiting a few seconds at the gates by ``wait(seconds)``; answers by name."""
    counts: Counter[str] = Counter()
    while True:
        outcome = post_next(worker)
        if outcome is not None:
            counts[type(outcome).__name__] += 1
        elif (pause := _pause(worker)) > LONGEST_WAIT:
            return counts
        else:
            wait(pause)


def _claim(worker: Poster) -> Errand | None:
    with worker.database.reading() as session:
        if not has_errand(session, channel=worker.channel, at=worker.clock()):
            return None
    with worker.database.writing() as session:
        return claim(session, channel=worker.channel, patience=worker.patience, at=worker.clock())


def _pause(worker: Poster) -> float:
    """Seconds until a post may leave; infinite where none is due."""
    at = worker.clock()
    with worker.database.reading() as session:
        opens_at = next_opening(session, channel=worker.channel, at=at)
    return math.inf if opens_at is None else max((opens_at - at).total_seconds(), 0.01)


def _ask(worker: Poster, errand: Errand) -> Outcome:
    if errand.verb is Verb.LOOK_UP:
        return worker.slack.find(errand.key, channel=errand.channel, oldest=errand.oldest, latest=errand.latest)
    if errand.verb is Verb.REMOVE:
        return worker.slack.remove(errand.ts or "", channel=errand.channel)
    try:
        message = build(from_json(errand.message), public_url=worker.public_url)
    except (KeyError, TypeError) as error:
        return Refused(f"the message cannot be built: {error!r}")
    return worker.slack.post(message, channel=errand.channel, key=errand.key)
