"""Rows that must not overlap: the database refuses them, whoever writes."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from challenges.people.models import Membership
from challenges.storage.overlaps import is_overlap, refusing_overlaps
from challenges.vocabulary import MembershipKind

DEPUTY, STAFF = MembershipKind.DEPUTY, MembershipKind.STAFF
MAY = date(2026, 5, 1)
ENDED = datetime(2026, 5, 1, tzinfo=UTC)
Span = tuple[int, int | None, bool]
"""First and last day of May 2026, or no last day, and whether the last day does not count."""


def add(session: Session, cast: Any, span: Span, **values: Any) -> Membership:
    first, last, is_cut = span
    named = {"unit_id": cast.section.id, "kind": DEPUTY, "is_primary": False, **values}
    row = Membership(
        person_id=cast.staff.id,
        valid_from=MAY.replace(day=first),
        valid_to=None if last is None else MAY.replace(day=last),
        ended_at=ENDED if is_cut else None,
        **named,
    )
    session.add(row)
    session.flush()
    return row


def days_of(span: Span) -> set[int]:
    first, last, is_cut = span
    return set(range(first, 32 if last is None else last + (not is_cut)))


SPANS = st.integers(1, 9).flatmap(
    lambda first: st.one_of(
        st.just((first, None, False)),
        st.tuples(st.just(first), st.integers(first, 9), st.booleans()),
    )
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(one=SPANS, other=SPANS)
def test_two_terms_are_refused_if_they_share_a_day(session, cast, one: Span, other: Span) -> None:
    with session.begin_nested() as attempt:
        add(session, cast, one)
        try:
            with session.begin_nested():
                add(session, cast, other)
            is_refused = False
        except IntegrityError as error:
            is_refused = is_overlap(error)
        attempt.rollback()
    session.expunge_all()
    assert is_refused is bool(days_of(one) & days_of(other))


@pytest.mark.parametrize(
    ("span", "is_free"),
    [
        ((1, 4, False), True),
        ((1, 5, False), False),
        ((1, 5, True), True),
        ((9, None, False), False),
        ((10, None, False), True),
        ((9, 9, True), True),
    ],
)
def test_a_term_may_begin_and_end_beside_another(session, cast, span: Span, is_free: bool) -> None:
    add(session, cast, (5, 9, False))
    if is_free:
        add(session, cast, span)
        return
    with pytest.raises(IntegrityError, match="ex_membership_deputyship"):
        add(session, cast, span)


@pytest.mark.parametrize("what", ["unit", "kind", "both units"])
def test_only_rows_of_one_key_are_compared(session, cast, what: str) -> None:
    add(session, cast, (1, None, False))
    if what == "unit":
        add(session, cast, (1, None, False), unit_id=cast.other_section.id)
    elif what == "kind":  # their own appointment is in that unit, and goes on
        with pytest.raises(IntegrityError, match="ex_membership_appointment"):
            add(session, cast, (1, None, False), kind=STAFF)
    else:
        add(session, cast, (1, None, False), unit_id=cast.other_section.id, kind=STAFF)


def test_a_person_has_one_main_appointment_a_day(session, cast) -> None:
    with pytest.raises(IntegrityError, match="ex_membership_primary"):
        add(
            session, cast, (1, 1, False), unit_id=cast.other_section.id, is_primary=True, kind=STAFF
        )


@pytest.mark.parametrize(
    "values",
    [{"valid_from": MAY}, {"valid_to": None}, {"valid_to": date(2026, 5, 7)}],
)
def test_a_change_into_another_term_is_refused(session, cast, values: dict[str, Any]) -> None:
    first, second = add(session, cast, (1, 3, False)), add(session, cast, (7, 9, False))
    row = second if "valid_from" in values else first
    change = update(Membership).where(Membership.id == row.id)
    session.execute(change.values(post="代理"))  # a change of something else is no matter
    with pytest.raises(IntegrityError, match="ex_membership_deputyship"):
        session.execute(change.values(values))


def test_what_was_written_before_a_refusal_stays(session, cast) -> None:
    add(session, cast, (1, 3, False))
    with (
        pytest.raises(ValueError, match="no"),
        refusing_overlaps(session, ValueError("no")),
    ):
        add(session, cast, (3, 4, False))
    assert session.query(Membership).filter_by(person_id=cast.staff.id, kind=DEPUTY).count() == 1
    with pytest.raises(IntegrityError), refusing_overlaps(session, ValueError("no")):
        add(session, cast, (9, 9, False), unit_id=987)
