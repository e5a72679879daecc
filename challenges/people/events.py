"""What happens to people, as plain values."""

from dataclasses import dataclass
from datetime import date, datetime

from challenges.calendar import day_of
from challenges.outbox import Event


@dataclass(frozen=True, kw_only=True)
class AppointmentsChanged(Event):
    """Appointments of people changed, perhaps those of days gone by, or the days on which they
    count.

    It does not say whose: who will be transferred is a secret until the day (coming.py).
    """

    kind = "appointments_changed"
    since: str
    """The first day, in ISO form, from which something is otherwise; that of the change if it is
    later."""

    @classmethod
    def from_day(cls, day: date, *, at: datetime) -> "AppointmentsChanged":
        """That something is otherwise from a day on."""
        return cls(occurred_at=at, since=min(day, day_of(at)).isoformat())


@dataclass(frozen=True, kw_only=True)
class DeputiesChanged(Event):
    """Somebody was named deputy of a unit's manager, or a deputyship was ended."""

    kind = "deputies_changed"
    unit_id: int
