"""What Slack's answer to an request means for its post, and for when the next request may leave.

Only Slack's "no" parks a post at once. A Slack that cannot be reached, or has no time, shuts the
gate of every channel and costs no post an attempt, so an outage of any length ends with everything
posted. A post that Slack fails at though others got through since it failed last is another matter:
it uses up its attempts and is parked, and nobody behind it waits for ever.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.slack.client import (
    Ambiguous,
    Failed,
    NotFound,
    Outcome,
    Posted,
    RateLimited,
    Refused,
    Removed,
)
from app.slack.posts import pacing
from app.slack.posts.models import PostState, RetryPolicy, SlackPost
from app.slack.posts.planning import remove_if_reworded
from app.slack.posts.requests import Request, Verb


def write_down(
    session: Session, request: Request, outcome: Outcome, *, retry_policy: RetryPolicy, at: datetime
) -> None:
    """Settle the request. An answer that comes after its lease counts only if it says that the post
    is visible."""
    found = select(SlackPost).where(SlackPost.id == request.post_id).with_for_update()
    post = session.scalars(found.execution_options(populate_existing=True)).one()
    pause = None
    if isinstance(outcome, Posted):
        if post.ts is None:
            post.was_posted(ts=outcome.ts, channel=outcome.channel, at=at)
            remove_if_reworded(session, post, at=at)
    elif post.due_at == request.until:
        pause = _finish(session, post, request.verb, outcome, retry_policy=retry_policy, at=at)
    session.flush()  # the post before the gate, in the order in which ``take_lease`` locks them
    pacing.leave(
        session, request.channel, held_until=request.until, opens_at=at + retry_policy.pace
    )
    if isinstance(outcome, RateLimited):
        pause = timedelta(seconds=outcome.seconds)
    if pause is not None:
        pacing.shut(session, pacing.EVERY_CHANNEL, until=at + pause)


def _finish(
    session: Session,
    post: SlackPost,
    verb: Verb,
    outcome: Outcome,
    *,
    retry_policy: RetryPolicy,
    at: datetime,
) -> timedelta | None:
    """Move the post on; how long every channel has to pause because Slack is away, or None."""
    if post.state is PostState.POSTED and not isinstance(outcome, Removed):
        return None  # it was to go, and stands again by now
    if verb is Verb.SEND and not isinstance(outcome, Ambiguous):
        post.is_unsure = False
    match outcome:
        case Removed():
            post.was_removed()
        case NotFound():
            post.was_not_posted(due_at=at)
        case Refused(reason):
            post.park(reason=reason)
        case RateLimited(seconds):
            post.put_off(reason="ratelimited", due_at=at + timedelta(seconds=seconds))
        case Ambiguous() | Failed():
            return _put_off(session, post, verb, outcome, retry_policy=retry_policy, at=at)
    return None


def _put_off(
    session: Session,
    post: SlackPost,
    verb: Verb,
    outcome: Ambiguous | Failed,
    *,
    retry_policy: RetryPolicy,
    at: datetime,
) -> timedelta | None:
    since, through, reason = (
        post.failed_at or at,
        _last_through(session, but=post),
        outcome.reason[:2000],
    )
    wait, post.failed_at = retry_policy.pause_after(at - since), at
    if verb is Verb.SEND and isinstance(outcome, Ambiguous):
        wait = max(wait, retry_policy.settle)
    if (
        isinstance(outcome, Ambiguous)
        and outcome.is_said_by_slack
        and through is not None
        and through >= since
    ):
        post.fail(reason=reason, due_at=at + wait, most_attempts=retry_policy.most_attempts)
        return None
    post.put_off(reason=reason, due_at=at + wait)
    return retry_policy.pause_after(at - max(since, through or since))


def _last_through(session: Session, *, but: SlackPost) -> datetime | None:
    """When a post other than this one became visible last: the last that is known of a Slack that
    works."""
    return session.scalar(select(func.max(SlackPost.posted_at)).where(SlackPost.id != but.id))
