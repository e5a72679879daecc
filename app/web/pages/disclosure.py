"""The DX office takes out all texts of a period, for a request to disclose (情報公開請求)."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response

from app.clock import now
from app.db.sessions import read_first
from app.retention import disclosure
from app.retention.disclosure import disclosed
from app.studio import audit
from app.web.days import chosen_day
from app.web.downloads import FORMS, download
from app.web.language import refusal
from app.web.language import sentence as _
from app.web.pages.office import for_dx_office
from app.web.rendering import db_session, page, viewer
from app.web.wording.disclosure import disclosure_table
from challenges.calendar import day_of, fiscal_year_start
from challenges.errors import InvalidField
from challenges.people.sites import placed_units
from challenges.text import in_one_line

bp = Blueprint("disclosure", __name__)

LONGEST_NUMBER = 80
"""Characters of the number of a request."""


@bp.get("/office/disclosure")
@for_dx_office
def form() -> str:
    """The form. Without a choice it offers the fiscal year so far."""
    today = day_of(now())
    days = {"first_day": fiscal_year_start(today).isoformat(), "last_day": today.isoformat()}
    return _form(days)


@bp.post("/office/disclosure/files")
@for_dx_office
def file() -> Response:
    """The file, noted in the audit log. It is read before the write lock is taken."""
    given = request.form
    try:
        number = _number(given.get("request", ""))
        first = chosen_day(given.get("first_day", ""), field="first_day")
        last = chosen_day(given.get("last_day", ""), field="last_day")
        unit = _unit(given.get("unit", ""))
        form = given["form"] if given.get("form") in FORMS else FORMS[0]
        with read_first() as reader:
            texts = disclosed(reader, first, last, unit_id=unit, most=_most(form))
    except InvalidField as error:
        return make_response(_form(given, wrong=error), 422)
    path = _path(unit)
    table = disclosure_table(texts, first, last, unit=path)
    answer = download([table], form, day=day_of(now()), words=[_("言葉の一覧"), number])
    _note(number, first, last, unit=path, texts=len(texts), form=form)
    return answer


def _most(form: str) -> int:
    return disclosure.MOST_IN_WORKBOOK if form == "xlsx" else disclosure.MOST


def _note(number: str, first: date, last: date, *, unit: str, texts: int, form: str) -> None:
    days = {"first_day": first.isoformat(), "last_day": last.isoformat()}
    audit.note(
        db_session(),
        act="disclosed",
        subject="words",
        subject_id=None,
        subject_name=number,
        after={**days, "unit": unit, "texts": texts, "form": form},
        by_id=viewer().id,
        at=now(),
    )


def _number(typed: str) -> str:
    number = in_one_line(typed)
    if not number or len(number) > LONGEST_NUMBER:
        raise InvalidField(
            "請求の番号か名前を、%(longest)s文字までで書いてください。",
            field="request",
            longest=LONGEST_NUMBER,
        )
    return number


def _unit(typed: str) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise InvalidField("所属を選んでください。", field="unit")
    return int(typed)


def _path(unit_id: int | None) -> str:
    return dict(_options()).get(str(unit_id or ""), "") if unit_id else ""


def _options() -> list[tuple[str, str]]:
    units = placed_units(db_session(), on=day_of(now()))
    return [(str(one.id), one.path.replace("/", " ")) for one in units]


def _form(typed: Mapping[str, str], *, wrong: InvalidField | None = None) -> str:
    return page(
        "retention/disclosure.html",
        nav="office",
        typed=typed,
        units=[("", _("全体")), *_options()],
        longest=LONGEST_NUMBER,
        most=disclosure.MOST,
        sheet=disclosure.MOST_IN_WORKBOOK,
        wrong={(wrong.field or "request"): refusal(wrong)} if wrong else {},
    )
