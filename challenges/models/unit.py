"""Offices of the prefecture, as a tree of any depth."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class Unit(Base):
    """An office (所属). ``path`` is the names from the root joined by "/", as the personnel list writes it."""

    __tablename__ = "unit"
    __table_args__ = (Index("ix_unit_parent_id_id", "parent_id", "id"),)  # answers what lies below by itself

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(String(100))
    path: Mapped[str] = mapped_column(String(400), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    """Order of the organisation among its siblings."""
