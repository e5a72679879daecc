"""Signing in and out, one-time links, and the language of the screens.

A refused sign-in reveals nothing: an unknown name, a wrong password, a person who has left and one
who never set a password get the same sentence after the same amount of work.
"""

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, flash, make_response, redirect, request
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from app.clock import now
from app.config import config
from app.db.sessions import read_first
from app.http import limits, request_log
from app.identity import invitations, passwords
from app.web import known_device, signed_in
from app.web.credentials import account_that_opens, count_or_abort, tries_of_address
from app.web.errors import problem
from app.web.rendering import db_session, page, see_other, viewer
from app.web.wording.numbers import spelled
from challenges.errors import InvalidField
from challenges.languages import LANGUAGES
from challenges.people import accounts
from challenges.people.accounts import Account, account
from challenges.people.models import Person

bp = Blueprint("sign_in", __name__)


@bp.get("/sign-in")
def sign_in() -> AnyResponse:
    """The sign-in form. A person who is already signed in goes home."""
    if current_user.is_authenticated:
        return see_other("home.home")
    if signed_in.has_gone_unused():
        flash(_("しばらく使わなかったので、サインアウトしました。"), "info")
    return make_response(page("sign_in/sign_in.html", next=path_of_ours(request.args.get("next"))))


@bp.post("/sign-in")
def enter() -> AnyResponse:
    """Sign in with name and password."""
    name, password = request.form.get("name", "").strip(), request.form.get("password", "")
    target, is_shared = path_of_ours(request.form.get("next")), "shared" in request.form
    found = account_that_opens(name, password)
    if not (found and _begin_session_of(found, password, is_shared=is_shared)):
        wrong = _("職員番号（またはメール）かパスワードが違うようです。もう一度確かめてください。")
        shown = {"next": target, "wrong": wrong, "name": name, "is_shared": is_shared}
        return make_response(page("sign_in/sign_in.html", **shown), 401)
    return redirect(target or "/", 303)


def _begin_session_of(found: Account, password: str, *, is_shared: bool) -> bool:
    """Begin a session, and store the password with today's cost if its hash is older.

    False if the password changed, or the person signed out everywhere, since the account was read.
    """
    if found.password_hash and passwords.needs_rehash(found.password_hash):
        hashed = passwords.hash_password(password)
        accounts.renew_hash(db_session(), found.id, password_hash=hashed, epoch=found.session_epoch)
    return begin_session(found.id, epoch=found.session_epoch, is_shared=is_shared)


@bp.post("/sign-out")
def sign_out() -> Response:
    """Sign out on this device, and let the browser drop whatever it kept of the pages."""
    signed_in.end()
    flash(_("サインアウトしました。またどうぞ。"), "info")
    answer = see_other("sign_in.sign_in")
    # Not "cookies": that would also drop the sentence above.
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@bp.get("/invitations/<token>")
def invitation(token: str) -> str:
    """The form behind a one-time link."""
    return page("sign_in/invitation.html", account=_invited(token), token=token, wrong=None)


@bp.post("/invitations/<token>")
def accept_invitation(token: str) -> AnyResponse:
    """Set the password and sign in. The link cannot be used again."""
    count_or_abort(tries_of_address())
    invited = _invited(token)
    limits.give_back(tries_of_address())
    try:
        epoch = new_password(invited)
    except InvalidField as error:
        shown = page("sign_in/invitation.html", account=invited, token=token, wrong=error)
        return make_response(shown, 422)
    begin_session(invited.id, epoch=epoch, is_shared="shared" in request.form)
    flash(_("ようこそ。パスワードを決めました。"), "good")
    return see_other("home.home")


@bp.post("/language")
def language() -> AnyResponse:
    """Choose Japanese or English. Stored with the person, or in the cookie before signing in."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        raise InvalidField("日本語か英語を選んでください。", field="language")
    cookie["language"] = chosen
    if current_user.is_authenticated:
        accounts.set_language(db_session().get_one(Person, viewer().id), chosen)
    return redirect(path_of_ours(request.form.get("next")) or "/", 303)


def new_password(owner: Account) -> int:
    """Store the password of the form for this account. The new session epoch.

    Raises InvalidField, and SessionEnded if the password changed in the meantime.
    """
    password = request.form.get("password", "")
    passwords.must_be_good(password, owner)
    if password != request.form.get("again", ""):
        raise InvalidField("二つのパスワードが同じではありません。", field="again")
    hashed = passwords.hash_password(password)
    return accounts.set_password(
        db_session(), owner.id, password_hash=hashed, epoch=owner.session_epoch
    )


def begin_session(person_id: int, *, epoch: int, is_shared: bool) -> bool:
    """Sign the person in here. False if ``epoch`` is no longer the current one."""
    if not signed_in.begin(person_id, epoch=epoch, is_shared=is_shared):
        return False
    if is_shared:
        known_device.forget()
    else:
        known_device.remember(person_id)
    return True


def _invited(token: str) -> Account:
    invitation = invitations.read(token, secret=config().secret_key, at=now())
    with read_first() as reader:
        found = account(reader, invitation.person_id) if invitation else None
    if invitation is None or found is None or not invitation.opens(found):
        request_log.refused("link is over", person_id=found.id if found else None)
        sentence = _(
            "一度使ったか、%(days)s日が過ぎたようです。"
            "DX事務局から新しいリンクを受け取ってください。",
            days=spelled(invitations.LIFETIME.days),
        )
        abort(problem(_("このリンクはもう使えません"), sentence, 410))
    return found


def path_of_ours(target: str | None) -> str:
    """The target if it is the path of a page of ours, else "": never redirect to another site."""
    if (
        not target
        or not target.startswith("/")
        or target.startswith(("//", "/\\"))
        or not target.isprintable()
    ):
        return ""
    parts = urlsplit(target.replace("\\", "/"))
    return "" if parts.scheme or parts.netloc or not _can_be_opened(parts.path) else target


def _can_be_opened(path: str) -> bool:
    """Whether the path answers GET. The address of a form alone does not."""
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True
