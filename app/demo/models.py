"""Marks a database that holds demo data, so that no real people are loaded into it."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from challenges.storage.orm import Base, UtcDateTime


class DemoLoad(Base):
    """One load of demo data, with the numbers it was drawn from."""

    __tablename__ = "demo_load"

    id: Mapped[int] = mapped_column(primary_key=True)
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seed: Mapped[int]
    staff: Mapped[int]
    days: Mapped[int]
