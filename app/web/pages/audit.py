"""The audit log of the DX office: searched by person, act, subject and days, and as CSV."""

import json
from collections.abc import Mapping
from datetime import date

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from app.clock import now
from app.exports import csv_file
from app.exports.tables import Cell, Column, Table
from app.studio import audit
from app.studio.audit import AuditLine, AuditSearch
from app.web.campaign_access import for_designers
from app.web.paging import Page, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, viewer
from app.web.wording.audit import act_word, changes_in, subject_name, subject_word
from challenges.calendar import TOKYO, day_of
from challenges.text import as_written

bp = Blueprint("audit", __name__)

MOST_ROWS = 20_000
"""Rows of one file. More are asked for by days."""


@bp.get("/office/audit")
@for_designers
def log() -> str:
    """What the office did, newest first."""
    wanted, number = _wanted(request.args), page_number()
    window = {"limit": PAGE_SIZE + 1, "offset": (number - 1) * PAGE_SIZE}
    lines = audit.search(db_session(), wanted, me=viewer().id, **window)
    acts, subjects = audit.known(db_session())
    return page(
        "studio/audit.html",
        nav="office",
        wanted=wanted,
        found=Page.of(lines, number=number, size=PAGE_SIZE),
        acts=[(one, act_word(one)) for one in acts],
        subjects=[(one, subject_word(one)) for one in subjects],
        act_word=act_word,
        subject_word=subject_word,
        subject_name=subject_name,
        changes_in=changes_in,
        asked={name: value for name, value in request.args.items() if name != "page"},
    )


@bp.get("/office/audit.csv")
@for_designers
def as_csv() -> Response:
    """What was found, for a spreadsheet: UTF-8 with a byte order mark, and no formulas."""
    lines = audit.search(db_session(), _wanted(request.args), me=viewer().id, limit=MOST_ROWS)
    headings = (
        _("日時"),
        _("職員番号"),
        _("氏名"),
        _("したこと"),
        _("対象"),
        _("対象の名前"),
        _("理由"),
        _("前"),
        _("後"),
    )
    table = Table(_("監査の記録"), [Column(one) for one in headings], [*map(_cells, lines)])
    name = f"audit-{day_of(now()):%Y%m%d}.csv"
    return Response(
        csv_file.as_csv(table),
        content_type=csv_file.MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _cells(one: AuditLine) -> list[Cell]:
    return [
        f"{one.at.astimezone(TOKYO):%Y-%m-%d %H:%M:%S}",
        one.by_number or "",
        one.by or "",
        act_word(one.act),
        subject_word(one.subject),
        subject_name(one.subject, one.subject_name),
        one.reason,
        _data(one.before),
        _data(one.after),
    ]


def _data(data: Mapping[str, object] | None) -> str:
    return "" if data is None else json.dumps(data, ensure_ascii=False, sort_keys=True)


def _wanted(args: Mapping[str, str]) -> AuditSearch:
    return AuditSearch(
        words=as_written(args.get("q", ""))[:100],
        act=args.get("act", "")[:40],
        subject=args.get("subject", "")[:40],
        first_day=_day(args.get("first_day", "")),
        last_day=_day(args.get("last_day", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
