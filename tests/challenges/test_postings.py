"""However lists follow each other, a person is in one primary office a day, and the same list twice changes nothing."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from challenges.models import MembershipKind
from challenges.postings import Held, StartsTooEarly, Wanted, moves

STAFF, MANAGER, DEPUTY = MembershipKind
TODAY = date(2026, 7, 15)
SPRING = date(2026, 4, 1)


def held(unit: str, since: date, until: date | None = None, **other: object) -> Held:
    values: dict[str, object] = {"id": 1, "kind": STAFF, "post": "", "is_primary": True} | other
    return Held(unit=unit, valid_from=since, valid_to=until, **values)  # type: ignore[arg-type]


def wanted(unit: str, since: date, *, primary: bool = True, kind: MembershipKind = STAFF, post: str = "") -> Wanted:
    return Wanted(unit, kind, post, primary, since)


def applied(rows: list[Held], posts: list[Wanted], today: date = TODAY) -> list[Held]:
    """The rows after the moves, carried out the slow and obvious way."""
    found = moves(rows, posts, today=today)
    by_id = {row.id: row for row in rows if row.id not in found.removed}
    for row_id, day in found.ended:
        row = by_id[row_id]
        by_id[row_id] = Held(row_id, *row.says, row.valid_from, day)
    for row_id, post in found.corrected:
        by_id[row_id] = Held(row_id, *post.says, post.valid_from, None)
    fresh = max((row.id for row in rows), default=0) + 1
    new = [Held(fresh + n, *post.says, post.valid_from, None) for n, post in enumerate(found.opened)]
    return [*by_id.values(), *new]


def test_a_transfer_ends_the_old_post_the_day_before_the_new_one_begins() -> None:
    found = moves([held("A", date(2024, 4, 1))], [wanted("B", SPRING)], today=TODAY)
    assert found.is_transfer
    assert found.ended == [(1, date(2026, 3, 31))]
    assert found.opened == [wanted("B", SPRING)]


@pytest.mark.parametrize(("days", "outcome"), [(-1, "refused"), (0, "corrected"), (1, "transferred")])
def test_a_day_earlier_is_refused_the_same_day_corrects_a_day_later_transfers(days: int, outcome: str) -> None:
    rows, posts = [held("A", SPRING)], [wanted("B", SPRING + timedelta(days=days))]
    if outcome == "refused":
        with pytest.raises(StartsTooEarly, match="2026-04-01 から"):
            moves(rows, posts, today=TODAY)
        return
    after = applied(rows, posts)
    assert [row.unit for row in after] == (["B"] if outcome == "corrected" else ["A", "B"])
    assert after[-1].valid_to is None


def test_a_promotion_in_the_same_office_keeps_both_times() -> None:
    after = applied([held("A", SPRING)], [wanted("A", date(2026, 7, 1), kind=MANAGER, post="課長")])
    assert [(row.kind, row.valid_from, row.valid_to) for row in after] == [
        (STAFF, SPRING, date(2026, 6, 30)),
        (MANAGER, date(2026, 7, 1), None),
    ]


def test_a_concurrent_post_gone_from_the_list_ends_yesterday() -> None:
    rows = [held("A", SPRING), held("B", SPRING, id=2, is_primary=False)]
    found = moves(rows, [wanted("A", SPRING)], today=TODAY)
    assert found.ended == [(2, TODAY - timedelta(days=1))]
    assert not found.is_transfer


def test_who_returns_after_leaving_by_mistake_gets_the_same_post_back() -> None:
    after = applied([held("A", SPRING, date(2026, 7, 14))], [wanted("A", SPRING)])
    assert after == [held("A", SPRING)]


def test_leaving_an_office_ends_standing_in_for_its_manager() -> None:
    rows = [held("A", date(2024, 4, 1)), held("A", date(2025, 4, 1), id=2, kind=DEPUTY, is_primary=False)]
    found = moves(rows, [wanted("B", SPRING)], today=TODAY)
    assert found.ended == [(1, date(2026, 3, 31)), (2, date(2026, 3, 31))]
    assert moves(rows, [wanted("A", date(2024, 4, 1))], today=TODAY).is_empty


def test_the_old_office_as_a_concurrent_post_follows_without_a_gap_and_stays_so() -> None:
    posts = [wanted("B", date(2026, 7, 1)), wanted("A", SPRING, primary=False)]
    after = applied([held("A", SPRING)], posts)
    assert [(row.unit, row.is_primary, row.valid_from, row.valid_to) for row in after] == [
        ("A", True, SPRING, date(2026, 6, 30)),
        ("B", True, date(2026, 7, 1), None),
        ("A", False, date(2026, 7, 1), None),
    ]
    assert moves(after, posts, today=TODAY).is_empty


days = st.integers(0, 12).map(lambda n: SPRING + timedelta(days=n))
posts = st.tuples(st.sampled_from("ABC"), days, st.sampled_from([STAFF, MANAGER]), st.sampled_from(["", "主査"]))
lists = st.lists(posts, min_size=1, max_size=3, unique_by=lambda post: post[0])


@given(st.lists(st.tuples(lists, days), min_size=1, max_size=6))
def test_any_lists_in_any_order_leave_one_primary_post_a_day_and_settle(
    history: list[tuple[list[tuple], date]],
) -> None:
    rows: list[Held] = []
    for listed, today in history:
        wants = [wanted(u, since, primary=n == 0, kind=k, post=p) for n, (u, since, k, p) in enumerate(listed)]
        try:
            rows = applied(rows, wants, today)
        except StartsTooEarly:
            continue
        assert moves(rows, wants, today=today).is_empty
        assert {row.says for row in rows if row.valid_to is None} == {want.says for want in wants}
        assert all(row.valid_to is None or row.valid_to >= row.valid_from for row in rows)
        for n in range(30):
            day = SPRING + timedelta(days=n)
            there = [row for row in rows if row.is_primary and row.valid_from <= day and row.reaches(day)]
            assert len(there) <= 1
