"""The DX office takes out all texts of a period, for a request to disclose (情報公開請求).

A job writes the file, which is kept for some days.
"""

from collections.abc import Mapping

from flask import Blueprint, abort, flash, make_response, request
from werkzeug.wrappers import Response

from app.clock import now
from app.exports.tables import file_name
from app.jobs import disclosing
from app.jobs.disclosing import DisclosureFile, Wanted
from app.jobs.models import Job, JobState
from app.studio import audit
from app.web.days import chosen_day
from app.web.downloads import FORMS, MEDIA_TYPES, attached_file
from app.web.language import refusal
from app.web.language import sentence as _
from app.web.pages.office import for_dx_office
from app.web.paging import Page, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, see_other, viewer
from app.web.wording.disclosure import file_words, state_word
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
    """The form, and the files that were asked for. Without a choice it offers the fiscal year so
    far."""
    today = day_of(now())
    days = {"first_day": fiscal_year_start(today).isoformat(), "last_day": today.isoformat()}
    return _form(days)


@bp.post("/office/disclosure/files")
@for_dx_office
def begin() -> Response:
    """Have the file written, noted in the audit log."""
    try:
        wanted = _wanted()
        job = disclosing.begin(
            db_session(), wanted, file_words(wanted), by_id=viewer().id, at=now()
        )
    except InvalidField as error:
        return make_response(_form(request.form, wrong=error), 422)
    _note("disclosed", job)
    flash(_("書き出しを始めました。できたら、下の一覧から受け取れます。"), "good")
    return see_other("disclosure.form")


@bp.post("/office/disclosure/files/<int:number>/copies")
@for_dx_office
def take(number: int) -> Response:
    """The file, noted in the audit log."""
    job = disclosing.ready_file(db_session(), number, at=now()) or abort(404)
    path = disclosing.path_of(job)
    if not path.exists():
        abort(404)
    _note("disclosure_taken", job)
    wanted = Wanted.from_json(job.arguments["wanted"])
    name = file_name(day_of(job.created_at), job.arguments["words"]["title"], wanted.request)
    return attached_file(path, f"{name}.{wanted.form}", media_type=MEDIA_TYPES[wanted.form])


@bp.post("/office/disclosure/files/<int:number>/removals")
@for_dx_office
def remove(number: int) -> Response:
    """Stop writing the file, or delete it."""
    job = disclosing.remove(db_session(), number, at=now())
    if job is None:
        flash(_("このファイルは、もうありません。"), "info")
    else:
        _note("disclosure_removed", job)
        is_over = job.state is JobState.DONE
        flash(_("ファイルを消しました。") if is_over else _("書き出しを取りやめます。"), "info")
    return see_other("disclosure.form")


def _wanted() -> Wanted:
    given = request.form
    unit_id = _unit(given.get("unit", ""))
    return Wanted(
        request=_number(given.get("request", "")),
        first=chosen_day(given.get("first_day", ""), field="first_day"),
        last=chosen_day(given.get("last_day", ""), field="last_day"),
        unit_id=unit_id,
        unit=_path(unit_id),
        form=given["form"] if given.get("form") in FORMS else FORMS[0],
    )


def _note(act: str, job: Job) -> None:
    wanted = job.arguments["wanted"]
    named = {"first_day": wanted["first"], "last_day": wanted["last"]}
    result = {"texts": job.result["texts"]} if job.result else {}
    audit.note(
        db_session(),
        act=act,
        subject="words",
        subject_id=job.id,
        subject_name=wanted["request"],
        after={**named, "unit": wanted["unit"], "form": wanted["form"], **result},
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
        units=[("", _("県庁全体")), *_options()],
        longest=LONGEST_NUMBER,
        files=_files(),
        state_word=state_word,
        kept_days=disclosing.KEPT.days,
        wrong={(wrong.field or "request"): refusal(wrong)} if wrong else {},
    )


def _files() -> Page[DisclosureFile]:
    number = page_number()
    offset = (number - 1) * PAGE_SIZE
    found = disclosing.files(db_session(), at=now(), limit=PAGE_SIZE + 1, offset=offset)
    return Page.of(found, number=number, size=PAGE_SIZE)
