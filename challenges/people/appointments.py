"""The appointments of one person: as the personnel list has them, as the database has them, and
what has to change. Pure: no database.

transfers.py decides what changes and why. `Appointments` carries that out and keeps the rule that
nothing that has begun is ever deleted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from challenges.vocabulary import Employment, MembershipKind

Content = tuple[str, MembershipKind, str, bool, Employment | None]
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ListedAppointment:
    """One appointment as the personnel list has it. ``line`` is its line in the file."""

    unit: str
    """Path of the unit."""
    kind: MembershipKind
    post: str
    """The name of the post (職), such as 課長."""
    is_primary: bool
    valid_from: date
    line: int = 0
    employment: Employment | None = None

    @property
    def content(self) -> Content:
        """Everything but the date and the line."""
        return self.unit, self.kind, self.post, self.is_primary, self.employment

    def starting(self, day: date) -> "ListedAppointment":
        """The same appointment from another day."""
        return replace(self, valid_from=day)


@dataclass(frozen=True, slots=True)
class KnownAppointment:
    """One membership of the database, ended or not."""

    id: int
    unit: str
    """Path of the unit."""
    kind: MembershipKind
    post: str
    is_primary: bool
    employment: Employment | None
    valid_from: date
    valid_to: date | None

    @property
    def content(self) -> Content:
        """Everything but the id and the dates."""
        return self.unit, self.kind, self.post, self.is_primary, self.employment

    def reaches(self, day: date) -> bool:
        """Whether it is not over before ``day``."""
        return self.valid_to is None or self.valid_to >= day


@dataclass
class Changes:
    """Memberships to insert, to update and to delete."""

    added: list[ListedAppointment] = field(default_factory=list)
    updated: list[KnownAppointment] = field(default_factory=list)
    """The rows as they become. First removed, then updated in this order, then added, so that no
    two appointments overlap for a moment."""
    removed: list[int] = field(default_factory=list)
    """The ids of rows that have not begun."""
    is_transfer: bool = False
    """The main appointment moves to another unit than the last main one known, begun or not."""

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.updated or self.removed)

    def since(self, known: Iterable[KnownAppointment]) -> date:
        """The first day on which something is otherwise than ``known`` has it; date.max: none."""
        before = {one.id: one for one in known}
        days = [one.valid_from for one in self.added]
        days += [before[removed].valid_from for removed in self.removed]
        days += [_since(before[one.id], one) for one in self.updated]
        return min(days, default=date.max)


def _since(before: KnownAppointment, after: KnownAppointment) -> date:
    if replace(before, valid_to=after.valid_to) == after:
        return min(one.valid_to or date.max for one in (before, after))
    return min(before.valid_from, after.valid_from)


class AppointmentTooEarly(Exception):
    """A listed appointment begins before the one that it would replace. Carries both in words."""

    def __init__(
        self, listed: ListedAppointment, last: KnownAppointment, previous: KnownAppointment | None
    ) -> None:
        self.listed = listed
        if previous:
            reason = (
                f"一つ前の在籍（{previous.unit}、{previous.valid_from} から）"
                "が始まった日より後ではありません"
            )
        else:
            reason = f"今の在籍（{last.unit}、{last.valid_from} から）より前です"
        super().__init__(
            f"発令日 {listed.valid_from} は、{reason}。"
            "過去の在籍は書き換えません。発令日を確かめてください。"
        )


class Appointments:
    """The appointments of one person while a list is compared with them.

    Starts from the rows of the database and collects changes. A row that has begun by ``today`` is
    never removed.
    """

    def __init__(self, known: Sequence[KnownAppointment], *, today: date) -> None:
        self.today = today
        self.added: list[ListedAppointment] = []
        self._before = {row.id: row for row in known}
        self._now = dict(self._before)

    def all(self) -> list[KnownAppointment]:
        """Every appointment, oldest first. A deputyship is none."""
        return self._sorted(
            row for row in self._now.values() if row.kind is not MembershipKind.DEPUTY
        )

    def main(self) -> list[KnownAppointment]:
        """The main appointments, one after the other."""
        return [row for row in self.all() if row.is_primary]

    def concurrent(self) -> list[KnownAppointment]:
        """The appointments beside a main one, oldest first."""
        return [row for row in self.all() if not row.is_primary]

    def in_unit(self, unit: str) -> list[KnownAppointment]:
        """The main and concurrent appointments in that unit, oldest first."""
        return [row for row in self.all() if row.unit == unit]

    def deputyships(self) -> list[KnownAppointment]:
        """The times of standing in for a manager, oldest first."""
        return self._sorted(row for row in self._now.values() if row.kind is MembershipKind.DEPUTY)

    def is_in_unit_since(self, listed: ListedAppointment, row: KnownAppointment) -> bool:
        """Whether both are in one unit, and the person has been there without a break from the
        listed day to the row."""
        return row.unit == listed.unit and listed.valid_from in self._first_days(row)

    def add(self, listed: ListedAppointment) -> None:
        """Begin a new row."""
        self.added.append(listed)

    def update(self, row: KnownAppointment) -> None:
        """Put this in place of the row with the same id."""
        self._now[row.id] = row

    def correct(self, row: KnownAppointment, listed: ListedAppointment) -> None:
        """Make the row what the list says, without an end."""
        self.update(KnownAppointment(row.id, *listed.content, listed.valid_from, None))

    def remove(self, row: KnownAppointment) -> None:
        """Delete the row. It must not have begun by ``today``."""
        del self._now[row.id]

    def end(self, row: KnownAppointment, last_day: date) -> None:
        """End the row after that day, unless it ends earlier.

        A row that began after that day ends yesterday, or on its first day. One that has not begun
        is removed.
        """
        if last_day < row.valid_from:
            if row.valid_from > self.today:
                self.remove(row)
                return
            last_day = max(row.valid_from, self.today - A_DAY)
        if row.reaches(last_day + A_DAY):
            self.update(replace(row, valid_to=last_day))

    def changes(self, *, is_transfer: bool) -> Changes:
        """The difference from the rows of the database."""
        updated = [row for row in self._now.values() if row != self._before[row.id]]
        return Changes(
            added=self.added,
            updated=sorted(updated, key=self._turn, reverse=True),
            removed=[row_id for row_id in self._before if row_id not in self._now],
            is_transfer=is_transfer,
        )

    def _turn(self, row: KnownAppointment) -> tuple[bool, bool]:
        """The largest goes first: what makes room, then what is no main appointment any more. So
        no two overlap while the rows are written one by one."""
        return self._makes_room(row), self._before[row.id].is_primary and not row.is_primary

    def _makes_room(self, row: KnownAppointment) -> bool:
        """Whether the row covers no day, as what it is, that it did not cover before."""
        before = self._before[row.id]
        is_within = row.valid_from >= before.valid_from and (
            before.valid_to is None or not row.reaches(before.valid_to + A_DAY)
        )
        return is_within and (row.unit == before.unit and row.is_primary <= before.is_primary)

    def _first_days(self, row: KnownAppointment) -> set[date]:
        """The first days of this row and of the rows in its unit that lead up to it without a
        break."""
        first_days = {row.valid_from}
        for earlier in reversed(self.in_unit(row.unit)):
            if earlier.valid_to and earlier.valid_to + A_DAY in first_days:
                first_days.add(earlier.valid_from)
        return first_days

    @staticmethod
    def _sorted(rows: Iterable[KnownAppointment]) -> list[KnownAppointment]:
        return sorted(rows, key=lambda row: (row.valid_from, row.id))
