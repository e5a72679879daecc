"""How long words of people are kept: the DX office enters a period, after it saw how many texts
would go."""

from flask import Blueprint, abort, flash, make_response, request
from werkzeug.wrappers import Response

from app.clock import now
from app.retention import periods as what_is_kept
from app.retention.kinds import WordsKind
from app.retention.periods import YEARS, Outlook, kept_until
from app.web.language import refusal
from app.web.language import sentence as _
from app.web.pages.office import for_dx_office
from app.web.paging import number_in_request
from app.web.rendering import db_session, page, see_other, viewer
from app.web.wording.retention import KINDS, kind_word, kind_words
from challenges.calendar import day_of
from challenges.errors import InvalidField, RuleBroken

bp = Blueprint("retention", __name__)


@bp.get("/office/retention")
@for_dx_office
def periods() -> str:
    """The period of each kind."""
    return page(
        "retention/periods.html",
        nav="office",
        periods=what_is_kept.periods(db_session()),
        kinds=kind_words(),
    )


@bp.get("/office/retention/<kind>")
@for_dx_office
def period(kind: str) -> Response:
    """The form for one kind; with ``years``, how many texts would go, before anything is stored."""
    found = _find(kind)
    if "years" not in request.args:
        return make_response(_form(found, typed=None))
    try:
        return make_response(_form(found, typed=request.args["years"], tries=True))
    except InvalidField as error:
        return make_response(_form(found, typed=request.args["years"], wrong=error), 422)


@bp.post("/office/retention/<kind>/changes")
@for_dx_office
def change(kind: str) -> Response:
    """Keep words of that kind so long from now on, as it was shown and agreed to."""
    found, typed, at = _find(kind), request.form.get("years", ""), now()
    try:
        years = _years(typed)
        agreed = number_in_request("going", otherwise=0) if "agreed" in request.form else 0
        what_is_kept.change(
            db_session(),
            found,
            years,
            after=number_in_request("after", otherwise=0),
            agreed=agreed,
            named=KINDS[found].name,
            by_id=viewer().id,
            at=at,
        )
    except RuleBroken as error:
        tries = error.field != "years"
        return make_response(_form(found, typed=typed, wrong=error, tries=tries), 422)
    flash(_saved(found, years), "good")
    return see_other("retention.periods")


def _saved(kind: WordsKind, years: int | None) -> str:
    if years is None:
        return _(
            "「%(kind)s」の期間を未設定にしました。消えることはありません。", kind=kind_word(kind)
        )
    return _("「%(kind)s」の期間を%(years)s年にしました。", kind=kind_word(kind), years=years)


def _find(kind: str) -> WordsKind:
    if kind.upper() not in list(WordsKind) or kind != kind.lower():
        abort(404)
    return WordsKind(kind.upper())


def _years(typed: str) -> int | None:
    """The period that was typed; nothing means 未設定. Raises InvalidField."""
    digits = typed.strip()
    if not digits:
        return None
    years = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 4 else 0
    what_is_kept.checked(years)
    return years


def _form(
    kind: WordsKind, *, typed: str | None, wrong: RuleBroken | None = None, tries: bool = False
) -> str:
    present, at = what_is_kept.periods(db_session())[kind], now()
    years = _years(typed or "") if tries else None
    outlook: Outlook | None = None
    if tries:
        outlook = what_is_kept.outlook(db_session(), kind, years, at=at)
    return page(
        "retention/period.html",
        nav="office",
        kind=kind,
        words=kind_words()[kind],
        present=present,
        typed=(present.years or "") if typed is None else typed,
        years=years,
        outlook=outlook,
        example=kept_until(day_of(at), years) if years else None,
        today=day_of(at),
        bounds=YEARS,
        wrong={(wrong.field or "agreed"): refusal(wrong)} if wrong else {},
    )
