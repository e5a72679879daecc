"""What a disaster took: the pauses, the units they are for, and each day that was given back.

Pausing itself is in pauses.py.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from challenges.storage.orm import Base, UtcDateTime


class DisasterPause(Base):
    """A disaster pauses campaigns (災害時の一括休止): in all units, or in those that it names.

    Steps made in it count. The days that it takes are given back at the end, both days included.
    """

    __tablename__ = "disaster_pause"
    __table_args__ = (
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="dates_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    """The last day lost, wholly or partly. None while it goes on."""
    all_units: Mapped[bool] = mapped_column(default=True)
    reason: Mapped[str] = mapped_column(Text)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    begun_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class PausedUnit(Base):
    """A unit that a disaster pauses, with all units below it."""

    __tablename__ = "paused_unit"

    pause_id: Mapped[int] = mapped_column(ForeignKey("disaster_pause.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)


class DayGivenBack(Base):
    """A day that a pause took from a campaign and that was added to it once."""

    __tablename__ = "day_given_back"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    pause_id: Mapped[int] = mapped_column(ForeignKey("disaster_pause.id"))
    """The pause that took it first; a day lost twice is given back once."""
