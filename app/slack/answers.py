"""What Slack's answer to an errand means for its post, and for when the next request may leave."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from . import gates
from .client import Ambiguous, Failed, NotFound, Outcome, Posted, RateLimited, Refused, Removed
from .errands import Errand, Verb
from .models import Patience, SlackPost


def write_down(session: Session, errand: Errand, outcome: Outcome, *, patience: Patience, at: datetime) -> None:
    """Settle the errand. An answer that comes after its lease counts only if it says that the post is visible."""
    found = select(SlackPost).where(SlackPost.id == errand.post_id).with_for_update()
    post = session.scalars(found.execution_options(populate_existing=True)).one()
    if isinstance(outcome, Posted):
        if post.ts is None:
            post.was_posted(ts=outcome.ts, channel=outcome.channel, at=at)
    elif post.due_at == errand.until:
        _settle(post, errand.verb, outcome, patience=patience, at=at)
    session.flush()  # the post before the gate, in the order in which ``claim`` locks them
    gates.leave(session, errand.channel, held_until=errand.until, opens_at=at + patience.pace)
    if isinstance(outcome, RateLimited):
        gates.shut(session, gates.EVERY_CHANNEL, until=at + timedelta(seconds=outcome.seconds))


def _settle(post: SlackPost, verb: Verb, outcome: Outcome, *, patience: Patience, at: datetime) -> None:
    if verb is Verb.SEND and not isinstance(outcome, Ambiguous):
        post.is_unsure = False
    match outcome:
        case Removed():
            post.was_removed()
        case NotFound():
            post.was_not_posted(due_at=at)
        case RateLimited(seconds):
            post.attempts -= 1
            _put_off(post, "ratelimited", due_at=at + timedelta(seconds=seconds), patience=patience)
        case Refused(reason):
            post.park(reason=reason)
        case Ambiguous(reason) if verb is Verb.SEND:
            wait = max(patience.settle, patience.back_off(post.attempts))
            _put_off(post, reason, due_at=at + wait, patience=patience)
        case Ambiguous(reason) | Failed(reason):
            _put_off(post, reason, due_at=at + patience.back_off(post.attempts), patience=patience)


def _put_off(post: SlackPost, reason: str, *, due_at: datetime, patience: Patience) -> None:
    post.put_off(reason=reason[:2000], due_at=due_at, most_attempts=patience.most_attempts)
