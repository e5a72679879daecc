"""Decides what a new personnel list changes in the appointments of one person. Pure: no database.

The first appointment on the list is the main one, and its date decides:

- Later than the last main appointment: a transfer. What was there ends the day before.
- The same date: a correction in place.
- Earlier, but after the previous main appointment began: the transfer is dated earlier, and the
  previous appointment ends the day before.
- The previous appointment under its own date: the transfer was a mistake. The previous appointment
  never ended; the mistaken one stays in the past as a concurrent appointment.
- Earlier still, or earlier than the first appointment and in another unit: refused, because it
  would rewrite the past.

For appointments that have not begun, only the newest list counts. One that is gone from it, or has
another day, is taken back together with the end that it gave to others. If the list names known
appointments in another order, the main one changes from today on. Nothing that has begun is
deleted, and no day has two main appointments. Why: docs/adr/0011-corrected-posts.md.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from challenges.people.appointments import (
    A_DAY,
    Appointments,
    AppointmentTooEarly,
    Changes,
    KnownAppointment,
    ListedAppointment,
)
from challenges.vocabulary import MembershipKind


def changes(
    known: Sequence[KnownAppointment], listed: Sequence[ListedAppointment], *, today: date
) -> Changes:
    """What has to change for ``known`` to say what the list says.

    An appointment gone from the list ends the day before a new main appointment, else yesterday.
    Raises AppointmentTooEarly.
    """
    appointments = Appointments(known, today=today)
    known_main = appointments.main()
    _take_back_planned(appointments, listed[0].valid_from)
    main = _set_main(appointments, listed[0])
    continued = {one.unit: _set_concurrent(appointments, one) for one in listed[1:]}
    is_new = main in appointments.added or main.valid_from > today
    last_day = (main.valid_from if is_new else today) - A_DAY
    _end_concurrent(appointments, main, last_day, continued=continued)
    _end_deputyships(appointments, known, listed, last_day)
    is_transfer = bool(known_main) and known_main[-1].unit != main.unit
    return appointments.changes(is_transfer=is_transfer)


def _take_back_planned(appointments: Appointments, first_day: date) -> None:
    """Remove main appointments to come that the list now dates otherwise, and undo the ends that
    they gave to others."""
    for row in reversed(appointments.main()):
        if row.valid_from > appointments.today and row.valid_from != first_day:
            appointments.remove(row)
            for other in appointments.all():
                if other.valid_to == row.valid_from - A_DAY:
                    appointments.update(replace(other, valid_to=None))


def _set_main(appointments: Appointments, listed: ListedAppointment) -> ListedAppointment:
    """Make it the main appointment. Returns it with the day from which it is that."""
    rows = appointments.main()
    if not rows:
        appointments.add(listed)
        return listed
    listed = listed.starting(_day_of_effect(appointments, listed, rows))
    if listed.valid_from < rows[-1].valid_from:
        _set_main_earlier(appointments, listed, rows)
    elif listed.valid_from == rows[-1].valid_from:
        appointments.correct(rows[-1], listed)
    else:
        _end_before(appointments, listed, rows)
        appointments.add(listed)
    return listed


def _day_of_effect(
    appointments: Appointments, listed: ListedAppointment, rows: list[KnownAppointment]
) -> date:
    """The day from which the listed appointment is the main one.

    Usually the listed day. But a list may go on giving the day on which the person came to the
    unit, although they were promoted since, or a concurrent appointment became the main one. Then
    the rows know the day better.
    """
    *earlier, last = rows
    if appointments.is_in_unit_since(listed, last):
        return last.valid_from
    if any(
        row.reaches(last.valid_to or appointments.today)
        and appointments.is_in_unit_since(listed, row)
        for row in appointments.concurrent()
    ):
        day = appointments.today
        if last.valid_to:
            day = min(day, last.valid_to + A_DAY)
        return max(listed.valid_from, day)
    if earlier and appointments.is_in_unit_since(listed, earlier[-1]):
        return earlier[-1].valid_from
    return listed.valid_from


def _set_main_earlier(
    appointments: Appointments, listed: ListedAppointment, rows: list[KnownAppointment]
) -> None:
    """Date the last main appointment earlier, or let the previous one never have ended."""
    *earlier, last = rows
    previous = earlier[-1] if earlier else None
    can_move = listed.valid_from > previous.valid_from if previous else listed.unit == last.unit
    if can_move:
        _end_before(appointments, listed, earlier)
        appointments.correct(last, listed)
    elif previous and previous.valid_from == listed.valid_from and previous.unit == listed.unit:
        appointments.correct(previous, listed)
        appointments.update(replace(last, is_primary=False))
    else:
        raise AppointmentTooEarly(listed, last, previous)


def _end_before(
    appointments: Appointments, listed: ListedAppointment, rows: list[KnownAppointment]
) -> None:
    for row in rows:
        appointments.end(row, listed.valid_from - A_DAY)


def _set_concurrent(appointments: Appointments, listed: ListedAppointment) -> int | None:
    """Make it a concurrent appointment. Returns the id of the row that it continues, if any."""
    row = _row_to_continue(appointments, listed)
    # It begins after whatever else was there, so that no day has two appointments in one unit.
    begun = max(listed.valid_from, row.valid_from) if row else date.max
    ends = [
        other.valid_to
        for other in appointments.in_unit(listed.unit)
        if other is not row and other.valid_from < begun
    ]
    listed = listed.starting(max([listed.valid_from, *(end + A_DAY for end in ends if end)]))
    if row is None:
        appointments.add(listed)
        return None
    if listed.valid_from <= row.valid_from or row.valid_from > appointments.today:
        appointments.correct(row, listed)
    else:
        appointments.end(row, listed.valid_from - A_DAY)
        appointments.add(listed)
    return row.id


def _row_to_continue(
    appointments: Appointments, listed: ListedAppointment
) -> KnownAppointment | None:
    """The open concurrent appointment in that unit, else the last one if it lasts to that day."""
    rows = appointments.in_unit(listed.unit)
    # Of two open rows the later one has not begun: it was to follow the other on the day of a main
    # appointment that is now taken back.
    is_open = [row for row in rows if row.valid_to is None]
    row = next(iter(is_open or rows[-1:]), None)
    return row if row and not row.is_primary and row.reaches(listed.valid_from) else None


def _end_concurrent(
    appointments: Appointments,
    main: ListedAppointment,
    last_day: date,
    *,
    continued: dict[str, int | None],
) -> None:
    """End the concurrent appointments that the list no longer has.

    ``continued`` are the listed units, each with the row that goes on there.
    """
    for row in appointments.concurrent():
        if row.unit in continued and (row.valid_to or row.id == continued[row.unit]):
            continue
        if row.valid_from > appointments.today:
            appointments.remove(row)
        elif row.unit == main.unit and row.valid_from < main.valid_from:
            # It became the main one.
            appointments.end(row, main.valid_from - A_DAY)
        elif row.reaches(appointments.today):
            appointments.end(row, last_day)


def _end_deputyships(
    appointments: Appointments,
    known: Sequence[KnownAppointment],
    listed: Sequence[ListedAppointment],
    last_day: date,
) -> None:
    """End the deputyships of a person who leaves a unit.

    A deputy may come from any unit (deputies.name_deputy). Leaving a unit ends deputyships in it,
    above it and below it; a transfer ends all of them. Those in a unit where the person stays, or
    above or below one, go on.
    """
    stays = {one.unit for one in listed}
    current = [
        row
        for row in known
        if row.kind is not MembershipKind.DEPUTY and row.reaches(appointments.today)
    ]
    left = {row.unit for row in current} - stays
    is_transferred = any(
        row.is_primary and row.unit in left and row.valid_from <= appointments.today
        for row in current
    )
    for row in appointments.deputyships():
        is_left = is_transferred or any(_is_on_one_branch(row.unit, unit) for unit in left)
        if is_left and not any(_is_on_one_branch(row.unit, unit) for unit in stays):
            appointments.end(row, last_day)


def _is_on_one_branch(one: str, other: str) -> bool:
    """Whether the paths are the same unit, or one is above the other."""
    # With a slash at the end, so that A/B is not above A/BC.
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")
