"""What the outcome of a request means for its post, and for when the next request may leave.

Only a "no" of Slack's parks a post at once. If Slack cannot be reached or serves nobody, every
channel pauses and no post loses an attempt, so that after an outage of any length everything is
posted. If Slack fails at one post while others got through since its last failure, that post loses
an attempt. Without attempts left it is parked, so that the posts behind it do not wait for ever.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.slack.answers import (
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
    """Move the post on by the outcome of its request, and free the channel.

    After the lease has ended, another worker may have the post. Then an outcome counts only if it
    says that the post is visible.
    """
    found = select(SlackPost).where(SlackPost.id == request.post_id).with_for_update()
    post = session.scalars(found.execution_options(populate_existing=True)).one()
    pause = None
    if isinstance(outcome, Posted):
        if post.ts is None:
            post.was_posted(ts=outcome.ts, channel=outcome.channel, at=at)
            remove_if_reworded(session, post, at=at)
    elif post.due_at == request.until:
        pause = _finish(session, post, request.verb, outcome, retry_policy=retry_policy, at=at)
    # The post is written before the pace: ``take_lease`` locks them in that order too, and two
    # workers that lock in different orders could block each other for ever.
    session.flush()
    pacing.release(
        session, request.channel, held_until=request.until, opens_at=at + retry_policy.pace
    )
    if isinstance(outcome, RateLimited):
        pause = timedelta(seconds=outcome.seconds)
    if pause is not None:
        pacing.pause(session, pacing.EVERY_CHANNEL, until=at + pause)


def _finish(
    session: Session,
    post: SlackPost,
    verb: Verb,
    outcome: Outcome,
    *,
    retry_policy: RetryPolicy,
    at: datetime,
) -> timedelta | None:
    """Move the post on. Returns how long every channel pauses because Slack is away, or None."""
    # It was about to be removed, and has been planned again meanwhile: it just stays.
    if post.state is PostState.POSTED and not isinstance(outcome, Removed):
        return None
    if verb is Verb.SEND and not isinstance(outcome, Ambiguous):
        post.is_unsure = False
    match outcome:
        case Removed():
            post.was_removed(at=at)
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
    """Try the post again later. Returns the pause of every channel, or None if the post is why."""
    reason = outcome.reason[:2000]
    failing_since = post.failed_at or at
    last_success = _last_success(session, but=post)
    wait = retry_policy.pause_after(at - failing_since)
    if verb is Verb.SEND and isinstance(outcome, Ambiguous):
        # The request may still become a post. A search that comes too soon would miss it.
        wait = max(wait, retry_policy.settle)
    post.failed_at = at
    slack_works = last_success is not None and last_success >= failing_since
    if isinstance(outcome, Ambiguous) and outcome.is_said_by_slack and slack_works:
        post.fail(reason=reason, due_at=at + wait, most_attempts=retry_policy.most_attempts)
        return None
    post.put_off(reason=reason, due_at=at + wait)
    return retry_policy.pause_after(at - max(failing_since, last_success or failing_since))


def _last_success(session: Session, *, but: SlackPost) -> datetime | None:
    """When a post other than this one became visible last, which shows that Slack worked then."""
    return session.scalar(select(func.max(SlackPost.posted_at)).where(SlackPost.id != but.id))
