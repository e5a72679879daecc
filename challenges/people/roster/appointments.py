"""The posts of one person while a personnel list is held against them: as listed, as known, and
what changes.

What changes and why is decided in postings.py; here it is only carried out and kept whole.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from challenges.vocabulary import MembershipKind

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ListedAppointment:
    """One post as the list says it. ``line`` is where."""

    unit: str
    kind: MembershipKind
    post: str
    is_primary: bool
    valid_from: date
    line: int = 0

    @property
    def says(self) -> tuple[str, MembershipKind, str, bool]:
        """Everything but the date."""
        return self.unit, self.kind, self.post, self.is_primary

    def starting(self, day: date) -> "ListedAppointment":
        return replace(self, valid_from=day)


@dataclass(frozen=True, slots=True)
class KnownAppointment:
    """One membership row, ended or not. Units are named by path."""

    id: int
    unit: str
    kind: MembershipKind
    post: str
    is_primary: bool
    valid_from: date
    valid_to: date | None

    @property
    def says(self) -> tuple[str, MembershipKind, str, bool]:
        """Everything but the dates."""
        return self.unit, self.kind, self.post, self.is_primary

    def reaches(self, day: date) -> bool:
        """Whether it is not over before ``day``."""
        return self.valid_to is None or self.valid_to >= day


@dataclass
class Changes:
    """Rows to make, rows as they shall stand from now on, and rows to take away because they never
    came to be."""

    opened: list[ListedAppointment] = field(default_factory=list)
    changed: list[KnownAppointment] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    is_transfer: bool = False
    """The main post is in another unit than it was known to be, or to become."""

    @property
    def is_empty(self) -> bool:
        return not (self.opened or self.changed or self.removed)


class AppointmentTooEarly(Exception):
    """A post on the list begins before what it could take the place of."""

    def __init__(
        self, wanted: ListedAppointment, last: KnownAppointment, before: KnownAppointment | None
    ) -> None:
        self.wanted = wanted
        what = f"今の在籍（{last.unit}、{last.valid_from} から）より前です"
        if before:
            what = f"一つ前の在籍（{before.unit}、{before.valid_from} から）が始まった日より後ではありません"
        super().__init__(
            f"発令日 {wanted.valid_from} は、{what}。過去の在籍は書き換えません。発令日を確かめてください。"
        )


class Appointments:
    """The rows of one person, as they would stand. No row that has begun by ``today`` is ever taken
    away."""

    def __init__(self, held: Sequence[KnownAppointment], *, today: date) -> None:
        self.today = today
        self.opened: list[ListedAppointment] = []
        self._before = {row.id: row for row in held}
        self._now = dict(self._before)

    def all(self) -> list[KnownAppointment]:
        """Every post, oldest first. Standing in for a manager is none."""
        return self._sorted(
            row for row in self._now.values() if row.kind is not MembershipKind.DEPUTY
        )

    def main(self) -> list[KnownAppointment]:
        """The main posts, one after the other."""
        return [row for row in self.all() if row.is_primary]

    def concurrent(self) -> list[KnownAppointment]:
        """The posts held beside a main one."""
        return [row for row in self.all() if not row.is_primary]

    def at(self, unit: str) -> list[KnownAppointment]:
        """The posts in that unit, main and concurrent ones."""
        return [row for row in self.all() if row.unit == unit]

    def deputies(self) -> list[KnownAppointment]:
        """Times of standing in for a manager."""
        return self._sorted(row for row in self._now.values() if row.kind is MembershipKind.DEPUTY)

    def is_since(self, post: ListedAppointment, row: KnownAppointment) -> bool:
        """Whether it is the row's unit, in which the person is without a break since the post's
        day."""
        return row.unit == post.unit and post.valid_from in self._starts(row)

    def open(self, post: ListedAppointment) -> None:
        """Let a new row begin."""
        self.opened.append(post)

    def put(self, row: KnownAppointment) -> None:
        """Let the row with that id say this."""
        self._now[row.id] = row

    def correct(self, row: KnownAppointment, post: ListedAppointment) -> None:
        """Let the row say what the post says, with no end."""
        self.put(KnownAppointment(row.id, *post.says, post.valid_from, None))

    def remove(self, row: KnownAppointment) -> None:
        """Take the row away. It must not have begun by ``today``."""
        del self._now[row.id]

    def end(self, row: KnownAppointment, last_day: date) -> None:
        """Let it be over after that day, if it is not before. One that began later ends yesterday,
        or never began."""
        if last_day < row.valid_from:
            if row.valid_from > self.today:
                self.remove(row)
                return
            last_day = max(row.valid_from, self.today - _A_DAY)
        if row.reaches(last_day + _A_DAY):
            self.put(replace(row, valid_to=last_day))

    def changes(self, *, is_transfer: bool) -> Changes:
        """What is different from what was."""
        changed = [row for row in self._now.values() if row != self._before[row.id]]
        return Changes(
            self.opened, changed, [one for one in self._before if one not in self._now], is_transfer
        )

    def _starts(self, row: KnownAppointment) -> set[date]:
        """The days on which rows begin that lead up to this one without a break, all in its
        unit."""
        starts = {row.valid_from}
        for one in reversed(self.at(row.unit)):
            if one.valid_to and one.valid_to + _A_DAY in starts:
                starts.add(one.valid_from)
        return starts

    @staticmethod
    def _sorted(rows: Iterable[KnownAppointment]) -> list[KnownAppointment]:
        return sorted(rows, key=lambda row: (row.valid_from, row.id))
