"""Transfers: a person has one main appointment a day whatever lists follow each other, and the same
list twice changes nothing."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from challenges.people.appointments import (
    AppointmentTooEarly,
    KnownAppointment,
    ListedAppointment,
)
from challenges.people.transfers import changes
from challenges.vocabulary import MembershipKind

STAFF, MANAGER, DEPUTY = MembershipKind
TODAY = date(2026, 7, 15)
SPRING = date(2026, 4, 1)
JULY = date(2026, 7, 1)
AUGUST = date(2026, 8, 1)
A_DAY = timedelta(days=1)


def known(unit: str, since: date, until: date | None = None, **other: object) -> KnownAppointment:
    values: dict[str, object] = {
        "id": 1,
        "kind": STAFF,
        "post": "",
        "is_primary": True,
        "employment": None,
    } | other
    return KnownAppointment(unit=unit, valid_from=since, valid_to=until, **values)


def listed(
    unit: str, since: date, *, primary: bool = True, kind: MembershipKind = STAFF, post: str = ""
) -> ListedAppointment:
    return ListedAppointment(unit, kind, post, primary, since)


def beside(unit: str, since: date) -> ListedAppointment:
    return listed(unit, since, primary=False)


def applied(
    rows: list[KnownAppointment], wanted: list[ListedAppointment], today: date = TODAY
) -> list[KnownAppointment]:
    """The rows after the changes, carried out in the slow and obvious way."""
    found = changes(rows, wanted, today=today)
    begun = {row.id for row in rows if row.valid_from <= today and row.kind is not DEPUTY}
    assert not begun & set(found.removed), "an appointment that had begun was removed"
    by_id = {row.id: row for row in rows if row.id not in found.removed}
    for row in found.updated:
        by_id[row.id] = row
        assert_no_two_overlap(list(by_id.values()))
    fresh = max((row.id for row in rows), default=0) + 1
    new = [
        KnownAppointment(fresh + n, *post.content, post.valid_from, None)
        for n, post in enumerate(found.added)
    ]
    return [*by_id.values(), *new]


def assert_no_two_overlap(rows: list[KnownAppointment]) -> None:
    """No day has two main appointments, not even while the changes are carried out."""
    main = sorted((row.valid_from, row.valid_to or date.max) for row in rows if row.is_primary)
    assert all(one[1] < other[0] for one, other in pairwise(main))


def summary(rows: list[KnownAppointment]) -> list[tuple[str, bool, date, date | None]]:
    """Unit, whether it is the main one, first and last day; main appointments first."""
    return sorted(
        ((row.unit, row.is_primary, row.valid_from, row.valid_to) for row in rows),
        key=lambda one: (not one[1], one[2]),
    )


def settled(
    rows: list[KnownAppointment], *lists: list[ListedAppointment], today: date = TODAY
) -> list[tuple[str, bool, date, date | None]]:
    """The summary after these lists. The last one changes nothing when it comes again, today or
    tomorrow."""
    for wanted in lists:
        rows = applied(rows, wanted, today)
    assert changes(rows, lists[-1], today=today).is_empty
    assert changes(rows, lists[-1], today=today + A_DAY).is_empty
    return summary(rows)


def test_the_old_appointment_ends_the_day_before_the_new_one() -> None:
    found = changes([known("A", date(2024, 4, 1))], [listed("B", SPRING)], today=TODAY)
    assert found.is_transfer
    assert found.updated == [known("A", date(2024, 4, 1), date(2026, 3, 31))]
    assert found.added == [listed("B", SPRING)]


@pytest.mark.parametrize(
    ("days", "outcome"), [(-1, "refused"), (0, "corrected"), (1, "transferred")]
)
def test_an_earlier_day_is_refused_and_the_same_day_corrects(days: int, outcome: str) -> None:
    rows, wanted = [known("A", SPRING)], [listed("B", SPRING + timedelta(days=days))]
    if outcome == "refused":
        with pytest.raises(AppointmentTooEarly, match="2026-04-01 から"):
            changes(rows, wanted, today=TODAY)
        return
    after = applied(rows, wanted)
    assert [row.unit for row in after] == (["B"] if outcome == "corrected" else ["A", "B"])
    assert after[-1].valid_to is None


def test_the_first_appointment_may_be_dated_earlier() -> None:
    assert settled([known("A", SPRING)], [listed("A", date(2025, 4, 1))]) == [
        ("A", True, date(2025, 4, 1), None)
    ]


def test_a_promotion_in_the_same_unit_keeps_both_times() -> None:
    after = applied([known("A", SPRING)], [listed("A", JULY, kind=MANAGER, post="課長")])
    assert [(row.kind, row.valid_from, row.valid_to) for row in after] == [
        (STAFF, SPRING, date(2026, 6, 30)),
        (MANAGER, JULY, None),
    ]
    # A list may go on giving the day on which the person came to the unit.
    assert changes(after, [listed("A", SPRING, kind=MANAGER, post="課長")], today=TODAY).is_empty


# Transfers that are taken back or moved to another day.

TRANSFERRED = [known("A", SPRING, date(2026, 6, 30)), known("B", JULY, id=2)]
TO_COME = [known("A", SPRING, date(2026, 7, 31)), known("B", AUGUST, id=2)]


def test_a_future_appointment_missing_from_the_list_is_deleted() -> None:
    assert settled(TO_COME, [listed("A", SPRING)]) == [("A", True, SPRING, None)]


@pytest.mark.parametrize(("today", "stays"), [(AUGUST - A_DAY, False), (AUGUST, True)])
def test_an_appointment_is_taken_back_until_it_begins(today: date, stays: bool) -> None:
    aside = [("B", False, AUGUST, AUGUST)] if stays else []
    assert settled(TO_COME, [listed("A", SPRING)], today=today) == [
        ("A", True, SPRING, None),
        *aside,
    ]


@pytest.mark.parametrize(
    "day", [date(2026, 9, 1), AUGUST + A_DAY, AUGUST - A_DAY, TODAY + A_DAY, TODAY, JULY]
)
def test_a_future_appointment_can_be_moved_to_another_day(day: date) -> None:
    expected = [("A", True, SPRING, day - A_DAY), ("B", True, day, None)]
    assert settled(TO_COME, [listed("B", day)]) == expected
    assert (
        settled(TO_COME, [listed("B", day)], [listed("B", AUGUST)], [listed("B", day)])[0][0] == "A"
    )


def test_a_future_appointment_can_be_replaced() -> None:
    assert settled(TO_COME, [listed("C", AUGUST)]) == [
        ("A", True, SPRING, date(2026, 7, 31)),
        ("C", True, AUGUST, None),
    ]
    later = date(2026, 9, 1)
    assert settled(TO_COME, [listed("C", later)]) == [
        ("A", True, SPRING, date(2026, 8, 31)),
        ("C", True, later, None),
    ]


def test_deleting_a_future_appointment_restores_the_concurrent_one() -> None:
    first = [listed("A", SPRING), beside("C", SPRING)]
    after = settled([], first, [listed("B", AUGUST)], first)
    assert after == [("A", True, SPRING, None), ("C", False, SPRING, None)]


@pytest.mark.parametrize("day", [SPRING + A_DAY, date(2026, 6, 15), JULY - A_DAY])
def test_a_transfer_dated_too_late_is_moved_earlier(day: date) -> None:
    assert settled(TRANSFERRED, [listed("B", day)]) == [
        ("A", True, SPRING, day - A_DAY),
        ("B", True, day, None),
    ]


@pytest.mark.parametrize("day", [SPRING, SPRING - A_DAY])
def test_a_transfer_cannot_begin_before_the_previous_one(day: date) -> None:
    with pytest.raises(
        AppointmentTooEarly,
        match="一つ前の在籍（A、2026-04-01 から）が始まった日より後ではありません",
    ):
        changes(TRANSFERRED, [listed("B", day)], today=TODAY)


def test_a_reversed_transfer_stays_in_the_past() -> None:
    aside = ("B", False, JULY, TODAY - A_DAY)
    assert settled(TRANSFERRED, [listed("A", SPRING)]) == [("A", True, SPRING, None), aside]


def test_a_mistaken_transfer_becomes_a_concurrent_appointment() -> None:
    wanted = [listed("A", SPRING), beside("B", JULY)]
    assert settled(TRANSFERRED, wanted) == [("A", True, SPRING, None), ("B", False, JULY, None)]


def test_only_the_last_transfer_can_be_reversed() -> None:
    rows = [
        known("A", date(2024, 4, 1), date(2026, 3, 31)),
        *[replace(row, id=row.id + 1) for row in TRANSFERRED],
    ]
    rows[1] = replace(rows[1], unit="C")
    with pytest.raises(AppointmentTooEarly):
        changes(rows, [listed("A", date(2024, 4, 1))], today=TODAY)


def test_a_cancelled_promotion_restores_the_old_post() -> None:
    rows = [known("A", SPRING, date(2026, 6, 30)), known("A", JULY, id=2, kind=MANAGER)]
    after = applied(rows, [listed("A", SPRING)])
    assert {row.kind for row in after} == {STAFF}
    assert changes(after, [listed("A", SPRING)], today=TODAY).is_empty


# Concurrent appointments.


def test_a_missing_concurrent_appointment_ends_yesterday() -> None:
    rows = [known("A", SPRING), known("B", SPRING, id=2, is_primary=False)]
    found = changes(rows, [listed("A", SPRING)], today=TODAY)
    assert found.updated == [replace(rows[1], valid_to=TODAY - A_DAY)]
    assert not found.is_transfer


@pytest.mark.parametrize(
    ("since", "last"), [(JULY, JULY), (date(2026, 7, 10), TODAY - A_DAY), (TODAY, TODAY)]
)
def test_a_concurrent_appointment_that_began_is_not_deleted(since: date, last: date) -> None:
    rows = [known("A", SPRING), known("B", since, id=2, is_primary=False)]
    wanted = [listed("C", JULY + A_DAY)]
    assert settled(rows, wanted)[-1] == ("B", False, since, last)


def test_a_future_concurrent_appointment_is_taken_back() -> None:
    rows = [known("A", SPRING), known("B", TODAY + A_DAY, id=2, is_primary=False)]
    assert settled(rows, [listed("A", SPRING)]) == [("A", True, SPRING, None)]


def test_the_old_unit_becomes_a_concurrent_appointment_without_a_gap() -> None:
    assert settled([known("A", SPRING)], [listed("B", JULY), beside("A", SPRING)]) == [
        ("A", True, SPRING, date(2026, 6, 30)),
        ("B", True, JULY, None),
        ("A", False, JULY, None),
    ]


LONG = [known("A", date(2024, 4, 1)), known("B", date(2025, 4, 1), id=2, is_primary=False)]
SWAPPED = [listed("B", date(2025, 4, 1)), beside("A", date(2024, 4, 1))]
AS_BEFORE = [listed("A", date(2024, 4, 1)), beside("B", date(2025, 4, 1))]


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
    assert [one for one in summary(after) if one[1]] == [
        ("A", True, date(2024, 4, 1), TODAY - A_DAY),
        ("B", True, TODAY, later - A_DAY),
        ("A", True, later, None),
    ]
    assert changes(after, AS_BEFORE, today=later).is_empty


def test_a_new_main_appointment_may_have_its_own_day() -> None:
    after = settled(LONG, [listed("B", JULY), beside("A", date(2024, 4, 1))])
    assert after[:2] == [("A", True, date(2024, 4, 1), JULY - A_DAY), ("B", True, JULY, None)]
    assert after[2:] == [("B", False, date(2025, 4, 1), JULY - A_DAY), ("A", False, JULY, None)]


# Coming back.


def test_a_person_removed_by_mistake_gets_the_appointment_back() -> None:
    after = applied([known("A", SPRING, date(2026, 7, 14))], [listed("A", SPRING)])
    assert after == [known("A", SPRING)]


def test_a_returning_person_is_never_in_two_main_appointments() -> None:
    rows = [known("A", SPRING, TODAY)]
    assert settled(rows, [listed("B", date(2026, 7, 10))]) == [
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
    return known(unit, date(2025, 4, 1), id=9, kind=DEPUTY, is_primary=False, **other)


def test_leaving_a_unit_ends_a_deputyship_there() -> None:
    rows = [known("A", date(2024, 4, 1)), deputy("A")]
    assert [
        (row.id, row.valid_to) for row in changes(rows, [listed("B", SPRING)], today=TODAY).updated
    ] == [
        (1, date(2026, 3, 31)),
        (9, date(2026, 3, 31)),
    ]
    assert changes(rows, [listed("A", date(2024, 4, 1))], today=TODAY).is_empty


@pytest.mark.parametrize(
    ("unit", "wanted", "stays"),
    [
        ("X/B", [listed("X/A", SPRING)], False),  # the concurrent appointment is left
        ("X/B/1", [listed("X/A", SPRING)], False),
        ("X/A", [listed("X/A", SPRING)], True),
        ("X/A/1", [listed("X/A", SPRING)], True),
        # Above both the unit that is left and the one that stays.
        ("X", [listed("X/A", SPRING)], True),
        # Named from another department, and still in the appointment of then.
        ("Z", [listed("X/A", SPRING)], True),
        ("X/B", [listed("Y", JULY), beside("X/B", SPRING)], True),
        ("X/A", [listed("Y", JULY), beside("X/B", SPRING)], False),
        ("X", [listed("Y", JULY), beside("X/B", SPRING)], True),
        ("Z", [listed("Y", JULY), beside("X/B", SPRING)], False),  # transferred
        ("X", [listed("Y", JULY)], False),
        ("Z", [listed("Y", JULY)], False),
        ("Z", [listed("X/B", SPRING), beside("X/A", SPRING)], True),
        ("X/AA", [listed("X/A", SPRING)], True),  # not below X/A, though it begins like it
    ],
)
def test_a_deputyship_lasts_while_the_person_has_an_appointment(
    unit: str, wanted: list[ListedAppointment], stays: bool
) -> None:
    rows = [known("X/A", SPRING), known("X/B", SPRING, id=2, is_primary=False), deputy(unit)]
    after = {row.id: row for row in applied(rows, wanted)}
    last = JULY if wanted[0].unit == "Y" else TODAY
    assert after[9].valid_to == (None if stays else last - A_DAY)


def test_a_transfer_cancels_a_future_deputyship() -> None:
    rows = [known("A", SPRING), replace(deputy("A"), valid_from=TODAY + A_DAY)]
    assert summary(applied(rows, [listed("B", TODAY)])) == [
        ("A", True, SPRING, TODAY - A_DAY),
        ("B", True, TODAY, None),
    ]


def test_a_renewed_concurrent_appointment_follows_a_postponement() -> None:
    known = applied([], [listed("A", TODAY), beside("B", TODAY)])
    renewed = applied(known, [listed("A", TODAY + A_DAY), beside("B", TODAY + A_DAY)])
    put_off = [listed("A", TODAY + 2 * A_DAY), beside("B", TODAY + A_DAY)]
    rows = applied(renewed, put_off)
    assert [one for one in summary(rows) if one[0] == "B"] == [
        ("B", False, TODAY, TODAY),
        ("B", False, TODAY + A_DAY, None),
    ]
    assert changes(rows, put_off, today=TODAY).is_empty


def test_a_later_concurrent_appointment_follows_the_main_one() -> None:
    rows = [
        known("B", TODAY, TODAY + 2 * A_DAY),
        known("B", TODAY, id=2, is_primary=False),
        known("A", TODAY, id=3),
    ]
    rows[2] = replace(rows[2], valid_from=TODAY + 3 * A_DAY)
    later = [listed("A", TODAY + 2 * A_DAY), beside("B", TODAY + A_DAY)]
    assert changes(applied(rows, later), later, today=TODAY).is_empty


# Any history.

days = st.integers(0, 6).map(lambda n: SPRING + timedelta(days=n))
appointments = st.tuples(
    st.sampled_from("ABC"), days, st.sampled_from([STAFF, MANAGER]), st.sampled_from(["", "主査"])
)
lists = st.lists(appointments, max_size=3, unique_by=lambda one: one[0])


def ended(rows: list[KnownAppointment], today: date) -> list[KnownAppointment]:
    """What leaving.deactivate does to the appointments of somebody who leaves."""
    rows = [row for row in rows if row.valid_from <= today]
    return [replace(row, valid_to=today) if row.reaches(today + A_DAY) else row for row in rows]


def main_appointments_on(rows: list[KnownAppointment], day: date) -> list[KnownAppointment]:
    return [row for row in rows if row.is_primary and row.valid_from <= day and row.reaches(day)]


histories = st.lists(st.tuples(lists, days), min_size=1, max_size=6)


MISTAKEN_WITH_AN_EARLIER_DAY = [
    ([("B", SPRING, STAFF, "")], SPRING),
    ([("A", SPRING + A_DAY, STAFF, "")], SPRING),
    ([("B", SPRING, STAFF, ""), ("A", SPRING, STAFF, "")], SPRING + A_DAY),
]
"""A transfer that was a mistake goes on beside the main appointment, from before it began."""


@settings(max_examples=200, deadline=None)
@given(histories)
@example(MISTAKEN_WITH_AN_EARLIER_DAY)
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
    """An empty list stands for one without the person, applied with --deactivate-missing."""
    rows: list[KnownAppointment] = []
    for (lines, _), today in zip(history, sorted(today for _, today in history), strict=True):
        wanted = [
            listed(u, since, primary=n == 0, kind=k, post=p)
            for n, (u, since, k, p) in enumerate(lines)
        ]
        try:
            rows = applied(rows, wanted, today) if wanted else ended(rows, today)
        except AppointmentTooEarly:
            continue
        assert all(row.valid_to is None or row.valid_to >= row.valid_from for row in rows)
        assert all(
            len(main_appointments_on(rows, SPRING + timedelta(days=n))) <= 1 for n in range(30)
        )
        if wanted:
            assert changes(rows, wanted, today=today).is_empty
            assert changes(rows, wanted, today=today + A_DAY).is_empty
            assert {row.content for row in rows if row.valid_to is None} == {
                one.content for one in wanted
            }
