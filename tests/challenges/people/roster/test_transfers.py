"""However lists follow each other, a person is in one main office a day, and the same list twice
changes nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from challenges.people.roster.appointments import (
    AppointmentTooEarly,
    KnownAppointment,
    ListedAppointment,
)
from challenges.people.roster.transfers import changes
from challenges.vocabulary import MembershipKind

STAFF, MANAGER, DEPUTY = MembershipKind
TODAY = date(2026, 7, 15)
SPRING = date(2026, 4, 1)
JULY = date(2026, 7, 1)
AUGUST = date(2026, 8, 1)
A_DAY = timedelta(days=1)


def held(unit: str, since: date, until: date | None = None, **other: object) -> KnownAppointment:
    values: dict[str, object] = {"id": 1, "kind": STAFF, "post": "", "is_primary": True} | other
    return KnownAppointment(unit=unit, valid_from=since, valid_to=until, **values)


def wanted(
    unit: str, since: date, *, primary: bool = True, kind: MembershipKind = STAFF, post: str = ""
) -> ListedAppointment:
    return ListedAppointment(unit, kind, post, primary, since)


def beside(unit: str, since: date) -> ListedAppointment:
    return wanted(unit, since, primary=False)


def applied(
    rows: list[KnownAppointment], posts: list[ListedAppointment], today: date = TODAY
) -> list[KnownAppointment]:
    """The rows after the moves, carried out the slow and obvious way."""
    found = changes(rows, posts, today=today)
    begun = {row.id for row in rows if row.valid_from <= today and row.kind is not DEPUTY}
    assert not begun & set(found.removed), "a post that was held was taken away"
    by_id = {row.id: row for row in rows if row.id not in found.removed}
    by_id |= {row.id: row for row in found.updated}
    fresh = max((row.id for row in rows), default=0) + 1
    new = [
        KnownAppointment(fresh + n, *post.content, post.valid_from, None)
        for n, post in enumerate(found.added)
    ]
    return [*by_id.values(), *new]


def told(rows: list[KnownAppointment]) -> list[tuple[str, bool, date, date | None]]:
    """Office, whether it is the main post, first and last day; main posts first."""
    return sorted(
        ((row.unit, row.is_primary, row.valid_from, row.valid_to) for row in rows),
        key=lambda one: (not one[1], one[2]),
    )


def settled(
    rows: list[KnownAppointment], *lists: list[ListedAppointment], today: date = TODAY
) -> list[tuple[str, bool, date, date | None]]:
    """What is told after these lists, of which the last changes nothing when it comes again, a day
    later too."""
    for posts in lists:
        rows = applied(rows, posts, today)
    assert changes(rows, lists[-1], today=today).is_empty
    assert changes(rows, lists[-1], today=today + A_DAY).is_empty
    return told(rows)


def test_the_old_appointment_ends_the_day_before_the_new_one() -> None:
    found = changes([held("A", date(2024, 4, 1))], [wanted("B", SPRING)], today=TODAY)
    assert found.is_transfer
    assert found.updated == [held("A", date(2024, 4, 1), date(2026, 3, 31))]
    assert found.added == [wanted("B", SPRING)]


@pytest.mark.parametrize(
    ("days", "outcome"), [(-1, "refused"), (0, "corrected"), (1, "transferred")]
)
def test_an_earlier_day_is_refused_and_the_same_day_corrects(days: int, outcome: str) -> None:
    rows, posts = [held("A", SPRING)], [wanted("B", SPRING + timedelta(days=days))]
    if outcome == "refused":
        with pytest.raises(AppointmentTooEarly, match="2026-04-01 から"):
            changes(rows, posts, today=TODAY)
        return
    after = applied(rows, posts)
    assert [row.unit for row in after] == (["B"] if outcome == "corrected" else ["A", "B"])
    assert after[-1].valid_to is None


def test_the_first_post_may_be_dated_earlier() -> None:
    assert settled([held("A", SPRING)], [wanted("A", date(2025, 4, 1))]) == [
        ("A", True, date(2025, 4, 1), None)
    ]


def test_a_promotion_in_the_same_office_keeps_both_times() -> None:
    after = applied([held("A", SPRING)], [wanted("A", JULY, kind=MANAGER, post="課長")])
    assert [(row.kind, row.valid_from, row.valid_to) for row in after] == [
        (STAFF, SPRING, date(2026, 6, 30)),
        (MANAGER, JULY, None),
    ]
    # A list may go on giving the day on which the person came to the office.
    assert changes(after, [wanted("A", SPRING, kind=MANAGER, post="課長")], today=TODAY).is_empty


# A transfer that is taken back, or has another day.

TRANSFERRED = [held("A", SPRING, date(2026, 6, 30)), held("B", JULY, id=2)]
TO_COME = [held("A", SPRING, date(2026, 7, 31)), held("B", AUGUST, id=2)]


def test_a_future_appointment_missing_from_the_list_is_deleted() -> None:
    assert settled(TO_COME, [wanted("A", SPRING)]) == [("A", True, SPRING, None)]


@pytest.mark.parametrize(("today", "stays"), [(AUGUST - A_DAY, False), (AUGUST, True)])
def test_a_post_can_be_taken_back_until_the_day_it_begins(today: date, stays: bool) -> None:
    aside = [("B", False, AUGUST, AUGUST)] if stays else []
    assert settled(TO_COME, [wanted("A", SPRING)], today=today) == [
        ("A", True, SPRING, None),
        *aside,
    ]


@pytest.mark.parametrize(
    "day", [date(2026, 9, 1), AUGUST + A_DAY, AUGUST - A_DAY, TODAY + A_DAY, TODAY, JULY]
)
def test_a_future_appointment_can_be_moved_to_another_day(day: date) -> None:
    expected = [("A", True, SPRING, day - A_DAY), ("B", True, day, None)]
    assert settled(TO_COME, [wanted("B", day)]) == expected
    assert (
        settled(TO_COME, [wanted("B", day)], [wanted("B", AUGUST)], [wanted("B", day)])[0][0] == "A"
    )


def test_a_future_appointment_can_be_replaced() -> None:
    assert settled(TO_COME, [wanted("C", AUGUST)]) == [
        ("A", True, SPRING, date(2026, 7, 31)),
        ("C", True, AUGUST, None),
    ]
    later = date(2026, 9, 1)
    assert settled(TO_COME, [wanted("C", later)]) == [
        ("A", True, SPRING, date(2026, 8, 31)),
        ("C", True, later, None),
    ]


def test_deleting_a_future_appointment_restores_the_concurrent_one() -> None:
    first = [wanted("A", SPRING), beside("C", SPRING)]
    after = settled([], first, [wanted("B", AUGUST)], first)
    assert after == [("A", True, SPRING, None), ("C", False, SPRING, None)]


@pytest.mark.parametrize("day", [SPRING + A_DAY, date(2026, 6, 15), JULY - A_DAY])
def test_a_day_typed_too_late_moves_the_boundary(day: date) -> None:
    assert settled(TRANSFERRED, [wanted("B", day)]) == [
        ("A", True, SPRING, day - A_DAY),
        ("B", True, day, None),
    ]


@pytest.mark.parametrize("day", [SPRING, SPRING - A_DAY])
def test_a_transfer_cannot_begin_before_the_post_before_did(day: date) -> None:
    with pytest.raises(
        AppointmentTooEarly,
        match="一つ前の在籍（A、2026-04-01 から）が始まった日より後ではありません",
    ):
        changes(TRANSFERRED, [wanted("B", day)], today=TODAY)


def test_a_reversed_transfer_stays_in_the_past() -> None:
    aside = ("B", False, JULY, TODAY - A_DAY)
    assert settled(TRANSFERRED, [wanted("A", SPRING)]) == [("A", True, SPRING, None), aside]


def test_a_mistaken_transfer_becomes_a_concurrent_appointment() -> None:
    listed = [wanted("A", SPRING), beside("B", JULY)]
    assert settled(TRANSFERRED, listed) == [("A", True, SPRING, None), ("B", False, JULY, None)]


def test_only_the_last_transfer_can_be_put_back() -> None:
    rows = [
        held("A", date(2024, 4, 1), date(2026, 3, 31)),
        *[replace(row, id=row.id + 1) for row in TRANSFERRED],
    ]
    rows[1] = replace(rows[1], unit="C")
    with pytest.raises(AppointmentTooEarly):
        changes(rows, [wanted("A", date(2024, 4, 1))], today=TODAY)


def test_a_cancelled_promotion_goes_back_to_the_old_post() -> None:
    rows = [held("A", SPRING, date(2026, 6, 30)), held("A", JULY, id=2, kind=MANAGER)]
    after = applied(rows, [wanted("A", SPRING)])
    assert {row.kind for row in after} == {STAFF}
    assert changes(after, [wanted("A", SPRING)], today=TODAY).is_empty


# Concurrent posts.


def test_a_concurrent_post_gone_from_the_list_ends_yesterday() -> None:
    rows = [held("A", SPRING), held("B", SPRING, id=2, is_primary=False)]
    found = changes(rows, [wanted("A", SPRING)], today=TODAY)
    assert found.updated == [replace(rows[1], valid_to=TODAY - A_DAY)]
    assert not found.is_transfer


@pytest.mark.parametrize(
    ("since", "last"), [(JULY, JULY), (date(2026, 7, 10), TODAY - A_DAY), (TODAY, TODAY)]
)
def test_a_concurrent_post_that_was_held_is_ended_and_not_deleted(since: date, last: date) -> None:
    rows = [held("A", SPRING), held("B", since, id=2, is_primary=False)]
    listed = [wanted("C", JULY + A_DAY)]
    assert settled(rows, listed)[-1] == ("B", False, since, last)


def test_a_concurrent_post_that_has_not_begun_is_taken_back() -> None:
    rows = [held("A", SPRING), held("B", TODAY + A_DAY, id=2, is_primary=False)]
    assert settled(rows, [wanted("A", SPRING)]) == [("A", True, SPRING, None)]


def test_the_old_unit_becomes_a_concurrent_appointment_without_a_gap() -> None:
    assert settled([held("A", SPRING)], [wanted("B", JULY), beside("A", SPRING)]) == [
        ("A", True, SPRING, date(2026, 6, 30)),
        ("B", True, JULY, None),
        ("A", False, JULY, None),
    ]


LONG = [held("A", date(2024, 4, 1)), held("B", date(2025, 4, 1), id=2, is_primary=False)]
SWAPPED = [wanted("B", date(2025, 4, 1)), beside("A", date(2024, 4, 1))]
AS_BEFORE = [wanted("A", date(2024, 4, 1)), beside("B", date(2025, 4, 1))]


def test_reordering_appointments_changes_the_main_one_from_today() -> None:
    assert settled(LONG, SWAPPED) == [
        ("A", True, date(2024, 4, 1), TODAY - A_DAY),
        ("B", True, TODAY, None),
        ("B", False, date(2025, 4, 1), TODAY - A_DAY),
        ("A", False, TODAY, None),
    ]


def test_reversing_the_order_later_keeps_the_days_between() -> None:
    later = TODAY + timedelta(days=5)
    after = applied(applied(LONG, SWAPPED), AS_BEFORE, later)
    assert [one for one in told(after) if one[1]] == [
        ("A", True, date(2024, 4, 1), TODAY - A_DAY),
        ("B", True, TODAY, later - A_DAY),
        ("A", True, later, None),
    ]
    assert changes(after, AS_BEFORE, today=later).is_empty


def test_another_main_post_may_have_a_day_of_its_own() -> None:
    after = settled(LONG, [wanted("B", JULY), beside("A", date(2024, 4, 1))])
    assert after[:2] == [("A", True, date(2024, 4, 1), JULY - A_DAY), ("B", True, JULY, None)]
    assert after[2:] == [("B", False, date(2025, 4, 1), JULY - A_DAY), ("A", False, JULY, None)]


# Coming back.


def test_a_person_removed_by_mistake_gets_the_appointment_back() -> None:
    after = applied([held("A", SPRING, date(2026, 7, 14))], [wanted("A", SPRING)])
    assert after == [held("A", SPRING)]


def test_a_returning_person_is_never_in_two_main_appointments() -> None:
    rows = [held("A", SPRING, TODAY)]
    assert settled(rows, [wanted("B", date(2026, 7, 10))]) == [
        ("A", True, SPRING, date(2026, 7, 9)),
        ("B", True, date(2026, 7, 10), None),
    ]


def test_a_returning_person_with_a_new_order_keeps_the_past() -> None:
    rows = [replace(row, valid_to=TODAY) for row in LONG]
    later = TODAY + timedelta(days=5)
    assert settled(rows, SWAPPED, today=later)[:2] == [
        ("A", True, date(2024, 4, 1), TODAY),
        ("B", True, TODAY + A_DAY, None),
    ]


# Deputies.


def deputy(unit: str, **other: object) -> KnownAppointment:
    return held(unit, date(2025, 4, 1), id=9, kind=DEPUTY, is_primary=False, **other)


def test_leaving_a_unit_ends_a_deputyship_there() -> None:
    rows = [held("A", date(2024, 4, 1)), deputy("A")]
    assert [
        (row.id, row.valid_to) for row in changes(rows, [wanted("B", SPRING)], today=TODAY).updated
    ] == [
        (1, date(2026, 3, 31)),
        (9, date(2026, 3, 31)),
    ]
    assert changes(rows, [wanted("A", date(2024, 4, 1))], today=TODAY).is_empty


@pytest.mark.parametrize(
    ("office", "listed", "stays"),
    [
        ("X/B", [wanted("X/A", SPRING)], False),  # the concurrent post is left
        ("X/B/1", [wanted("X/A", SPRING)], False),
        ("X/A", [wanted("X/A", SPRING)], True),
        ("X/A/1", [wanted("X/A", SPRING)], True),
        ("X", [wanted("X/A", SPRING)], True),  # at the top of what is left and of what stays
        (
            "Z",
            [wanted("X/A", SPRING)],
            True,
        ),  # named from another department, and still in the post of then
        ("X/B", [wanted("Y", JULY), beside("X/B", SPRING)], True),
        ("X/A", [wanted("Y", JULY), beside("X/B", SPRING)], False),
        ("X", [wanted("Y", JULY), beside("X/B", SPRING)], True),
        ("Z", [wanted("Y", JULY), beside("X/B", SPRING)], False),  # transferred
        ("X", [wanted("Y", JULY)], False),
        ("Z", [wanted("Y", JULY)], False),
        ("Z", [wanted("X/B", SPRING), beside("X/A", SPRING)], True),
        ("X/AA", [wanted("X/A", SPRING)], True),  # not below X/A, though it begins like it
    ],
)
def test_a_deputyship_lasts_while_the_person_has_an_appointment(
    office: str, listed: list[ListedAppointment], stays: bool
) -> None:
    rows = [held("X/A", SPRING), held("X/B", SPRING, id=2, is_primary=False), deputy(office)]
    after = {row.id: row for row in applied(rows, listed)}
    last = JULY if listed[0].unit == "Y" else TODAY
    assert after[9].valid_to == (None if stays else last - A_DAY)


def test_a_transfer_cancels_a_future_deputyship() -> None:
    rows = [held("A", SPRING), replace(deputy("A"), valid_from=TODAY + A_DAY)]
    assert told(applied(rows, [wanted("B", TODAY)])) == [
        ("A", True, SPRING, TODAY - A_DAY),
        ("B", True, TODAY, None),
    ]


def test_a_renewed_concurrent_appointment_follows_a_postponement() -> None:
    known = applied([], [wanted("A", TODAY), beside("B", TODAY)])
    renewed = applied(known, [wanted("A", TODAY + A_DAY), beside("B", TODAY + A_DAY)])
    put_off = [wanted("A", TODAY + 2 * A_DAY), beside("B", TODAY + A_DAY)]
    rows = applied(renewed, put_off)
    assert [one for one in told(rows) if one[0] == "B"] == [
        ("B", False, TODAY, TODAY),
        ("B", False, TODAY + A_DAY, None),
    ]
    assert changes(rows, put_off, today=TODAY).is_empty


def test_a_later_concurrent_appointment_follows_the_main_one() -> None:
    rows = [
        held("B", TODAY, TODAY + 2 * A_DAY),
        held("B", TODAY, id=2, is_primary=False),
        held("A", TODAY, id=3),
    ]
    rows[2] = replace(rows[2], valid_from=TODAY + 3 * A_DAY)
    later = [wanted("A", TODAY + 2 * A_DAY), beside("B", TODAY + A_DAY)]
    assert changes(applied(rows, later), later, today=TODAY).is_empty


# Any life.

days = st.integers(0, 6).map(lambda n: SPRING + timedelta(days=n))
posts = st.tuples(
    st.sampled_from("ABC"), days, st.sampled_from([STAFF, MANAGER]), st.sampled_from(["", "主査"])
)
lists = st.lists(posts, max_size=3, unique_by=lambda post: post[0])


def ended(rows: list[KnownAppointment], today: date) -> list[KnownAppointment]:
    """What staffing.deactivate does to the posts of somebody who leaves."""
    rows = [row for row in rows if row.valid_from <= today]
    return [replace(row, valid_to=today) if row.reaches(today + A_DAY) else row for row in rows]


def main_posts_on(rows: list[KnownAppointment], day: date) -> list[KnownAppointment]:
    return [row for row in rows if row.is_primary and row.valid_from <= day and row.reaches(day)]


histories = st.lists(st.tuples(lists, days), min_size=1, max_size=6)


@settings(max_examples=200, deadline=None)
@given(histories)
def test_any_lists_leave_one_main_appointment_a_day(
    history: list[tuple[list[tuple], date]],
) -> None:
    leaves_one_main_appointment_a_day(history)


@pytest.mark.soak
@settings(max_examples=20_000, deadline=None)
@given(histories)
def test_thousands_of_lists_leave_one_main_appointment_a_day(
    history: list[tuple[list[tuple], date]],
) -> None:
    leaves_one_main_appointment_a_day(history)


def leaves_one_main_appointment_a_day(history: list[tuple[list[tuple], date]]) -> None:
    """An empty list stands for one without the person, with --deactivate-missing."""
    rows: list[KnownAppointment] = []
    for (listed, _), today in zip(history, sorted(today for _, today in history), strict=True):
        wants = [
            wanted(u, since, primary=n == 0, kind=k, post=p)
            for n, (u, since, k, p) in enumerate(listed)
        ]
        try:
            rows = applied(rows, wants, today) if wants else ended(rows, today)
        except AppointmentTooEarly:
            continue
        assert all(row.valid_to is None or row.valid_to >= row.valid_from for row in rows)
        assert all(len(main_posts_on(rows, SPRING + timedelta(days=n))) <= 1 for n in range(30))
        if wants:
            assert changes(rows, wants, today=today).is_empty
            assert changes(rows, wants, today=today + A_DAY).is_empty
            assert {row.content for row in rows if row.valid_to is None} == {
                want.content for want in wants
            }
