"""The pace of requests to Slack, for all workers: a row a channel, and "*" for all channels.

Two requests for one channel are at least ``RetryPolicy.pace`` apart. A worker holds the channel
from before its request leaves until that long after the answer. If the next request left by the
clock of its sender alone, a slow one and the next could arrive together.
"""

from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.slack.posts.models import SlackPace
from challenges.storage.sql import upsert

EVERY_CHANNEL = "*"
_OPENS_AT = select(SlackPace.opens_at).where(SlackPace.name == bindparam("name"))


def is_free(session: Session, name: str, *, at: datetime) -> bool:
    """Whether a request for this channel may leave now. One that was never used is free."""
    opens_at = session.scalar(_OPENS_AT, {"name": name})
    return opens_at is None or opens_at <= at


def hold(session: Session, name: str, *, at: datetime, until: datetime) -> bool:
    """Keep a free channel for oneself. False if another worker was quicker."""
    new = upsert(session, SlackPace).values(name=name, opens_at=at).on_conflict_do_nothing()
    session.execute(new)
    # The condition is part of the UPDATE, so of two workers at once only one changes the row.
    held = (
        update(SlackPace)
        .where(SlackPace.name == name, SlackPace.opens_at <= at)
        .values(opens_at=until)
    )
    return session.execute(held.returning(SlackPace.name)).first() is not None


def release(session: Session, name: str, *, held_until: datetime, opens_at: datetime) -> None:
    """Free the channel from ``opens_at`` on, unless somebody else has it by now."""
    held = update(SlackPace).where(SlackPace.name == name, SlackPace.opens_at == held_until)
    session.execute(held.values(opens_at=opens_at))


def pause(session: Session, name: str, *, until: datetime) -> None:
    """Let no request leave before ``until``, whoever holds it. A longer pause stays as it is."""
    new = upsert(session, SlackPace).values(name=name, opens_at=until).on_conflict_do_nothing()
    session.execute(new)
    session.execute(
        update(SlackPace)
        .where(SlackPace.name == name, SlackPace.opens_at < until)
        .values(opens_at=until)
    )
