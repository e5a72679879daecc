"""Who works for a manager, and how far they are on their own stairs, as their desk asks it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from challenges.people.org_chart import MANAGED_UNITS, ManagedUnit, managed_in
from challenges.people.reporting import REPORTING_UNITS, ReportingUnits, reporting_in
from challenges.storage.sql import fetch_rows, united
from challenges.submissions.own_steps import CLIMBED, Standing, standing_in
from challenges.submissions.queries import OPEN_SUBMISSIONS


@dataclass(frozen=True, slots=True)
class Desk:
    """Of one manager or deputy on a day."""

    units: list[ManagedUnit]
    """That they manage or stand in for."""
    reports: ReportingUnits
    """Where their direct reports work."""
    standing: Standing
    """How far they are themselves."""


def desk_of(session: Session, person_id: int, *, on: date) -> Desk:
    """One statement."""
    rows = fetch_rows(session, _DESK, {"person_id": person_id, "on_day": on}).all()
    return Desk(
        units=managed_in(row for row in rows if row.part == "managed"),
        reports=reporting_in([row for row in rows if row.part == "reporting"]),
        standing=standing_in(rows),
    )


_DESK = united(
    managed=MANAGED_UNITS,
    reporting=REPORTING_UNITS,
    open=OPEN_SUBMISSIONS.order_by(None),
    climbed=CLIMBED,
)
