"""docs/api.md says what the code does: each column with its type, each filter."""

import re
from pathlib import Path

import pytest

from app.api.lists import LISTS
from app.api.reading import OpenList
from app.api.rows import columns

DOCS = (Path(__file__).resolve().parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
GENERAL = {"format", "limit", "cursor"}
EVERY_LIST = pytest.mark.parametrize("one", LISTS, ids=lambda one: one.name)


def section(name: str) -> str:
    return DOCS.partition(f"\n### `{name}`\n")[2].partition("\n### ")[0]


def table(text: str, heading: str) -> list[tuple[str, ...]]:
    rows = text.partition(f"| {heading} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]) for row in rows]


@EVERY_LIST
def test_the_columns_are_those_of_the_code(one: OpenList) -> None:
    assert table(section(one.name), "column") == [
        (f"`{name}`", kind, about) for name, kind, about in columns(one.row)
    ]


@EVERY_LIST
def test_the_filters_are_those_of_the_code(one: OpenList) -> None:
    said = {cell.strip("`") for cell, *_ in table(section(one.name), "filter")}
    assert said == one.parameters.model_fields.keys() - GENERAL
