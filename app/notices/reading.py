"""A person reads what they were told. Read on one device is read on all."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from app.notices.kinds import NoticeKind
from app.notices.models import Notice


def open_notice(session: Session, notice_id: int, *, person_id: int, at: datetime) -> Notice | None:
    """Mark one of the person's own notices as read. None if it is another's, or there is none."""
    found = session.scalars(
        select(Notice).where(Notice.id == notice_id, Notice.person_id == person_id)
    ).one_or_none()
    if found is not None:
        _read(session, Notice.id == notice_id, at=at)
    return found


def read_all(session: Session, person_id: int, *, seen_at: datetime, at: datetime) -> None:
    """Mark all of theirs as read that were listed by ``seen_at``, when the page was shown: what has
    come since is still new."""
    _read(session, and_(Notice.person_id == person_id, Notice.listed_at <= seen_at), at=at)


def read_about(
    session: Session, person_id: int, kind: NoticeKind, *, subject_id: int, at: datetime
) -> None:
    """Mark as read what the person was told of that subject: it is dealt with."""
    its = and_(Notice.person_id == person_id, Notice.kind == kind, Notice.subject_id == subject_id)
    _read(session, its, at=at)


def read_kinds(session: Session, person_id: int, kinds: set[NoticeKind], *, at: datetime) -> None:
    """Mark as read what the person wants to hear of no longer."""
    _read(session, and_(Notice.person_id == person_id, Notice.kind.in_(kinds)), at=at)


def _read(session: Session, which: ColumnElement[bool], *, at: datetime) -> None:
    session.execute(
        update(Notice)
        .where(which, Notice.read_at.is_(None))
        .values(read_at=at)
        .execution_options(synchronize_session=False)
    )
