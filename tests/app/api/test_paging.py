"""Paging is complete and without repeats, whatever is added meanwhile."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.api import cursors
from app.api.cursors import Cursor
from app.api.problems import Refused
from app.clock import now
from app.indicators.models import Measure
from challenges.people.models import Unit

Read = Callable[..., Any]


def test_rows_added_between_pages_make_no_gap_and_no_repeat(
    read: Read, client: Any, publish: Callable[..., Measure], cast: SimpleNamespace
) -> None:
    first = [publish(40.0 + month, month=month).id for month in range(1, 8)]
    page = read("measures", limit=3).json
    seen = [one["id"] for one in page["data"]]
    while page["next"]:
        publish(99.0, month=2, published_at=now(), reason="訂正")  # replaces one that was read
        publish(98.0, month=7, published_at=now(), reason="訂正")  # and one that was not
        publish(50.0, month=8, unit_id=cast.section.id, published_at=now())
        page = client.get(page["next"]).json
        seen += [one["id"] for one in page["data"]]
    assert seen == first


def test_after_the_last_page_a_new_reading_has_what_was_added(
    read_all: Callable[..., Any], publish: Callable[..., Measure]
) -> None:
    for month in (1, 2, 3):
        publish(40.0, month=month)
    assert len(list(read_all("measures", limit=2))) == 3
    corrected = publish(41.0, month=1, published_at=now(), reason="訂正")
    assert [one["id"] for one in read_all("measures", limit=2)][-1] == corrected.id
    assert len(list(read_all("measures", limit=2))) == 3


def test_units_added_between_pages_come_once(
    session: Session, read: Read, client: Any, cast: SimpleNamespace
) -> None:
    page = read("units", limit=2).json
    seen = [one["id"] for one in page["data"]]
    session.add(
        Unit(name="あとの課", path="農林部/あとの課", parent_id=cast.other_section.parent_id)
    )
    while page["next"]:
        page = client.get(page["next"]).json
        seen += [one["id"] for one in page["data"]]
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize("name", ["indicators", "projects", "challenges", "badges"])
def test_small_pages_make_the_whole_list(
    read: Read, read_all: Callable[..., Any], name: str
) -> None:
    whole = read(name, limit=1000).json
    assert whole["next"] is None
    assert list(read_all(name, limit=7)) == whole["data"]


def test_a_file_names_the_next_page_in_its_head(
    read: Read, publish: Callable[..., Measure]
) -> None:
    for month in (1, 2, 3):
        publish(40.0, month=month)
    answer = read("measures", limit=2, format="csv")
    assert len(answer.text.splitlines()) == 3
    [address] = [one.strip("<>") for one in answer.headers["Link"].split(";")[:1]]
    assert "format=csv" in address
    assert 'rel="next"' in answer.headers["Link"]


def test_the_filters_are_kept_from_page_to_page(
    read: Read, client: Any, publish: Callable[..., Measure], cast: SimpleNamespace
) -> None:
    for month in (1, 2, 3):
        publish(40.0, month=month)
        publish(35.0, month=month, unit_id=cast.section.id)
    page = read("measures", limit=2, unit=["prefecture"]).json
    rest = client.get(page["next"]).json["data"]
    assert [one["unit_id"] for one in page["data"] + rest] == [None] * 3


@given(st.one_of(st.text(max_size=60), st.binary(max_size=40).map(lambda one: one.hex())))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_whatever_is_no_cursor_is_refused(app: Flask, text: str) -> None:
    with app.test_request_context(), pytest.raises(Refused):
        cursors.read(text, kind=int)


@given(st.integers(0, 2**31 - 1))
def test_a_cursor_is_read_as_it_was_written(after: int) -> None:
    place = Cursor(after, datetime(2026, 7, 1, tzinfo=UTC))
    assert cursors.read(str(place), kind=int) == place
