"""Noted changes: days from which an indicator is not to be compared with before, and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.indicators.readings import Change


def noted_changes(_session: Session, *, until: datetime) -> Mapping[str, Sequence[Change]]:  # noqa: ARG001
    """What was noted and approved up to ``until``, by the slug of the indicator. Nothing notes
    changes yet."""
    return {}
