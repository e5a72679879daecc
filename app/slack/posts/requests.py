"""Chooses the next request to Slack: one HTTP request that sends, searches for or removes a post.

A worker takes a lease on a post and commits, sends the request, and has ``outcomes`` write down the
answer. Before the request leaves, the row says that it may have left (``is_unsure``). After a crash
at any later point the channel is searched, and nothing is sent twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from sqlalchemy import String, bindparam, func, or_, select
from sqlalchemy.orm import Session

from app.slack.posts import pacing
from app.slack.posts.models import IS_OPEN, PostState, RetryPolicy, SlackPace, SlackPost
from app.slack.posts.planning import bring_up_to_date, why_not

CLOCKS_APART = timedelta(minutes=5)
"""How far Slack's clock and ours may differ."""
LATE_AT_MOST = timedelta(days=1)
"""No request becomes a post later than this. It bounds the period that a search reads, however
late the search is."""


class Verb(Enum):
    """What a request asks of Slack."""

    SEND = auto()
    LOOK_UP = auto()
    REMOVE = auto()


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request, leased to this worker until ``until``.

    Plain values instead of a row, because no transaction is open while Slack is asked.
    """

    post_id: int
    key: str
    verb: Verb
    channel: str
    message: dict[str, Any]
    ts: str | None
    oldest: datetime
    """The post can have become visible between this and ``latest``."""
    latest: datetime
    until: datetime


def take_lease(
    session: Session, *, channel: str, retry_policy: RetryPolicy, at: datetime
) -> Request | None:
    """Take the next request whose channel is free, or None if there is nothing to do now.

    Commit before sending it.
    """
    if not pacing.is_free(session, pacing.EVERY_CHANNEL, at=at):
        return None
    while (post := _next_post(session, channel, at=at)) is not None:
        verb = _verb_for(post)
        if verb is Verb.SEND and (reason := why_not(session, post)) is not None:
            post.cancel(reason=reason, at=at)
            session.flush()
            continue
        until = at + retry_policy.lease
        if not pacing.hold(session, post.channel or channel, at=at, until=until):
            return None
        return _lease(session, post, verb, channel=post.channel or channel, until=until, at=at)
    return None


def has_request(session: Session, *, channel: str, at: datetime) -> bool:
    """Whether ``take_lease`` would probably find something. Reads only."""
    if not pacing.is_free(session, pacing.EVERY_CHANNEL, at=at):
        return False
    return session.scalar(_ANY, {"channel": channel, "at": at}) is not None


def next_opening(session: Session, *, channel: str, at: datetime) -> datetime | None:
    """When the first of the due posts may leave, or None if none is due."""
    pace = SlackPace.name == func.coalesce(SlackPost.channel, channel)
    due = (
        select(
            func.count().label("posts"),
            func.min(func.coalesce(SlackPace.opens_at, at)).label("opens_at"),
        )
        .select_from(SlackPost)
        .outerjoin(SlackPace, pace)
        .where(IS_OPEN, SlackPost.due_at <= at)
    )
    row = session.execute(due).one()
    for_all = session.scalar(
        select(SlackPace.opens_at).where(SlackPace.name == pacing.EVERY_CHANNEL)
    )
    return max(filter(None, (row.opens_at, for_all)), default=at) if row.posts else None


def _next_post(session: Session, channel: str, *, at: datetime) -> SlackPost | None:
    # The row of the pace is not locked here: ``pacing.hold`` decides by a conditional UPDATE, and a
    # lock would make workers of one channel wait for each other.
    found: SlackPost | None = session.scalar(_NEXT, {"channel": channel, "at": at})
    return found


def _verb_for(post: SlackPost) -> Verb:
    if post.is_unsure:
        return Verb.LOOK_UP
    return Verb.SEND if post.ts is None else Verb.REMOVE


def _lease(
    session: Session, post: SlackPost, verb: Verb, *, channel: str, until: datetime, at: datetime
) -> Request:
    """Write down that a request may be under way."""
    post.channel, post.due_at = channel, until
    if verb is Verb.SEND:
        bring_up_to_date(session, post)
        post.state, post.is_unsure = PostState.SENDING, True
        post.first_tried_at = post.first_tried_at or at
        post.last_tried_at = at
    session.flush()
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


# Built once: every worker asks every few seconds.
_CHANNEL, _AT = bindparam("channel", type_=String), bindparam("at", type_=SlackPost.due_at.type)
_DUE = (
    select(SlackPost)
    .outerjoin(SlackPace, SlackPace.name == func.coalesce(SlackPost.channel, _CHANNEL))
    .where(
        IS_OPEN,
        SlackPost.due_at <= _AT,
        or_(SlackPace.opens_at.is_(None), SlackPace.opens_at <= _AT),
    )
    .order_by(SlackPost.due_at, SlackPost.id)
    .limit(1)
)
_ANY = _DUE.with_only_columns(SlackPost.id)
_NEXT = _DUE.with_for_update(of=SlackPost, skip_locked=True).execution_options(
    populate_existing=True
)
