"""Sign-ins: begun, seen on a day, listed, ended and forgotten."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.people import accounts, leaving, sign_ins
from challenges.people.models import Person, SignIn
from challenges.people.sign_ins import Device

EDGE = Device("Edge", "Windows")
IDLE, LASTS = timedelta(hours=12), timedelta(days=14)


@pytest.fixture
def begin(session: Session, at: datetime) -> Callable[..., str]:
    def begin(person: Person, *, device: Device = EDGE, since: datetime = at) -> str:
        epoch = session.get_one(Person, person.id).session_epoch
        return sign_ins.begin(session, person.id, epoch=epoch, device=device, at=since, lasts=LASTS)

    return begin


def listed(session: Session, person: Person, at: datetime, **window: Any) -> list[Any]:
    window = {"here": 0, "limit": 10, "offset": 0, **window}
    rows = session.execute(sign_ins.lines(person.id, at=at, idle=IDLE, **window))
    return sign_ins.in_order(rows, here=window["here"])


def row(session: Session, key: str) -> SignIn | None:
    session.expire_all()
    return session.scalar(select(SignIn).where(SignIn.key == key))


def test_each_sign_in_has_a_key_of_its_own(
    begin: Callable[..., str], cast: SimpleNamespace
) -> None:
    keys = {begin(cast.staff) for _ in range(20)}
    assert len(keys) == 20
    assert all(len(key) >= 20 for key in keys)


def test_a_person_sees_their_own_sign_ins_the_latest_first(
    session: Session, begin: Callable[..., str], cast: SimpleNamespace, at: datetime
) -> None:
    begin(cast.staff, since=at - timedelta(hours=11))
    begin(cast.staff, device=replace(EDGE, browser="Chrome", system="Android"))
    begin(cast.colleague)
    found = listed(session, cast.staff, at)
    assert [(one.browser, one.system) for one in found] == [
        ("Chrome", "Android"),
        ("Edge", "Windows"),
    ]
    assert found[0].last_seen_on == day_of(at)
    assert [one.browser for one in listed(session, cast.staff, at, limit=1, offset=1)] == ["Edge"]


@pytest.mark.parametrize(
    ("later", "is_listed"),
    [
        (timedelta(), True),
        (IDLE, True),  # the same day: nobody knows the hour
        (timedelta(days=2), False),
        (LASTS, False),
    ],
)
def test_a_sign_in_that_is_over_is_not_listed(
    session: Session,
    begin: Callable[..., str],
    cast: SimpleNamespace,
    at: datetime,
    later: timedelta,
    is_listed: bool,
) -> None:
    begin(cast.staff)
    assert bool(listed(session, cast.staff, at + later)) is is_listed


ENDS: dict[str, Callable[[Session, Person, datetime], object]] = {
    "a new password": lambda session, person, _at: accounts.set_password(
        session, person.id, password_hash="new", epoch=person.session_epoch
    ),
    "signed out everywhere": lambda session, person, _at: accounts.sign_out_everywhere(
        session, person.id
    ),
    "left": lambda session, person, at: leaving.deactivate(session, person, at=at),
    "left with many": lambda session, person, at: leaving.deactivate_all(
        session, [person.id], at=at
    ),
}


@pytest.mark.parametrize("how", ENDS)
def test_a_new_epoch_ends_every_sign_in_of_that_person_alone(
    session: Session, begin: Callable[..., str], cast: SimpleNamespace, at: datetime, how: str
) -> None:
    begin(cast.staff)
    begin(cast.colleague)
    ENDS[how](session, cast.staff, at)
    assert listed(session, cast.staff, at) == []
    assert len(listed(session, cast.colleague, at)) == 1


def test_nobody_ends_a_sign_in_of_somebody_else(
    session: Session, begin: Callable[..., str], cast: SimpleNamespace
) -> None:
    key = begin(cast.staff)
    found = row(session, key)
    assert found is not None
    assert not sign_ins.end(session, cast.manager.id, found.id)
    assert row(session, key) is not None
    assert sign_ins.end(session, cast.staff.id, found.id)
    assert row(session, key) is None
    assert not sign_ins.end(session, cast.staff.id, found.id)


def test_a_key_never_comes_back_with_its_id(
    session: Session, begin: Callable[..., str], cast: SimpleNamespace
) -> None:
    key = begin(cast.staff)
    found = row(session, key)
    assert found is not None
    sign_ins.end(session, cast.staff.id, found.id)
    again = begin(cast.staff)  # SQLite gives it the same id
    assert again != key
    assert row(session, key) is None


def test_the_day_is_written_once_and_never_back(
    session: Session, begin: Callable[..., str], cast: SimpleNamespace, at: datetime
) -> None:
    key = begin(cast.staff)
    found = row(session, key)
    assert found is not None
    tomorrow, yesterday = day_of(at + timedelta(days=1)), day_of(at - timedelta(days=1))
    for day, kept in ((tomorrow, tomorrow), (tomorrow, tomorrow), (yesterday, tomorrow)):
        sign_ins.note_seen(session, found.id, on=day)
        again = row(session, key)
        assert again is not None
        assert again.last_seen_on == kept


def test_what_is_over_is_forgotten_a_few_at_a_time(
    session: Session, begin: Callable[..., str], cast: SimpleNamespace, at: datetime
) -> None:
    for days in (20, 15, 14, 13, 0):
        begin(cast.staff, since=at - timedelta(days=days))
    assert [sign_ins.forget_ended(session, at=at, limit=2) for _ in range(3)] == [2, 1, 0]
    assert session.scalar(select(func.count()).select_from(SignIn)) == 2
