"""An app whose measures one can read, and a reader of the API."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.indicators.models import Measure, Source, Variant

THEN = datetime(2026, 6, 10, 1, 0, tzinfo=UTC)


@pytest.fixture
def publish(session: Session) -> Callable[..., Measure]:
    """``publish(value, month=5, unit_id=…)``: a measure of tried-share in 2026."""

    def add(value: float | None, *, month: int = 5, **changes: Any) -> Measure:
        said = {
            "indicator": "tried-share",
            "version": 1,
            "unit_id": None,
            "period": date(2026, month, 1),
            "variant": Variant.ALL,
            "numerator": None,
            "denominator": None,
            "source": Source.COMPUTED,
            "published_at": THEN,
        }
        row = Measure(**{**said, "value": value, **changes})
        session.add(row)
        session.flush()
        return row

    return add


@pytest.fixture
def read(client: FlaskClient) -> Callable[..., Any]:
    """``read("measures", unit=3)``: the answer of a list."""

    def get(name: str, headers: dict[str, str] | None = None, **asked: Any) -> Any:
        return client.get(f"/api/v1/{name}", query_string=asked, headers=headers)

    return get


@pytest.fixture
def read_all(client: FlaskClient) -> Callable[..., Iterator[dict[str, Any]]]:
    """``read_all("measures", limit=2)``: every row, page after page."""

    def rows(name: str, **asked: Any) -> Iterator[dict[str, Any]]:
        answer = client.get(f"/api/v1/{name}", query_string=asked)
        while True:
            assert answer.status_code == 200, answer.text
            yield from answer.json["data"]
            if answer.json["next"] is None:
                return
            answer = client.get(answer.json["next"])

    return rows
