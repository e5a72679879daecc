"""Where the DX office takes in files of measures, looks them over before, and takes them back."""

from typing import Any

from flask import Blueprint, abort, flash, make_response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.indicators import import_preview, importing
from app.indicators.import_plan import Change, Plan
from app.indicators.import_preview import MeasurePreview
from app.indicators.importing import ImportWrong
from app.jobs import importing as jobs
from app.queries.measure_imports import ListedImport, history, import_with
from app.studio import audit
from app.web.language import refusal
from app.web.pages.office import for_dx_office
from app.web.paging import Page, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, see_other, viewer
from app.web.wording import measure_imports as words
from challenges.errors import InvalidField

bp = Blueprint("measure_imports", __name__)

LARGEST_FILE = 200_000
"""Bytes of a file that is taken in here. Larger ones go by `indicators import`."""


@bp.get("/office/dashboard/imports")
@for_dx_office
def imports() -> str:
    """The form for a file, and what was taken in."""
    return _imports()


@bp.post("/office/dashboard/imports/previews")
@for_dx_office
def look_over() -> Response:
    """Keep a file, to look it over."""
    try:
        name, data = _file()
    except InvalidField as error:
        return make_response(_imports(wrong=error), 422)
    kept = import_preview.keep(db_session(), data, file_name=name, by_id=viewer().id, at=now())
    return see_other("measure_imports.preview", number=kept.id)


@bp.get("/office/dashboard/imports/previews/<int:number>")
@for_dx_office
def preview(number: int) -> str:
    """What the file says and would change. The columns stand in the address."""
    return _preview(_kept(number), _mapping(request.args))


@bp.post("/office/dashboard/imports/previews/<int:number>/imports")
@for_dx_office
def begin(number: int) -> Response:
    """Take it in, with the columns that were looked at."""
    kept, mapping = _kept(number), _mapping(request.form)
    try:
        begun = jobs.begin(
            db_session(),
            data=kept.data,
            file_name=kept.file_name,
            mapping=mapping,
            by_id=viewer().id,
            token_id=None,
            at=now(),
        )
    except ImportWrong:
        return make_response(_preview(kept, mapping), 422)
    import_preview.drop(db_session(), number)
    _note("taken_in", begun.id, begun.file_name, after={"lines": begun.lines})
    flash(_("取込みを始めました。終わると、まとめて載ります。"), "good")
    return see_other("measure_imports.one", number=begun.id)


@bp.get("/office/dashboard/imports/<int:number>")
@for_dx_office
def one(number: int) -> str:
    """How far an import is, and how to take it back."""
    return _page(_find(number))


@bp.post("/office/dashboard/imports/<int:number>/cancellations")
@for_dx_office
def cancel(number: int) -> Response:
    """Drop an import that is not shown yet."""
    found = _find(number)
    if jobs.cancel(db_session(), number, at=now()):
        _note("cancelled", number, found.file_name)
        flash(_("取りやめました。何も載っていません。"), "info")
    else:
        flash(_("この取込みは、もう終わっています。"), "info")
    return see_other("measure_imports.one", number=number)


@bp.post("/office/dashboard/imports/<int:number>/undoings")
@for_dx_office
def undo(number: int) -> Response:
    """Take back what was shown, with a reason."""
    found, reason = _find(number), request.form.get("reason", "")
    try:
        importing.undo(db_session(), number, reason=reason, by_id=viewer().id, at=now())
    except InvalidField as error:
        return make_response(_page(found, wrong=error), 422)
    _note("taken_back", number, found.file_name, reason=reason)
    flash(_("取り消しました。この取込みの前の値に戻っています。"), "good")
    return see_other("measure_imports.one", number=number)


def _file() -> tuple[str, bytes]:
    given = request.files.get("file")
    data = given.read(LARGEST_FILE + 1) if given else b""
    if not given or not data:
        raise InvalidField("CSVかExcelのファイルを選んでください。", field="file")
    if len(data) > LARGEST_FILE:
        raise InvalidField(
            "ファイルが大きすぎます（%(most)sKBまで）。年度ごとに分けてください。",
            field="file",
            most=LARGEST_FILE // 1000,
        )
    return given.filename or "", data


def _mapping(given: Any) -> dict[str, str] | None:
    """The roles that were chosen for the headings. None: nobody has chosen."""
    headings, roles = given.getlist("heading"), given.getlist("role")
    return dict(zip(headings, roles, strict=False)) if headings else None


def _kept(number: int) -> MeasurePreview:
    return db_session().get(MeasurePreview, number) or abort(404)


def _find(number: int) -> ListedImport:
    return import_with(db_session(), number) or abort(404)


def _note(act: str, number: int, name: str, *, after: Any = None, reason: str = "") -> None:
    audit.note(
        db_session(),
        act=act,
        subject="import",
        subject_id=number,
        subject_name=name,
        after=after,
        reason=reason,
        by_id=viewer().id,
        at=now(),
    )


def _imports(*, wrong: InvalidField | None = None) -> str:
    number = page_number()
    start = (number - 1) * PAGE_SIZE
    lines = history(db_session(), limit=PAGE_SIZE + 1, offset=start)
    return page(
        "measure_imports/list.html",
        nav="office",
        found=Page.of(lines, number=number, size=PAGE_SIZE),
        wrong={"file": refusal(wrong)} if wrong else {},
        most=LARGEST_FILE // 1000,
        words=words,
    )


def _preview(kept: MeasurePreview, mapping: dict[str, str] | None) -> str:
    plan = importing.plan(
        db_session(), kept.data, file_name=kept.file_name, mapping=mapping, at=now()
    )
    number = page_number()
    start = (number - 1) * PAGE_SIZE
    problems = plan.problems[start : start + PAGE_SIZE + 1]
    return page(
        "measure_imports/preview.html",
        nav="office",
        kept=kept,
        plan=plan,
        counts=_counts(plan),
        problems=Page.of(problems, number=number, size=PAGE_SIZE),
        refusal=refusal,
        words=words,
    )


def _counts(plan: Plan) -> list[tuple[str, int]]:
    return [(_(words.CHANGES[one]), plan.count(one)) for one in Change]


def _page(found: ListedImport, *, wrong: InvalidField | None = None) -> str:
    return page(
        "measure_imports/import.html",
        nav="office",
        one=found,
        wrong={"reason": refusal(wrong)} if wrong else {},
        typed=request.form,
        most=importing.LENGTH_OF_REASON[1],
        words=words,
    )
