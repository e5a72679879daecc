"""What happens to people, as plain values."""

from dataclasses import dataclass

from challenges.outbox import Event


@dataclass(frozen=True, kw_only=True)
class AppointmentsChanged(Event):
    """Appointments of people changed, perhaps those of days gone by.

    It does not say whose: who will be transferred is a secret until the day (coming.py).
    """

    kind = "appointments_changed"


@dataclass(frozen=True, kw_only=True)
class DeputiesChanged(Event):
    """Somebody was named deputy of a unit's manager, or a deputyship was ended."""

    kind = "deputies_changed"
    unit_id: int
