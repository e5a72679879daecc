"""Answers a list in JSON or CSV, and with 304 before anything is read if the program has it."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

from flask import Response, request

from app.api import cursors, limiting, parameters
from app.api.cursors import Cursor
from app.api.parameters import ListParameters, MeasureParameters, Parameters
from app.api.problems import Refused
from app.api.reading import Keyed, OpenList, Reading
from app.api.rows import Row
from app.clock import now
from app.config import config
from app.db.sessions import request_session
from app.exports.csv_file import harmless
from app.http.programs import is_program
from app.indicators.definitions import CONTENT
from app.queries.open_data import Mark, end_of

JSON, CSV = "application/json", "text/csv"
FORMS = {"json": JSON, "csv": CSV}
_ENCODING = re.compile(r":(?:br|gzip)$")
"""What compression puts behind an ETag."""
EXPOSED = "ETag, Last-Modified, Link, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"


def answer(one: OpenList) -> Response:
    """A page of the list, as the request asks for it."""
    asked = parameters.read(one.parameters)
    form = form_asked_for(asked)
    reading = _reading(one, asked)
    mark = one.mark(reading)
    known = unchanged(mark, form)
    if known is not None:
        return known
    found = one.page(reading)
    next_address = _next_address(found, reading, asked)
    rows = [row for _key, row in found[: asked.limit]]
    body = _as_csv(one.row, rows) if form == CSV else _as_json(rows, next_address)
    response = marked(Response(body, content_type=f"{form}; charset=utf-8"), mark, form)
    if next_address:
        response.headers["Link"] = f'<{next_address}>; rel="next"'
    return response


def form_asked_for(asked: Parameters, *forms: str) -> str:
    """The media type of the answer. Raises Refused with 406 if the program takes none of them."""
    offered = forms or tuple(FORMS.values())
    if asked.format:
        return FORMS[asked.format]
    if "Accept" not in request.headers:
        return offered[0]
    found = request.accept_mimetypes.best_match(offered)
    if found is None:
        raise Refused(406)
    return found


def _reading(one: OpenList, asked: ListParameters) -> Reading:
    at = now()
    place = cursors.read(asked.cursor, kind=one.key) if asked.cursor else None
    until = min(place.until, at) if place else _as_of(asked, at)
    return Reading(
        session=request_session(),
        asked=asked,
        until=until,
        at=at,
        after=place.after if place else None,
        limit=asked.limit + 1,
    )


def _as_of(asked: ListParameters, at: datetime) -> datetime:
    on = asked.on if isinstance(asked, MeasureParameters) else None
    # The last days of the calendar have no day after them.
    return at if on is None or on > at.date() + timedelta(days=1) else min(at, end_of(on))


def _next_address(found: Keyed, reading: Reading, asked: ListParameters) -> str | None:
    """The address of the next page, if there is one: a row more was read than the page has."""
    if len(found) <= asked.limit:
        return None
    cursor = Cursor(found[asked.limit - 1][0], reading.until)
    kept = [pair for pair in request.args.items(multi=True) if pair[0] != "cursor"]
    return f"{request.base_url}?{urlencode([*kept, ('cursor', str(cursor))])}"


def _as_json(rows: Sequence[Row], next_address: str | None) -> str:
    data = ",".join(row.model_dump_json() for row in rows)
    return f'{{"data":[{data}],"next":{json.dumps(next_address)}}}'


def _as_csv(kind: type[Row], rows: Sequence[Row]) -> str:
    """A file whose columns are the fields of the rows, in UTF-8 without a byte order mark."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(kind.model_fields)
    writer.writerows([cell(value) for _name, value in row] for row in rows)
    return written.getvalue()


def cell(value: Any) -> str | int | float:
    """A value as it stands in a file: days and times by ISO 8601, nothing for None."""
    if isinstance(value, list):
        return " ".join(str(cell(each)) for each in value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return _iso(value)
    if isinstance(value, str):
        return harmless(value)
    return "" if value is None else cast(float, value)


def _iso(value: date) -> str:
    """As JSON has it: a time ends in Z."""
    if not isinstance(value, datetime):
        return value.isoformat()
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


# Telling one state from another


def unchanged(mark: Mark, form: str) -> Response | None:
    """304 if the program has this state, else None."""
    known = request.headers.get("If-None-Match")
    if known is not None:
        return _same_tag(known, mark, form)
    since, changed_at = request.if_modified_since, settled(mark.changed_at, at=now())
    if since is None or changed_at is None or changed_at > since:
        return None
    return marked(Response(status=304), mark, form)


def _same_tag(known: str, mark: Mark, form: str) -> Response | None:
    """304 with the very tag that the program sent, which may name a compressed answer."""
    ours = tag(mark, form)
    for given in re.findall(r'(?:W/)?"([^"]*)"', known):
        if _ENCODING.sub("", given) == ours:
            response = marked(Response(status=304), mark, form)
            response.headers["ETag"] = f'W/"{given}"'
            return response
    return marked(Response(status=304), mark, form) if known.strip() == "*" else None


def marked(response: Response, mark: Mark, form: str) -> Response:
    """The answer with what a program sends back to hear whether it changed."""
    response.headers["ETag"] = f'W/"{tag(mark, form)}"'
    changed_at = settled(mark.changed_at, at=now())
    if changed_at is not None:  # werkzeug would write now for None
        response.last_modified = changed_at
    response.headers["Cache-Control"] = (
        "public, no-cache" if config().dashboard_public else "private, no-cache"
    )
    return response


def settled(changed_at: datetime | None, *, at: datetime) -> datetime | None:
    """When it last changed, to the second. None while it may change again within that second."""
    if changed_at is None or at - changed_at < timedelta(seconds=1):
        return None
    return changed_at.replace(microsecond=0)


def tag(mark: Mark, form: str) -> str:
    """One name for one state of one answer, whatever its compression."""
    asked = sorted(request.args.items(multi=True))
    said = repr((release(), request.path, asked, request.host_url, form, mark.state))
    return hashlib.sha256(said.encode()).hexdigest()[:24]


@cache
def release() -> str:
    """Changes with the code that makes answers, and with the indicators that come with it."""
    digest = hashlib.sha256()
    for path in sorted((*Path(__file__).parent.glob("*.py"), *CONTENT.glob("*.yaml"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


# What every answer says


def finish(response: Response) -> Response:
    """Headers of every answer below /api/: any page may read it (CORS), and how many are left."""
    if not is_program():
        return response
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = EXPOSED
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        headers["Access-Control-Allow-Headers"] = "Accept, If-None-Match, If-Modified-Since"
        headers["Access-Control-Max-Age"] = "86400"
    response.vary.update(("Accept", "Accept-Encoding"))
    if not config().dashboard_public:
        response.vary.add("Authorization")
    limiting.tell(response)
    return response
