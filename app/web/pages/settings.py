"""What a person decides for themselves: what others see, a rest, the password, and where they are
signed in."""

from flask import Blueprint, flash, make_response, request
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.config import config
from app.db.sessions import read_first
from app.queries.settings import sharing, sharing_and_sign_ins
from app.slack.posts import planning
from app.web.credentials import is_password_of
from app.web.language import sentence as _
from app.web.pages.sign_in import begin_session, new_password, sign_out
from app.web.paging import Lists
from app.web.rendering import db_session, page, see_other, viewer
from app.web.templating import day_in_words
from app.web.wording.devices import device_word
from challenges.errors import InvalidField
from challenges.people import accounts, sign_ins
from challenges.people import consents as what_is_allowed
from challenges.people.accounts import account
from challenges.people.models import Person
from challenges.vocabulary import Consent

bp = Blueprint("settings", __name__)
LISTS = Lists("settings.settings", ("sign_ins",), size=10, are_anchored=True)


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
    flash(_saved(), "good")
    return see_other("settings.settings")


def _saved() -> str:
    """What the person hears. The question about posts stands further down on the page."""
    shared = sharing(db_session(), viewer().id)
    if Consent.SLACK in shared.given or not shared.posts_out:
        return str(_("見える範囲を保存しました。"))
    sentence = _(
        "見える範囲を保存しました。Slackに残っている%(count)s件の投稿も消すかどうかを、下でお選びください。",
        count=shared.posts_out,
    )
    return str(sentence)


@bp.post("/settings/post-removals")
@login_required
def remove_posts() -> Response:
    """Have the Slack posts taken away that name the person and are out."""
    count = planning.take_away(db_session(), viewer().id, at=now())
    flash(
        _("%(count)s件の投稿を、Slackから消します。少しお待ちください。", count=count)
        if count
        else _("Slackに残っている投稿はありません。"),
        "good",
    )
    return see_other("settings.settings")


@bp.post("/settings/pauses")
@login_required
def pause() -> Response:
    """Begin a rest."""
    at = now()
    what_is_allowed.pause(db_session(), db_session().get_one(Person, viewer().id), at=at)
    flash(
        _(
            "%(day)sから参加を一時停止しています。積んだ石はそのままです。",
            day=day_in_words(at),
        ),
        "info",
    )
    return see_other("settings.settings")


@bp.post("/settings/resumptions")
@login_required
def resume() -> Response:
    """End the rest."""
    at = now()
    what_is_allowed.resume(db_session(), db_session().get_one(Person, viewer().id), at=at)
    flash(_("おかえりなさい。%(day)sから参加しています。", day=day_in_words(at)), "good")
    return see_other("settings.settings")


@bp.post("/settings/passwords")
@login_required
def password() -> Response:
    """Change the password. Every other session ends."""
    me = viewer()
    with read_first() as reader:
        owner = account(reader, me.id)
    try:
        if owner is None or not is_password_of(owner, request.form.get("present", "")):
            raise InvalidField("いまのパスワードが違うようです。", field="present")
        epoch = new_password(owner)
    except InvalidField as error:
        return make_response(_settings_page(error), 422)
    begin_session(owner.id, epoch=epoch, is_shared=me.is_shared_computer)
    flash(_("パスワードを変えました。ほかの場所ではサインアウトしました。"), "good")
    return see_other("settings.settings")


@bp.post("/settings/sign-ins/<int:sign_in_id>/endings")
@login_required
def end_sign_in(sign_in_id: int) -> Response:
    """End one sign-in of this person, on this device or another."""
    if sign_in_id == viewer().sign_in_id:
        return sign_out()
    if sign_ins.end(db_session(), viewer().id, sign_in_id):
        flash(_("その端末でサインアウトしました。"), "good")
    else:
        flash(_("その端末では、もうサインアウトしています。"), "info")
    return see_other("settings.settings")


@bp.post("/settings/sign-ins/endings")
@login_required
def end_other_sign_ins() -> Response:
    """End every sign-in of this person but this one, and every one-time link."""
    me = viewer()
    epoch = accounts.sign_out_everywhere(db_session(), me.id)
    begin_session(me.id, epoch=epoch, is_shared=me.is_shared_computer)
    flash(_("ほかのすべての端末でサインアウトしました。"), "good")
    return see_other("settings.settings")


def _settings_page(wrong: InvalidField | None = None) -> str:
    shared, rows = sharing_and_sign_ins(
        db_session(),
        viewer().id,
        here=viewer().sign_in_id,
        at=now(),
        idle=config().sign_in_idle,
        **LISTS.window("sign_ins"),
    )
    return page(
        "settings/settings.html",
        nav="settings",
        sharing=shared,
        device_word=device_word,
        sign_ins=LISTS.portion(rows, "sign_ins"),
        letter=shared.letter if config().mail_server else None,
        wrong=wrong,
    )
