"""Which request to Slack comes next. A request is leased, committed, sent, and its answer
written down (``answers``).

One request is one request's worth: send, look up, or take away. Before the request leaves, the row
says that it may have left (``is_unsure``), so a crash at any point after is followed by a look into
the channel and never by a second post.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.slack.posts import pacing
from app.slack.posts.models import IS_OPEN, PostState, RetryPolicy, SlackGate, SlackPost
from app.slack.posts.planning import message_now, why_not


class Verb(Enum):
    """What an request asks of Slack."""

    SEND = auto()
    LOOK_UP = auto()
    REMOVE = auto()


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request, ours until ``until``. Plain values: no transaction is open while Slack is
    asked."""

    post_id: int
    key: str
    verb: Verb
    channel: str
    message: dict[str, Any]
    ts: str | None
    oldest: datetime
    """Between this and ``latest`` the post can have become visible."""
    latest: datetime
    until: datetime


CLOCKS_APART = timedelta(minutes=5)
"""How far Slack's clock and ours may differ."""


LATE_AT_MOST = timedelta(days=1)
"""No request becomes a post later than this. It bounds how far back a look-up reads, however late
it happens."""


def take_lease(
    session: Session, *, channel: str, retry_policy: RetryPolicy, at: datetime
) -> Request | None:
    """Take the next request whose gates are open. Commit before it is sent. None where there is
    nothing to do now."""
    if not pacing.is_open(session, pacing.EVERY_CHANNEL, at=at):
        return None
    while (post := _next_post(session, channel, at=at)) is not None:
        verb = _verb_for(post)
        if verb is Verb.SEND and (reason := why_not(session, post)) is not None:
            post.cancel(reason=reason, at=at)
            session.flush()
            continue
        until = at + retry_policy.lease
        if not pacing.enter(session, post.channel or channel, at=at, until=until):
            return None
        return _mark_sent(session, post, verb, channel=post.channel or channel, until=until, at=at)
    return None


def has_request(session: Session, *, channel: str, at: datetime) -> bool:
    """Whether ``take_lease`` would probably find something. Reads only."""
    found = _due(channel, at=at).with_only_columns(SlackPost.id)
    return (
        pacing.is_open(session, pacing.EVERY_CHANNEL, at=at) and session.scalar(found) is not None
    )


def next_opening(session: Session, *, channel: str, at: datetime) -> datetime | None:
    """When the first of the posts that are due finds its gates open, or None where none is due."""
    gate = SlackGate.name == func.coalesce(SlackPost.channel, channel)
    waiting = select(func.count(), func.min(func.coalesce(SlackGate.opens_at, at))).select_from(
        SlackPost
    )
    count, opens_at = session.execute(
        waiting.outerjoin(SlackGate, gate).where(IS_OPEN, SlackPost.due_at <= at)
    ).one()
    for_all = session.scalar(
        select(SlackGate.opens_at).where(SlackGate.name == pacing.EVERY_CHANNEL)
    )
    return max(filter(None, (opens_at, for_all)), default=at) if count else None


def _due(channel: str, *, at: datetime) -> Any:
    gate = SlackGate.name == func.coalesce(SlackPost.channel, channel)
    is_passable: ColumnElement[bool] = or_(SlackGate.opens_at.is_(None), SlackGate.opens_at <= at)
    due = (
        select(SlackPost)
        .outerjoin(SlackGate, gate)
        .where(IS_OPEN, SlackPost.due_at <= at, is_passable)
    )
    return due.order_by(SlackPost.due_at, SlackPost.id).limit(1)


def _next_post(session: Session, channel: str, *, at: datetime) -> SlackPost | None:
    locked = _due(channel, at=at).with_for_update(of=SlackPost, skip_locked=True)
    found: SlackPost | None = session.scalar(locked.execution_options(populate_existing=True))
    return found


def _verb_for(post: SlackPost) -> Verb:
    if post.is_unsure:
        return Verb.LOOK_UP
    return Verb.SEND if post.ts is None else Verb.REMOVE


def _mark_sent(
    session: Session, post: SlackPost, verb: Verb, *, channel: str, until: datetime, at: datetime
) -> Request:
    """Write down that a request may be under way."""
    post.channel, post.due_at = channel, until
    if verb is Verb.SEND:
        post.message = message_now(session, post)
        post.state, post.is_unsure = PostState.SENDING, True
        post.first_tried_at, post.last_tried_at = post.first_tried_at or at, at
    session.flush()
    return _request(post, verb, channel=channel, until=until)


def _request(post: SlackPost, verb: Verb, *, channel: str, until: datetime) -> Request:
    return Request(
        post_id=post.id,
        key=post.key,
        verb=verb,
        channel=channel,
        message=post.message,
        ts=post.ts,
        oldest=(post.first_tried_at or post.wished_at) - CLOCKS_APART,
        latest=(post.last_tried_at or until) + LATE_AT_MOST,
        until=until,
    )
