"""Answers that a browser saves as a file, with a name in Japanese."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import quote

from flask import Response, abort

from app.exports import csv_file, workbook
from app.exports.tables import Table, file_name

FORMS = ("csv", "xlsx")
"""The endings of the files in which a table is handed out."""


def download(tables: Sequence[Table], form: str, *, day: date, words: Sequence[str]) -> Response:
    """The table as a file: several are sheets of one workbook; as CSV only the first is told."""
    if form not in FORMS:
        abort(404)
    name = file_name(day, *words)
    if form == "csv":
        return attachment(csv_file.as_csv(tables[0]), f"{name}.csv", media_type=csv_file.MEDIA_TYPE)
    return attachment(workbook.as_workbook(tables), f"{name}.xlsx", media_type=workbook.MEDIA_TYPE)


def attachment(data: bytes, name: str, *, media_type: str) -> Response:
    """A file to save under that name. Old programs get its ASCII letters alone (RFC 6266, 5987)."""
    plain = "".join(each for each in name if each.isascii()).replace("_.", ".").replace('"', "")
    answer = Response(data, content_type=media_type)
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
