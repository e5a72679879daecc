"""What a person decides for themselves: what others see, a rest, and the password."""

from flask import Blueprint, flash, make_response, request
from flask_babel import gettext as _
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.config import config
from app.db.sessions import read_first
from app.identity import passwords
from app.web.limits import limiter
from app.web.pages.sign_in import begin_session, new_password
from app.web.rendering import db_session, page, see_other, viewer
from challenges.errors import InvalidField
from challenges.people import consents as what_is_allowed
from challenges.people.accounts import account
from challenges.people.consents import consents_of
from challenges.people.models import Person
from challenges.vocabulary import Consent

bp = Blueprint("settings", __name__)


@bp.get("/settings")
@login_required
def settings() -> str:
    """All settings on one page."""
    return _settings_page()


@bp.post("/settings/consents")
@login_required
def consents() -> Response:
    """Save what others may see. A box that is not ticked withdraws the consent."""
    person, at = db_session().get_one(Person, viewer().id), now()
    for consent in Consent:
        what_is_allowed.set_consent(
            db_session(), person, consent, given=consent.value in request.form, at=at
        )
    flash(_("見える範囲を保存しました。"), "good")
    return see_other("settings.settings")


@bp.post("/settings/pauses")
@login_required
def pause() -> Response:
    """Begin a rest."""
    what_is_allowed.pause(db_session(), db_session().get_one(Person, viewer().id), at=now())
    flash(_("参加を一時停止しました。積んだ石はそのままです。"), "info")
    return see_other("settings.settings")


@bp.post("/settings/resumptions")
@login_required
def resume() -> Response:
    """End the rest."""
    what_is_allowed.resume(db_session(), db_session().get_one(Person, viewer().id), at=now())
    flash(_("おかえりなさい。"), "good")
    return see_other("settings.settings")


@bp.post("/settings/passwords")
@limiter.limit(
    lambda: config().sign_in_limits[0],
    key_func=lambda: f"password of {current_user.get_id()}",
    deduct_when=lambda response: response.status_code == 422,
)
@login_required
def password() -> Response:
    """Change the password. Every other session ends."""
    with read_first() as reader:
        owner = account(reader, viewer().id)
    try:
        if owner is None or not passwords.verify(
            owner.password_hash, request.form.get("present", "")[:1000]
        ):
            raise InvalidField("いまのパスワードが違うようです。", field="present")
        epoch = new_password(owner)
    except InvalidField as error:
        return make_response(_settings_page(error), 422)
    begin_session(owner.id, epoch=epoch)
    flash(_("パスワードを変えました。ほかの場所ではサインアウトしました。"), "good")
    return see_other("settings.settings")


def _settings_page(wrong: InvalidField | None = None) -> str:
    return page(
        "settings/settings.html",
        nav="settings",
        given=consents_of(db_session(), viewer().id),
        wrong=wrong,
    )
