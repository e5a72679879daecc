"""Forgets old notices. They only point at what is kept elsewhere."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.notices.models import Notice

KEPT = timedelta(days=365)
"""How long what was read, or withdrawn, stays in the list."""
KEPT_UNREAD = 2 * KEPT


def forget_old(session: Session, *, at: datetime, limit: int) -> int:
    """Delete up to ``limit`` notices of which the time is over, oldest first; how many."""
    is_over = or_(
        Notice.read_at.is_not(None),
        Notice.withdrawn_at.is_not(None),
        Notice.happened_at < at - KEPT_UNREAD,
    )
    old = (
        select(Notice.id)
        .where(Notice.happened_at < at - KEPT, is_over)
        .order_by(Notice.happened_at)
        .limit(limit)
    )
    gone = delete(Notice).where(Notice.id.in_(old)).returning(Notice.id)
    return len(session.scalars(gone.execution_options(synchronize_session=False)).all())
