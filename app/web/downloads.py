"""Answers that a browser saves as a file, with a name in Japanese."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from urllib.parse import quote

from flask import Response, abort, send_file

from app.exports import csv_file, workbook
from app.exports.tables import Table, file_name

FORMS = ("csv", "xlsx")
"""The endings of the files in which a table is handed out."""
MEDIA_TYPES = {"csv": csv_file.MEDIA_TYPE, "xlsx": workbook.MEDIA_TYPE}


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
    return _named(Response(data, content_type=media_type), name)


def attached_file(path: Path, name: str, *, media_type: str) -> Response:
    """A file of ours to save under that name, of any length."""
    return _named(send_file(path, media_type, conditional=False, etag=False), name)


def _named(answer: Response, name: str) -> Response:
    plain = "".join(each for each in name if each.isascii()).replace("_.", ".").replace('"', "")
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
