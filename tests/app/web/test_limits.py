"""Tries are counted before they are checked: no number of them at once outruns the counter."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from app.web import limits
from app.web.limits import Bucket

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
