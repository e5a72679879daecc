"""An analyst with a script reads the API over HTTP while the office goes on publishing."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from email.message import Message
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from sqlalchemy.orm import Session

from app.clock import now
from tests.app.indicators.measuring import CALM, measure

pytestmark = pytest.mark.journey

FIRST = date(2024, 7, 1)
CORRECTED = "数え直しました。"


@pytest.fixture
def publish(session: Session) -> Callable[..., None]:
    """``publish("copier-pages", 12)``: so many months of an indicator."""

    def add(slug: str, months: int, *, first: date = FIRST, **more: Any) -> None:
        measure(session, slug, (CALM * 3)[:months], first=first, **more)
        session.commit()

    return add


@dataclass
class Answer:
    """What the server sent."""

    status: int
    headers: Message
    text: str


def get(address: str, **headers: str) -> Answer:
    """``get(address, Accept_Language="en")``, by a connection of its own."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    server, rest = urlsplit(address).netloc, address.split("/", 3)[3]
    with closing(HTTPConnection(server, timeout=10)) as connection:
        connection.request("GET", f"/{rest}", headers=named)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read().decode())


def pages(address: str) -> Iterator[list[dict[str, Any]]]:
    """The rows of one page after the other, as long as there is a next one."""
    following: str | None = address
    while following:
        page = json.loads(get(following).text)
        yield page["data"]
        following = urljoin(address, page["next"]) if page["next"] else None


def test_no_row_is_missed_or_read_twice_while_some_are_added(
    server: str, publish: Callable[..., None]
) -> None:
    publish("copier-pages", 12)
    publish("tried-share", 12)
    found: list[dict[str, Any]] = []
    for number, page in enumerate(pages(f"{server}/api/v1/measures?limit=5")):
        found += page
        # Meanwhile a new indicator appears, and what was read or is still to come is corrected.
        publish(f"added-{number}", 3, published_at=now())
        publish("copier-pages", 12, published_at=now(), reason=CORRECTED)
    months = {(one["indicator"], one["period"]) for one in found}
    assert len(found) == len({one["id"] for one in found}) == len(months) == 24
    assert {one["indicator"] for one in found} == {"copier-pages", "tried-share"}
    again = [one for page in pages(f"{server}/api/v1/measures?limit=7") for one in page]
    corrected = [one for one in again if one["indicator"] == "copier-pages"]
    assert len(corrected) == 12
    assert {one["reason"] for one in corrected} == {CORRECTED}


def test_a_table_is_read_page_by_page_as_csv(server: str, publish: Callable[..., None]) -> None:
    publish("copier-pages", 12)
    address: str | None = f"{server}/api/v1/measures?format=csv&limit=5"
    rows: list[dict[str, str]] = []
    while address:
        answer = get(address)
        rows += csv.DictReader(io.StringIO(answer.text))
        link = answer.headers.get("Link", "")
        address = urljoin(address, link[1 : link.index(">")]) if link else None
    assert [float(one["value"]) for one in rows] == list(CALM)
    assert len({one["period"] for one in rows}) == 12


def test_what_has_not_changed_is_not_sent_again(server: str, publish: Callable[..., None]) -> None:
    publish("copier-pages", 12)
    address = f"{server}/api/v1/measures"
    before = get(address)
    unchanged = get(address, If_None_Match=before.headers["ETag"] or "")
    assert (unchanged.status, unchanged.text) == (304, "")
    publish("tried-share", 1)
    after = get(address, If_None_Match=before.headers["ETag"] or "")
    assert after.status == 200
    assert len(json.loads(after.text)["data"]) == 13


def test_a_mistake_is_told_as_a_problem(server: str) -> None:
    refused = get(f"{server}/api/v1/measures?limitt=5", Accept_Language="en")
    told = json.loads(refused.text)
    assert refused.status == told["status"] == 422
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert [one["parameter"] for one in told["errors"]] == ["limitt"]
