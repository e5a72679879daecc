"""How programs read and write: a page that everybody may read, and the tokens of the office and its
words for its open data."""

from typing import cast

from flask import Blueprint, abort, current_app, flash, make_response, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from app.clock import now
from app.config import config
from app.studio import catalogue_terms, tokens
from app.studio.tokens import LIFETIMES, NAME_LENGTH
from app.web.campaign_access import for_designers
from app.web.language import refusal
from app.web.paging import Page, number_in_request, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, see_other, viewer
from app.web.wording.audit_fields import SCOPES
from challenges.errors import InvalidField
from challenges.shares import SMALLEST_GROUP

bp = Blueprint("programs", __name__)


@bp.get("/dashboard/api")
def guide() -> str | Response:
    """How to read the published data with a spreadsheet or a script."""
    if not (config().dashboard_public or current_user.is_authenticated):
        return cast(Response, current_app.login_manager.unauthorized())  # type: ignore[attr-defined]  # set by flask_login
    return page(
        "programs/guide.html",
        nav="dashboard" if current_user.is_authenticated else "guide",
        api=f"{config().public_url}/api/v1",
        requests=config().api_requests,
        is_open=config().dashboard_public,
        smallest_group=SMALLEST_GROUP,
    )


@bp.get("/office/tokens")
@for_designers
def list_tokens() -> str:
    """Every token, and the form for a new one."""
    return _tokens_page()


@bp.post("/office/tokens")
@for_designers
def make_token() -> Response:
    """Make a token. The next page shows its secret, once."""
    try:
        secret = tokens.make(
            db_session(),
            name=request.form.get("name", ""),
            scopes=request.form.getlist("scopes"),
            days=number_in_request("days", otherwise=0),
            by_id=viewer().id,
            at=now(),
        )
    except InvalidField as error:
        return make_response(_tokens_page(wrong={error.field or "name": refusal(error)}), 422)
    flash(secret, "secret")
    return see_other("programs.list_tokens")


@bp.post("/office/tokens/<int:token_id>/revocations")
@for_designers
def revoke_token(token_id: int) -> Response:
    """End a token at once."""
    token = tokens.revoke(db_session(), token_id, by_id=viewer().id, at=now()) or abort(404)
    flash(_("「%(name)s」を取り消しました。もう使えません。", name=token.name), "good")
    return see_other("programs.list_tokens")


@bp.get("/office/open-data")
@for_designers
def terms() -> str:
    """What the office says of its published data as a whole."""
    return _terms_page(catalogue_terms.current(db_session()).texts())


@bp.post("/office/open-data")
@for_designers
def enter_terms() -> Response:
    """Say it anew."""
    typed = request.form.to_dict()
    try:
        catalogue_terms.enter(db_session(), typed, by_id=viewer().id, at=now())
    except InvalidField as error:
        wrong = {error.field or "publisher": refusal(error)}
        return make_response(_terms_page(typed, wrong=wrong), 422)
    flash(_("データカタログに書きました。"), "good")
    return see_other("programs.terms")


def _tokens_page(*, wrong: dict[str, str] | None = None) -> str:
    number = page_number()
    window = {"limit": PAGE_SIZE + 1, "offset": (number - 1) * PAGE_SIZE}
    return page(
        "programs/tokens.html",
        nav="office",
        tokens=Page.of(tokens.listed(db_session(), **window), number=number, size=PAGE_SIZE),
        scope_words={scope: _(word) for scope, word in SCOPES.items()},
        day_choices=[(str(days), _("%(days)s日", days=days)) for days in LIFETIMES],
        longest=NAME_LENGTH,
        typed=request.form,
        chosen=request.form.getlist("scopes"),
        wrong=wrong or {},
        at=now(),
    )


def _terms_page(typed: dict[str, str], *, wrong: dict[str, str] | None = None) -> str:
    return page(
        "programs/terms.html",
        nav="office",
        typed=typed,
        longest=catalogue_terms.LONGEST,
        wrong=wrong or {},
    )
