"""All data of one person as a zip: one JSON file, and each table as CSV that Excel opens."""

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from app.exports.csv_file import as_csv
from app.exports.tables import Cell, Column, Table

MEDIA_TYPE = "application/zip"

Rows = tuple[str, Sequence[str], Sequence[dict[str, Any]]]
"""Name, columns and rows of a table."""


def as_zip(tables: Sequence[Rows]) -> bytes:
    """``my-data.json`` and ``<table>.csv`` for each of the tables."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("my-data.json", _as_json(tables))
        for name, columns, rows in tables:
            cells = [[_cell(row[column]) for column in columns] for row in rows]
            table = Table(name, [Column(column) for column in columns], cells)
            archive.writestr(f"{name}.csv", as_csv(table))
    return written.getvalue()


def _as_json(tables: Sequence[Rows]) -> str:
    everything = {name: [*rows] for name, _columns, rows in tables}
    return json.dumps(everything, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else str(value)


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, str | int | float | date):
        return value
    return json.dumps(value, ensure_ascii=False, default=_plain)
