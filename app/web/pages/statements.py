"""Where the DX office writes what the dashboard says, and a second person approves it."""

from typing import Any

from flask import Blueprint, abort, flash, make_response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.config import config
from app.indicators import statements
from app.indicators.definitions import indicators
from app.indicators.statement_fields import FIELDS, Form, read
from app.indicators.statement_models import Statement, StatementKind, StatementState
from app.queries import studio as names
from app.studio import audit
from app.web.language import refusal
from app.web.pages.office import for_dx_office
from app.web.paging import Page, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, see_other, viewer
from app.web.wording import statements as words
from challenges.errors import N_, InvalidField
from challenges.text import as_written

bp = Blueprint("statements", __name__)

LONGEST_ANSWER = 400
NEW = 0
"""In place of an id: the draft has yet to be saved."""
_OF_INDICATORS = (StatementKind.READING, StatementKind.CORRECTION, StatementKind.CHANGE)
_CHOSEN = (*_OF_INDICATORS, StatementKind.KPI_VALUE)
"""Kinds whose subject is chosen from a list."""
_CARRIED_ON = (StatementKind.PROBLEM, StatementKind.KPI)
"""Kinds of which a later statement may carry an earlier one on."""


@bp.get("/office/dashboard")
@for_dx_office
def overview() -> str:
    """Drafts and what waits, what is said now, and the ways to write more."""
    number = page_number()
    start = (number - 1) * PAGE_SIZE
    drafts = statements.open_statements(db_session(), limit=PAGE_SIZE + 1, offset=start)
    said = statements.said(db_session(), until=now())
    return page(
        "statements/overview.html",
        nav="office",
        drafts=Page.of(drafts, number=number, size=PAGE_SIZE),
        said=words.said_lines(said.values()),
        problems=words.problem_lines(said.values()),
        kpis=words.kpis(said.values()),
        names=names.names_of(db_session(), [one.written_by_id for one in drafts]),
        words=words,
    )


@bp.get("/office/dashboard/new/<kind>")
@for_dx_office
def new(kind: str) -> str:
    """The empty form of one kind; of a problem or an indicator of the plan, the words so far."""
    wanted = _kind(kind)
    subject = request.args.get("subject", "")
    before = statements.said(db_session(), until=now()).get((wanted, subject))
    return _form(wanted, subject, typed=dict(before.content) if before else {})


@bp.post("/office/dashboard/<kind>")
@for_dx_office
def begin(kind: str) -> Response:
    """Keep the first draft."""
    wanted, subject = _kind(kind), ""
    try:
        subject = _subject(wanted)
        content = read(wanted, request.form)
        one = statements.begin(
            db_session(), wanted, content, subject=subject, by_id=viewer().id, at=now()
        )
    except InvalidField as error:
        return make_response(_form(wanted, subject, typed=request.form, wrong=error), 422)
    _note(one, "created", after=content)
    flash(_("下書きを置きました。読み返してから、承認を依頼してください。"), "good")
    return see_other("statements.statement", number=one.id)


@bp.get("/office/dashboard/statements/<int:number>")
@for_dx_office
def statement(number: int) -> str:
    """One statement, and the next act of whoever looks."""
    return _page(_find(number))


@bp.get("/office/dashboard/statements/<int:number>/edit")
@for_dx_office
def edit(number: int) -> str:
    """Its form."""
    one = _find(number)
    return _form(one.kind, one.subject, typed=one.content, one=one)


@bp.post("/office/dashboard/statements/<int:number>")
@for_dx_office
def save(number: int) -> Response:
    """Save the draft, unless somebody saved it meanwhile."""
    one = _find(number)
    before = dict(one.content)
    try:
        content = read(one.kind, request.form)
        statements.save(
            db_session(), one, content, read_edition=_edition(), by_id=viewer().id, at=now()
        )
    except (InvalidField, statements.ChangedMeanwhile) as error:
        form = _form(one.kind, one.subject, typed=request.form, one=one, wrong=error)
        return make_response(form, 422)
    _note(one, "saved", before=before, after=content)
    flash(_("下書きを保存しました。"), "good")
    return see_other("statements.statement", number=number)


@bp.post("/office/dashboard/statements/<int:number>/submissions")
@for_dx_office
def submit(number: int) -> Response:
    """Ask a second person, if nothing is missing."""
    one = _find(number)
    try:
        statements.submit(db_session(), one, read_edition=_edition(), at=now())
    except InvalidField as error:
        form = _form(one.kind, one.subject, typed=one.content, one=one, wrong=error)
        return make_response(form, 422)
    _note(one, "submitted")
    flash(_("承認を依頼しました。もう一人が読んで承認すると、ダッシュボードに載ります。"), "good")
    return see_other("statements.statement", number=number)


@bp.post("/office/dashboard/statements/<int:number>/approvals")
@for_dx_office
def approve(number: int) -> Response:
    """Say exactly what was read."""
    one = _find(number)
    statements.approve(
        db_session(),
        one,
        read_edition=_edition(),
        by_id=viewer().id,
        alone_allowed=not config().campaigns_need_two,
        at=now(),
    )
    _note(one, "approved", after=one.content)
    flash(_("承認しました。ダッシュボードに載りました。"), "good")
    return see_other("statements.overview")


@bp.post("/office/dashboard/statements/<int:number>/handbacks")
@for_dx_office
def hand_back(number: int) -> Response:
    """Give it back, with a word for who wrote it."""
    one = _find(number)
    reason = as_written(request.form.get("reason", ""))[:LONGEST_ANSWER]
    if not reason:
        error = InvalidField("ひとこと書いてください。出した人が読みます。", field="reason")
        return make_response(_page(one, wrong=error), 422)
    statements.hand_back(db_session(), one, reason=reason, read_edition=_edition())
    _note(one, "handed_back", reason=reason)
    flash(_("差し戻しました。"), "info")
    return see_other("statements.overview")


@bp.post("/office/dashboard/statements/<int:number>/withdrawals")
@for_dx_office
def withdraw(number: int) -> Response:
    """Drop the draft."""
    one = _find(number)
    statements.withdraw(db_session(), one, read_edition=_edition(), at=now())
    _note(one, "withdrawn", before=one.content)
    flash(_("下書きを取り下げました。"), "info")
    return see_other("statements.overview")


def _kind(name: str) -> StatementKind:
    try:
        return StatementKind(name.upper().replace("-", "_"))
    except ValueError:
        abort(404)


def _find(number: int) -> Statement:
    one = db_session().get(Statement, number)
    if one is None:
        abort(404)
    return one


def _edition() -> int:
    """The edition that the form was made of; one that no statement has if it says none."""
    return request.form.get("edition", type=int) or 0


def _note(
    one: Statement, act: str, *, before: Any = None, after: Any = None, reason: str = ""
) -> None:
    audit.note(
        db_session(),
        act=act,
        subject="statement",
        subject_id=one.id,
        subject_name=words.title(one),
        before=before,
        after=after,
        reason=reason,
        by_id=viewer().id,
        at=now(),
    )


def _page(one: Statement, *, wrong: InvalidField | None = None) -> str:
    is_mine = one.written_by_id == viewer().id
    is_alone_allowed = not config().campaigns_need_two
    waits = one.state is StatementState.WAITING
    return page(
        "statements/statement.html",
        nav="office",
        one=one,
        waits=waits,
        is_open=one.state in (StatementState.DRAFT, StatementState.WAITING),
        is_mine=is_mine,
        may_approve=waits and (not is_mine or is_alone_allowed),
        writer=names.names_of(db_session(), [one.written_by_id]).get(one.written_by_id or 0),
        rows=words.rows(one),
        wrong={wrong.field: refusal(wrong)} if wrong else {},
        typed=request.form,
        longest=LONGEST_ANSWER,
        words=words,
    )


def _form(
    kind: StatementKind,
    subject: str,
    *,
    typed: Any,
    one: Statement | None = None,
    wrong: Any = None,
) -> str:
    return page(
        "statements/form.html",
        nav="office",
        kind=kind,
        one=one,
        subject=subject,
        subjects=_subjects(kind),
        fields=FIELDS[kind],
        Form=Form,
        typed=typed,
        wrong={wrong.field or "stale": refusal(wrong)} if wrong else {},
        words=words,
    )


def _subject(kind: StatementKind) -> str:
    """What the new statement is about; "" where the statement itself tells. Raises InvalidField
    where that has to be chosen, NotFound for what nobody said yet."""
    given = request.form.get("subject", "")
    if kind in _CHOSEN:
        if given not in dict(_subjects(kind)):
            raise InvalidField(N_("どの指標のことか、選んでください。"), field="subject")
        return given
    if kind not in _CARRIED_ON or not given:
        return ""
    if (kind, given) not in statements.said(db_session(), until=now()):
        abort(404)
    return given


def _subjects(kind: StatementKind) -> list[tuple[str, str]]:
    """What a statement of that kind can be about, where that has to be chosen."""
    if kind in _OF_INDICATORS:
        return words.indicator_options(indicators())
    if kind is StatementKind.KPI_VALUE:
        return words.kpis(statements.said(db_session(), until=now()).values())
    return []
