"""What one person's posts on a new personnel list change about the posts they are known to hold. Pure: no database.

The first post on the list is the primary one. A later date closes what was there the day before; the same date is a
correction of what was entered; an earlier date would rewrite the past and is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from .models import MembershipKind

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
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


@dataclass(frozen=True, slots=True)
class Held:
    """One membership row as it stands, ended or not. Units are named by path."""

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
class Moves:
    """Rows to make, to correct in place, to end on a day, and to take away because they never came to be."""

    opened: list[Wanted] = field(default_factory=list)
    corrected: list[tuple[int, Wanted]] = field(default_factory=list)
    ended: list[tuple[int, date]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    is_transfer: bool = False
    """The primary post is now in another office."""

    @property
    def is_empty(self) -> bool:
        return not (self.opened or self.corrected or self.ended or self.removed)

    def end(self, held: Held, last_day: date) -> None:
        """End a row; one that would end before it began is taken away."""
        if last_day < held.valid_from:
            self.removed.append(held.id)
        elif held.valid_to is None or held.valid_to > last_day:
            self.ended.append((held.id, last_day))


class StartsTooEarly(Exception):
    """A post on the list begins before the one it would take the place of."""

    def __init__(self, wanted: Wanted, held: Held) -> None:
        self.wanted, self.held = wanted, held
        super().__init__(
            f"発令日 {wanted.valid_from} は、今の在籍（{held.unit}、{held.valid_from} から）より前です。"
            "過去の在籍は書き換えません。発令日を確かめてください。"
        )


def moves(held: Sequence[Held], wanted: Sequence[Wanted], *, today: date) -> Moves:
    """What makes ``held`` say what the list says, without touching the past.

    Raises StartsTooEarly. A post gone from the list without a new primary post ends the day before ``today``.
    """
    found = Moves()
    posts = [row for row in held if row.kind is not MembershipKind.DEPUTY]
    present = max((row for row in posts if row.is_primary), key=lambda row: row.valid_from, default=None)
    primary = wanted[0]
    if present and primary.valid_from < present.valid_from:
        raise StartsTooEarly(primary, present)
    pairs = _pairs(posts, wanted, present)
    for post, row in pairs:
        _settle(found, post, row, primary)
    paired = {row.id for _, row in pairs if row}
    for row in posts:
        if row.valid_to is None and row.id not in paired:
            is_left = row.is_primary or primary in found.opened
            found.end(row, (primary.valid_from if is_left else today) - _A_DAY)
    found.is_transfer = present is not None and present.unit != primary.unit
    _end_deputies(found, held, wanted, present)
    return found


def _pairs(posts: list[Held], wanted: Sequence[Wanted], present: Held | None) -> list[tuple[Wanted, Held | None]]:
    """Each post with the row it follows: that of the same office, else, for the primary post, the present primary."""
    taken: set[int] = set()
    pairs: list[tuple[Wanted, Held | None]] = []
    for post in wanted:
        same = [row for row in posts if row.unit == post.unit and row.id not in taken and row.reaches(post.valid_from)]
        row = max(same, key=lambda row: row.valid_from, default=None)
        taken |= {row.id} if row else set()
        pairs.append((post, row))
    primary, row = pairs[0]
    if row is None and present and present.id not in taken and present.reaches(primary.valid_from):
        pairs[0] = (primary, present)
    return pairs


def _settle(found: Moves, post: Wanted, row: Held | None, primary: Wanted) -> None:
    if row is None:
        found.opened.append(post)
        return
    if _is_known(post, row):
        if row.valid_to is not None:
            found.corrected.append((row.id, _starting(post, row.valid_from)))
        return
    steps_down = row.is_primary and not post.is_primary
    # Then the primary post ends with the new one's beginning, and the concurrent one cannot be older than that.
    start = max(post.valid_from, primary.valid_from) if steps_down else post.valid_from
    if start < row.valid_from:
        raise StartsTooEarly(post, row)
    if start == row.valid_from:
        found.corrected.append((row.id, _starting(post, start)))
    else:
        found.end(row, (primary.valid_from if steps_down else start) - _A_DAY)
        found.opened.append(_starting(post, start))


def _is_known(post: Wanted, row: Held) -> bool:
    """A concurrent post may carry the older date of the days when it was the primary one."""
    is_older = not post.is_primary and post.valid_from < row.valid_from
    return post.says == row.says and (post.valid_from == row.valid_from or is_older)


def _starting(post: Wanted, day: date) -> Wanted:
    return Wanted(post.unit, post.kind, post.post, post.is_primary, day, post.line)


def _end_deputies(found: Moves, held: Sequence[Held], wanted: Sequence[Wanted], present: Held | None) -> None:
    """Who leaves an office stands in for its manager no longer."""
    if present is None or present.unit in {post.unit for post in wanted}:
        return
    for row in held:
        leaves = wanted[0].valid_from
        if row.kind is MembershipKind.DEPUTY and row.unit == present.unit and row.reaches(leaves):
            found.end(row, leaves - _A_DAY)
