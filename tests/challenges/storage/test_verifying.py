"""What is there twice is found, in a database that did not forbid it."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.migrations.tables import metadata
from challenges.people.models import ConsentGiven, Membership, Rest, RoleGrant
from challenges.storage.overlaps import declared_in
from challenges.storage.verifying import doubled_rows, missing_guards
from challenges.vocabulary import Consent, MembershipKind, Role


@pytest.fixture
def without_guards(session: Session) -> None:
    """The database of an older release, which forbade less."""
    dialect = session.get_bind().dialect.name
    for table, declared in declared_in(metadata):
        for statement in declared.drop(table.name, dialect):
            session.execute(text(statement))
    for key in ("uq_role_grant_current", "uq_consent_given_current", "uq_rest_open"):
        session.execute(text(f"DROP INDEX {key}"))


def found(session: Session) -> list[str]:
    return [*missing_guards(session, metadata), *doubled_rows(session, metadata)]


def test_a_sound_database_has_nothing_twice(session: Session, cast: SimpleNamespace) -> None:
    assert found(session) == []


def test_missing_guards_are_named(session: Session, cast, without_guards: None) -> None:
    assert found(session) == [
        f"membership: the guard ex_membership_{name} is missing"
        for name in ("primary", "appointment", "deputyship")
    ]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda cast, at: RoleGrant(person_id=cast.staff.id, role=Role.COACH, granted_at=at),
            "role_grant {one} and {other}: are the same, against uq_role_grant_current",
        ),
        (
            lambda cast, at: ConsentGiven(
                person_id=cast.staff.id, consent=Consent.SLACK, given_at=at
            ),
            "consent_given {one} and {other}: are the same, against uq_consent_given_current",
        ),
        (
            lambda cast, at: Rest(person_id=cast.staff.id, begun_at=at),
            "rest {one} and {other}: are the same, against uq_rest_open",
        ),
        (
            lambda cast, at: Membership(
                person_id=cast.staff.id,
                unit_id=cast.section.id,
                kind=MembershipKind.DEPUTY,
                is_primary=False,
                valid_from=at.date(),
            ),
            "membership {one} and {other}: overlap, against ex_membership_deputyship",
        ),
    ],
)
def test_each_double_has_a_sentence(
    session: Session,
    cast: SimpleNamespace,
    at: Any,
    without_guards: None,
    make: Callable[..., Any],
    sentence: str,
) -> None:
    one, other = make(cast, at), make(cast, at + timedelta(days=1))
    session.add_all([one, other])
    session.flush()
    assert list(doubled_rows(session, metadata)) == [sentence.format(one=one.id, other=other.id)]


def test_two_main_appointments_at_once_are_found(
    session: Session, cast: SimpleNamespace, at: Any, without_guards: None
) -> None:
    own = session.query(Membership).filter_by(person_id=cast.staff.id).one()
    other = Membership(person_id=cast.staff.id, unit_id=cast.other_section.id, valid_from=at.date())
    again = Membership(
        person_id=cast.colleague.id,
        unit_id=cast.section.id,
        is_primary=False,
        valid_from=at.date(),
    )
    session.add_all([other, again])
    session.flush()
    theirs = session.query(Membership).filter_by(person_id=cast.colleague.id).first()
    assert list(doubled_rows(session, metadata)) == [
        f"membership {own.id} and {other.id}: overlap, against ex_membership_primary",
        f"membership {theirs.id} and {again.id}: overlap, against ex_membership_appointment",
    ]
