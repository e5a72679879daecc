"""The description says what the API does: schemathesis asks whatever the description allows, and
what it does not."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.api.lists import LISTS
from app.indicators.models import Measure

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
EXAMPLES = 12
"""Requests for each list."""


@pytest.fixture
def described(app: Flask, publish: Callable[..., Measure], session: Any) -> Any:
    publish(41.0)
    session.commit()
    return _description_of(app)


@cache
def _description_of(app: Flask) -> Any:
    """Read once: it says the same whatever the database holds, and half a second is long."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", [one.name for one in LISTS])
def test_the_api_keeps_to_its_description(described: Any, name: str, mode: Any) -> None:
    operation = described[f"/{name}"]["GET"]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        # schemathesis cannot read what is compressed
        case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})

    ask()


def test_it_is_openapi_3_1_and_names_every_list(described: Any) -> None:
    raw = described.raw_schema
    assert raw["openapi"].startswith("3.1")
    assert raw["paths"].keys() == {"/imports", *(f"/{one.name}" for one in LISTS)}
    for one in LISTS:
        row = raw["components"]["schemas"][one.row.__name__]
        assert list(row["properties"]) == list(one.row.model_fields)
        assert all(
            said.get("description") for said in row["properties"].values() if "$ref" not in said
        )
