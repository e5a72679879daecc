"""What one person's posts on a new personnel list change about the posts they are known to hold.
Pure: no database.

The first post on the list is the main one, and its date decides:

- Later than the last main post's: a transfer. What was there ends the day before. The same: a correction in place.
- Earlier, but after the post before began: the transfer is dated earlier, and the post before ends the day before.
- The post before under its own date: the transfer was a mistake. The post before never ended; the mistaken one stays in
  the past, as a concurrent post.
- Earlier still, or earlier than the first post and in another unit: refused, it would rewrite what was true before.

What has not begun is only what the newest list says: taken back where it is gone or has another
day, with the end it gave to others. Known posts in another order change the main post from today
on. Nothing that had begun is taken away, and no day has two main posts. Why:
docs/adr/0011-corrected-posts.md.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from challenges.people.roster.appointments import (
    Appointments,
    AppointmentTooEarly,
    Changes,
    KnownAppointment,
    ListedAppointment,
)
from challenges.vocabulary import MembershipKind

_A_DAY = timedelta(days=1)


def changes(
    held: Sequence[KnownAppointment], wanted: Sequence[ListedAppointment], *, today: date
) -> Changes:
    """What makes ``held`` say what the list says.

    Raises AppointmentTooEarly. A post gone from the list ends the day before a new main post, else
    the day before ``today``.
    """
    posts = Appointments(held, today=today)
    known = posts.main()
    _take_back(posts, wanted[0].valid_from)
    main = _settle_main(posts, wanted[0])
    settled = {post.unit: _settle_concurrent(posts, post) for post in wanted[1:]}
    last_day = (
        main.valid_from if main in posts.opened or main.valid_from > today else today
    ) - _A_DAY
    _end_concurrent(posts, main, last_day, settled=settled)
    _end_deputies(posts, held, wanted, last_day)
    return posts.changes(is_transfer=bool(known) and known[-1].unit != main.unit)


def _take_back(posts: Appointments, begins: date) -> None:
    """Main posts that were to begin on another day than the list says now, and the ends they gave
    to other posts."""
    for row in reversed(posts.main()):
        if row.valid_from > posts.today and row.valid_from != begins:
            posts.remove(row)
            for other in posts.all():
                if other.valid_to == row.valid_from - _A_DAY:
                    posts.put(replace(other, valid_to=None))


def _settle_main(posts: Appointments, post: ListedAppointment) -> ListedAppointment:
    """Make it the main post; returns it with the day from which it is that."""
    rows = posts.main()
    if not rows:
        posts.open(post)
        return post
    post = post.starting(_day_of_effect(posts, post, rows))
    if post.valid_from < rows[-1].valid_from:
        _settle_earlier(posts, post, rows)
    elif post.valid_from == rows[-1].valid_from:
        posts.correct(rows[-1], post)
    else:
        _end_before(posts, post, rows)
        posts.open(post)
    return post


def _day_of_effect(
    posts: Appointments, post: ListedAppointment, rows: list[KnownAppointment]
) -> date:
    """The listed day, unless it is only that of the time in the unit, of which our rows know more.

    Somebody promoted, or whose concurrent post became the main one, may be listed with the day they
    came.
    """
    *earlier, last = rows
    if posts.is_since(post, last):
        return last.valid_from
    if any(
        row.reaches(last.valid_to or posts.today) and posts.is_since(post, row)
        for row in posts.concurrent()
    ):
        day = min(posts.today, last.valid_to + _A_DAY) if last.valid_to else posts.today
        return max(post.valid_from, day)
    return next(
        (row.valid_from for row in earlier[-1:] if posts.is_since(post, row)), post.valid_from
    )


def _settle_earlier(
    posts: Appointments, post: ListedAppointment, rows: list[KnownAppointment]
) -> None:
    """The list dates the last main post earlier, or says that the one before it never ended."""
    *earlier, last = rows
    before = earlier[-1] if earlier else None
    may_move = post.valid_from > before.valid_from if before else post.unit == last.unit
    if may_move:
        _end_before(posts, post, earlier)
        posts.correct(last, post)
    elif before and before.valid_from == post.valid_from and before.unit == post.unit:
        posts.correct(before, post)
        posts.put(replace(last, is_primary=False))
    else:
        raise AppointmentTooEarly(post, last, before)


def _end_before(posts: Appointments, post: ListedAppointment, rows: list[KnownAppointment]) -> None:
    for row in rows:
        posts.end(row, post.valid_from - _A_DAY)


def _settle_concurrent(posts: Appointments, post: ListedAppointment) -> int | None:
    """Make it a concurrent post; returns the row that it follows. It is no older than the end of
    what was there."""
    row = _row_of(posts, post)
    begun = max(post.valid_from, row.valid_from) if row else date.max
    ends = [
        other.valid_to
        for other in posts.at(post.unit)
        if other is not row and other.valid_from < begun
    ]
    start = max([post.valid_from, *(end + _A_DAY for end in ends if end)])
    if row is None:
        posts.open(post.starting(start))
    elif start <= row.valid_from or row.valid_from > posts.today:
        posts.correct(row, post.starting(start))
    else:
        posts.end(row, start - _A_DAY)
        posts.open(post.starting(start))
    return row.id if row else None


def _row_of(posts: Appointments, post: ListedAppointment) -> KnownAppointment | None:
    """The concurrent post that is open in that unit, else the last that was there, if it is not
    over by then.

    Of two open ones the later has not begun: it was to follow the other on the day of a main post
    now taken back.
    """
    there = posts.at(post.unit)
    is_open = [row for row in there if row.valid_to is None]
    row = next(iter(is_open or there[-1:]), None)
    return row if row and not row.is_primary and row.reaches(post.valid_from) else None


def _end_concurrent(
    posts: Appointments, main: ListedAppointment, last_day: date, *, settled: dict[str, int | None]
) -> None:
    """What the list does not name beside the main post: that in the main post's own unit too."""
    for row in posts.concurrent():
        if row.unit in settled and (row.valid_to or row.id == settled[row.unit]):
            continue
        if row.valid_from > posts.today:
            posts.remove(row)
        elif row.unit == main.unit and row.valid_from < main.valid_from:
            posts.end(row, main.valid_from - _A_DAY)
        elif row.reaches(posts.today):
            posts.end(row, last_day)


def _end_deputies(
    posts: Appointments,
    held: Sequence[KnownAppointment],
    wanted: Sequence[ListedAppointment],
    last_day: date,
) -> None:
    """Who leaves a unit stands in no longer for its manager, nor for one above or below it.

    A deputy may come from anywhere (staffing.name_deputy), and stays until that unit is left; who
    is transferred stands in no longer for anybody, except at, above or below a unit in which they
    still have a post.
    """
    stays = {post.unit for post in wanted}
    there = [
        row for row in held if row.kind is not MembershipKind.DEPUTY and row.reaches(posts.today)
    ]
    left = {row.unit for row in there} - stays
    is_transferred = any(
        row.is_primary and row.unit in left and row.valid_from <= posts.today for row in there
    )
    for row in posts.deputies():
        is_left = is_transferred or any(_are_in_line(row.unit, unit) for unit in left)
        if is_left and not any(_are_in_line(row.unit, unit) for unit in stays):
            posts.end(row, last_day)


def _are_in_line(one: str, other: str) -> bool:
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")
