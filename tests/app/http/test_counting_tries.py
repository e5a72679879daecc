"""Tries are counted before they are checked: no number of them at once outruns the counter."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from time import monotonic
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.config import Config
from app.factory import create_app
from app.http import limits
from app.http.limits import Bucket
from app.identity import passwords

TEN = Bucket("10 per minute", "a")
FIVE = Bucket("5 per minute", "b")
AT_ONCE = 32


def test_of_32_tries_at_once_ten_are_let_through(app: Flask) -> None:
    barrier = Barrier(AT_ONCE)

    def attempt(_n: int) -> Bucket | None:
        with app.app_context():
            barrier.wait()
            return limits.count(TEN)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert list(pool.map(attempt, range(AT_ONCE))).count(None) == 10


def test_a_full_bucket_keeps_the_others_as_they_were(app: Flask) -> None:
    with app.app_context():
        assert [limits.count(TEN, FIVE) for _ in range(7)] == [None] * 5 + [FIVE] * 2
        assert [limits.count(TEN) for _ in range(6)] == [None] * 5 + [TEN]


def test_what_is_given_back_can_be_tried_again(app: Flask) -> None:
    with app.app_context():
        for _ in range(30):
            assert limits.count(TEN, FIVE) is None
            limits.give_back(TEN, FIVE)
        assert [limits.count(FIVE) for _ in range(6)] == [None] * 5 + [FIVE]


@pytest.mark.parametrize(("limit", "minutes"), [("1 per minute", 1), ("1 per hour", 60)])
def test_a_full_bucket_says_how_long_it_stays_so(app: Flask, limit: str, minutes: int) -> None:
    bucket = Bucket(limit, "c")
    with app.app_context():
        limits.count(bucket)
        assert limits.count(bucket) == bucket
        assert limits.minutes_until_empty(bucket) == minutes


# Where tries are counted may be away.


@pytest.fixture(params=["refuses", "is silent"])
def without_redis(request: pytest.FixtureRequest, config: Config) -> Iterator[Flask]:
    """An app whose Redis refuses connections, or takes them and says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if request.param == "is silent":
            listener.listen(50)
        storage = f"redis://127.0.0.1:{listener.getsockname()[1]}"
        app = create_app(
            replace(
                config,
                limits_storage=storage,
                sign_in_limits=("3 per minute", "9 per minute", "100 per hour"),
            )
        )
        app.config["WTF_CSRF_ENABLED"] = False
        yield app
        app.extensions["stepup_database"].dispose()


def enter(app: Flask, password: str) -> int:
    form = {"name": "staff", "password": password}
    return app.test_client().post("/sign-in", data=form).status_code


def test_people_sign_in_without_redis(
    without_redis: Flask, session: Session, cast: SimpleNamespace
) -> None:
    cast.staff.password_hash = passwords.hash_password("correct horse battery staple")
    session.commit()
    begun = monotonic()
    answers = [enter(without_redis, "correct horse battery staple") for _ in range(5)]
    assert answers == [303] * 5
    assert monotonic() - begun < 15


def test_guessing_stays_limited_without_redis(without_redis: Flask, session: Session) -> None:
    session.commit()
    assert [enter(without_redis, "x") for _ in range(5)] == [401] * 3 + [429] * 2
