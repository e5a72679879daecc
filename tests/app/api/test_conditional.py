"""304 before anything is read, and only while nothing changed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import brotli
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.api.answering import settled
from app.api.lists import LISTS
from app.api.reading import OpenList
from app.clock import now
from app.indicators.models import Measure
from challenges.calendar import day_of
from challenges.campaigns.models import Campaign
from challenges.catalogue.models import CatalogueLoad
from tests.app.figures import JULY_CHALLENGES, take

Read = Callable[..., Any]
EVERY_LIST = pytest.mark.parametrize("one", LISTS, ids=lambda one: one.name)
LONG_AGO = datetime(2026, 6, 10, 1, 0, tzinfo=UTC)


@EVERY_LIST
@pytest.mark.parametrize("form", ["json", "csv"])
def test_what_did_not_change_is_not_sent_again(
    read: Read, publish: Callable[..., Measure], one: OpenList, form: str
) -> None:
    publish(41.0)
    answer = read(one.name, format=form)
    again = read(one.name, format=form, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == answer.headers["ETag"]
    assert again.headers["Access-Control-Allow-Origin"] == "*"


@EVERY_LIST
def test_304_takes_at_most_one_statement(
    app: Any, read: Read, count_statements: Callable[..., Any], one: OpenList
) -> None:
    known = {"If-None-Match": read(one.name).headers["ETag"]}
    with count_statements(app.extensions["stepup_database"].engine) as statements:
        assert read(one.name, headers=known).status_code == 304
    assert len(statements) <= 1


def test_a_compressed_answer_is_known_again(client: FlaskClient) -> None:
    """As a browser asks: it sends back the tag of what it got, compressed or not."""
    headers = {"Accept-Encoding": "br"}
    answer = client.get("/api/v1/challenges", headers=headers)
    assert answer.headers["Content-Encoding"] == "br"
    assert b'"data"' in brotli.decompress(answer.data)
    assert {"Accept-Encoding", "Accept"} <= {
        one.strip() for one in answer.headers["Vary"].split(",")
    }
    again = client.get(
        "/api/v1/challenges", headers={**headers, "If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == answer.headers["ETag"]
    assert again.headers["ETag"].startswith("W/")
    plain = client.get("/api/v1/challenges", headers={"If-None-Match": answer.headers["ETag"]})
    assert plain.status_code == 304


def test_each_form_and_filter_has_a_tag_of_its_own(read: Read) -> None:
    tags = [
        read("challenges", **asked).headers["ETag"]
        for asked in ({}, {"format": "csv"}, {"limit": 5}, {"mindset": "LEARN"})
    ]
    assert len(set(tags)) == 4


def test_a_new_measure_makes_a_new_tag(read: Read, publish: Callable[..., Measure]) -> None:
    publish(41.0)
    known = {"If-None-Match": read("measures").headers["ETag"]}
    publish(42.0, published_at=LONG_AGO)  # at the very time of the first
    assert read("measures", headers=known).status_code == 200


def test_a_new_night_makes_a_new_tag(
    session: Session, read: Read, campaign_of: Callable[..., Campaign]
) -> None:
    july = campaign_of(challenges=JULY_CHALLENGES)
    known = {"If-None-Match": read("campaigns").headers["ETag"]}
    take(session, july, day_of(now()) - timedelta(days=1), now())
    assert read("campaigns", headers=known).status_code == 200


def test_a_load_of_the_catalogue_makes_a_new_tag(session: Session, read: Read) -> None:
    known = {"If-None-Match": read("badges").headers["ETag"]}
    session.add(CatalogueLoad(kind="badges", digest="", loaded_at=now()))
    assert read("badges", headers=known).status_code == 200


def test_a_program_without_tags_asks_by_the_time(
    read: Read, publish: Callable[..., Measure]
) -> None:
    publish(41.0)
    answer = read("measures")
    assert answer.headers["Last-Modified"] == "Wed, 10 Jun 2026 01:00:00 GMT"
    since = {"If-Modified-Since": answer.headers["Last-Modified"]}
    assert read("measures", headers=since).status_code == 304
    publish(42.0, month=4, published_at=LONG_AGO + timedelta(days=1))
    assert read("measures", headers=since).status_code == 200


@pytest.mark.parametrize("name", ["indicators", "units"])
def test_no_time_is_told_where_nobody_knows_it(
    read: Read, cast: SimpleNamespace, name: str
) -> None:
    assert "Last-Modified" not in read(name).headers


def test_a_change_within_the_second_of_reading_is_not_missed(
    read: Read, publish: Callable[..., Measure]
) -> None:
    publish(41.0, published_at=now())
    answer = read("measures")
    assert "Last-Modified" not in answer.headers


def test_no_time_is_told_while_that_second_may_bring_more() -> None:
    changed_at = LONG_AGO + timedelta(milliseconds=700)
    assert settled(changed_at, at=changed_at + timedelta(milliseconds=999)) is None
    assert settled(changed_at, at=changed_at + timedelta(seconds=1)) == LONG_AGO
    assert settled(None, at=LONG_AGO) is None


def test_a_tag_wins_over_a_time(read: Read, publish: Callable[..., Measure]) -> None:
    publish(41.0)
    headers = {
        "If-None-Match": '"of another state"',
        "If-Modified-Since": read("measures").headers["Last-Modified"],
    }
    assert read("measures", headers=headers).status_code == 200


def test_answers_may_be_kept_but_are_asked_for_each_time(read: Read, cast: SimpleNamespace) -> None:
    assert read("units").headers["Cache-Control"] == "public, no-cache"
