"""The description of the API (OpenAPI 3.1), made from the models that read and write it."""

from functools import lru_cache
from typing import Any

from openapi_pydantic import OpenAPI
from openapi_pydantic.util import PydanticSchema, construct_open_api_with_schema_class
from pydantic import BaseModel, create_model

from app.api import imports, problems
from app.api.lists import LISTS
from app.api.parameters import Parameters
from app.api.problems import Problem
from app.api.reading import OpenList

VERSION = "1.0.0"
ABOUT = (
    "What the office publishes: indicators and their measures, projects, units, campaigns, "
    "challenges and badges. Nothing personal is in it, and small groups are hidden."
)
HEADERS = {
    "ETag": "Send it back as If-None-Match to hear whether anything changed.",
    "RateLimit": "Requests that are left, and the seconds until they count anew.",
    "RateLimit-Policy": "Requests that are allowed, and in how many seconds.",
}
REFUSALS = {
    "401": "A token is needed, because the dashboard is not open to everybody",
    "406": "None of the forms that were asked for can be given",
    "422": "A parameter is wrong",
    "429": "Too many requests",
    "503": "The app is too busy",
}
REFUSALS_OF_FILES = {
    "401": "A token is needed",
    "403": "The token does not allow imports",
    "413": "The file is too large",
    "415": "It is neither CSV nor an Excel workbook",
    "422": "The file is not taken in: each line that is wrong, or the same as before",
    "429": REFUSALS["429"],
    "503": REFUSALS["503"],
}


@lru_cache(maxsize=8)
def document(host: str) -> str:
    """The description, for an app at that address."""
    described = OpenAPI.model_validate(
        {
            "openapi": "3.1.1",
            "info": {"title": "DX Step-Up API", "version": VERSION, "description": ABOUT},
            "servers": [{"url": f"{host}api/v1"}],
            "paths": {
                **{f"/{one.name}": {"get": _operation(one)} for one in LISTS},
                "/imports": {"post": _import()},
            },
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        }
    )
    whole = construct_open_api_with_schema_class(described)
    return whole.model_dump_json(by_alias=True, exclude_none=True)


def _operation(one: OpenList) -> dict[str, Any]:
    return {
        "operationId": one.name,
        "summary": one.about,
        "parameters": _parameters(one.parameters),
        "responses": {
            "200": _page(one),
            "304": {"description": "Nothing changed since then"},
            **{status: _refusal(about) for status, about in REFUSALS.items()},
        },
    }


def _parameters(kind: type[Parameters]) -> list[dict[str, Any]]:
    said = kind.model_json_schema()
    return [
        {
            "name": name,
            "in": "query",
            "description": schema.get("description"),
            "schema": _plain(schema, said.get("$defs", {})),
            "required": name in said.get("required", ()),
        }
        for name, schema in said["properties"].items()
    ]


def _plain(said: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of a parameter alone. An address cannot say null: it leaves the parameter out."""
    if "$ref" in said:
        return dict(definitions[said["$ref"].rpartition("/")[2]])
    kept = {name: value for name, value in said.items() if name not in {"title", "description"}}
    if kept.get("default", "") is None:
        del kept["default"]
    choices = [one for one in kept.pop("anyOf", []) if one != {"type": "null"}]
    if len(choices) == 1:
        return {**_plain(choices[0], definitions), **kept}
    return {**kept, "anyOf": choices} if choices else kept


def _import() -> dict[str, Any]:
    return {
        "operationId": "import",
        "summary": "Takes in a file of measures, with a token that allows it",
        "security": [{"token": []}],
        "parameters": _parameters(imports.ImportParameters),
        "requestBody": {
            "required": True,
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}}
                for kind in imports.MEDIA_TYPES
            },
        },
        "responses": {
            "202": {
                "description": "It was begun, and goes on by itself",
                "content": {"application/json": {"schema": _schema(imports.Begun)}},
            },
            **{status: _refusal(about) for status, about in REFUSALS_OF_FILES.items()},
        },
    }


def _page(one: OpenList) -> dict[str, Any]:
    page = create_model(
        f"{one.row.__name__}Page",
        data=(list[one.row], ...),  # type: ignore[name-defined]  # the row of this list
        next=(str | None, ...),
        __doc__="A page. ``next`` is the address of the next one.",
    )
    return {
        "description": one.about,
        "headers": {
            name: {"description": about, "schema": {"type": "string"}}
            for name, about in HEADERS.items()
        },
        "content": {
            "application/json": {"schema": _schema(page)},
            "text/csv": {"schema": {"type": "string"}},
        },
    }


def _refusal(about: str) -> dict[str, Any]:
    return {"description": about, "content": {problems.MEDIA_TYPE: {"schema": _schema(Problem)}}}


def _schema(kind: type[BaseModel]) -> PydanticSchema[BaseModel]:
    return PydanticSchema(schema_class=kind)  # type: ignore[call-arg]  # it has aliases with defaults
