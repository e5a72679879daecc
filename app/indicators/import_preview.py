"""A file that somebody looks over before it is taken in. Kept for a day."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, LargeBinary, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.indicators.importing import clean_name
from challenges.storage.orm import Base, UtcDateTime

KEPT = timedelta(days=1)


class MeasurePreview(Base):
    """A file between being handed in and being taken in."""

    __tablename__ = "measure_preview"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(200))
    data: Mapped[bytes] = mapped_column(LargeBinary)
    handed_in_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handed_in_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


def keep(
    session: Session, data: bytes, *, file_name: str, by_id: int | None, at: datetime
) -> MeasurePreview:
    """Keep a file for its preview."""
    one = MeasurePreview(
        file_name=clean_name(file_name), data=data, handed_in_at=at, handed_in_by_id=by_id
    )
    session.add(one)
    session.flush()
    return one


def drop(session: Session, preview_id: int) -> bool:
    """Drop a file whose preview is over. False if somebody else was quicker."""
    gone = delete(MeasurePreview).where(MeasurePreview.id == preview_id)
    return session.execute(gone.returning(MeasurePreview.id)).first() is not None


def forget(session: Session, *, at: datetime) -> int:
    """Drop every file older than a day; how many."""
    old = delete(MeasurePreview).where(MeasurePreview.handed_in_at < at - KEPT)
    return len(session.scalars(old.returning(MeasurePreview.id)).all())
