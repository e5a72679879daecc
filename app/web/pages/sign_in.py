"""The door: signing in and out, one-time links, and the language of the screens.

Somebody who guesses learns nothing: an unknown name, a wrong password, a person who has left and
one who never set a password get the same sentence after the same work.
"""

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, flash, make_response, redirect, request
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user, login_required, login_user, logout_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from app.clock import now
from app.config import config
from app.db.sessions import read_first
from app.identity import invitations, passwords
from app.queries.viewer import load_viewer
from app.web.errors import problem
from app.web.limits import address_of_visitor, limiter
from app.web.rendering import db_session, page, see, viewer
from app.web.signed_in import SignedIn
from app.web.wording.numbers import spelled
from challenges.calendar import day_of
from challenges.errors import InvalidField
from challenges.languages import LANGUAGES
from challenges.people import accounts
from challenges.people.accounts import Account, account, account_named, plain_name
from challenges.people.models import Person

bp = Blueprint("sign_in", __name__)


def _name_tried() -> str:
    """The name in one spelling, somebody's or not: that two names are one person's must not show
    (docs/adr/0012)."""
    return f"name:{plain_name(request.form.get('name', '')).upper()[:254]}"


def _was_wrong(response: AnyResponse) -> bool:
    """Only wrong guesses count: a whole office may come in by one address on a Monday morning."""
    return response.status_code == 401


def _was_dead(response: AnyResponse) -> bool:
    return response.status_code == 410


@bp.get("/sign-in")
def sign_in() -> AnyResponse:
    """The form; whoever is signed in already goes home."""
    if current_user.is_authenticated:
        return see("home.home")
    return make_response(page("sign_in/sign_in.html", next=own_path(request.args.get("next"))))


@bp.post("/sign-in")
@limiter.limit(lambda: config().sign_in_limits[0], key_func=_name_tried, deduct_when=_was_wrong)
@limiter.limit(
    lambda: config().sign_in_limits[1], key_func=address_of_visitor, deduct_when=_was_wrong
)
def enter() -> AnyResponse:
    """Let somebody in who knows the password."""
    name, password = request.form.get("name", "").strip(), request.form.get("password", "")
    target = own_path(request.form.get("next"))
    with read_first() as reader:
        found = account_named(reader, name) if name else None
    known = passwords.verify(found.password_hash if found else None, password[:1000])
    if not (found and known and found.is_active and _let_in(found, password)):
        wrong = _("職員番号（またはメール）かパスワードが違うようです。もう一度確かめてください。")
        return make_response(page("sign_in/sign_in.html", next=target, wrong=wrong, name=name), 401)
    return redirect(target or "/", 303)


def _let_in(found: Account, password: str) -> bool:
    """Begin a session; False where the password was changed, or signed out everywhere, since the
    account was read."""
    if found.password_hash and passwords.needs_rehash(found.password_hash):
        hashed = passwords.hash_password(password)
        accounts.renew_hash(db_session(), found.id, password_hash=hashed, epoch=found.session_epoch)
    return begin_session(found.id, epoch=found.session_epoch)


@bp.post("/sign-out")
def sign_out() -> Response:
    """End this session."""
    logout_user()
    cookie.clear()
    flash(_("サインアウトしました。またどうぞ。"), "info")
    return see("sign_in.sign_in")


@bp.post("/sign-out-everywhere")
@login_required
def sign_out_everywhere() -> Response:
    """End every session of this person, on every machine."""
    accounts.sign_out_everywhere(db_session().get_one(Person, viewer().id))
    return sign_out()


@bp.get("/invitations/<token>")
def invitation(token: str) -> str:
    """The form behind a one-time link."""
    return page("sign_in/invitation.html", account=_invited(token), token=token, wrong=None)


@bp.post("/invitations/<token>")
@limiter.limit(
    lambda: config().sign_in_limits[1], key_func=address_of_visitor, deduct_when=_was_dead
)
def accept_invitation(token: str) -> AnyResponse:
    """Set the password; the link is used up and the person is in."""
    invited = _invited(token)
    try:
        epoch = new_password(invited)
    except InvalidField as error:
        shown = page("sign_in/invitation.html", account=invited, token=token, wrong=error)
        return make_response(shown, 422)
    begin_session(invited.id, epoch=epoch)
    flash(_("ようこそ。パスワードを決めました。"), "good")
    return see("home.home")


@bp.post("/language")
def language() -> AnyResponse:
    """Japanese or English, remembered with the person, or with the browser before signing in."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        raise InvalidField("日本語か英語を選んでください。", field="language")
    cookie["language"] = chosen
    if current_user.is_authenticated:
        accounts.set_language(db_session().get_one(Person, viewer().id), chosen)
    return redirect(own_path(request.form.get("next")) or "/", 303)


def new_password(owner: Account) -> int:
    """Keep the password of the form for this account; its new epoch. Raises InvalidField,
    AlreadyDecided."""
    password = request.form.get("password", "")
    passwords.must_be_good(password, owner)
    if password != request.form.get("again", ""):
        raise InvalidField("二つのパスワードが同じではありません。", field="again")
    hashed = passwords.hash_password(password)
    return accounts.set_password(
        db_session(), owner.id, password_hash=hashed, epoch=owner.session_epoch
    )


def begin_session(person_id: int, *, epoch: int) -> bool:
    """A fresh session, so that nothing planted in the old one survives; False where that epoch is
    over by now."""
    found = load_viewer(db_session(), person_id, on=day_of(now()))
    if found is None or found.session_epoch != epoch:
        return False
    cookie.clear()
    cookie["language"] = found.language
    login_user(SignedIn(found))
    return True


def _invited(token: str) -> Account:
    invitation = invitations.read(token, secret=config().secret_key, at=now())
    with read_first() as reader:
        found = account(reader, invitation.person_id) if invitation else None
    if invitation is None or found is None or not invitation.opens(found):
        sentence = _(
            "一度使ったか、%(days)s日が過ぎたようです。"
            "DX事務局から新しいリンクを受け取ってください。",
            days=spelled(invitations.LIFETIME.days),
        )
        abort(problem(_("このリンクはもう使えません"), sentence, 410))
    return found


def own_path(target: str | None) -> str:
    """The address to go on to, if it is one of ours; else nothing."""
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
    """Whether there is a page at that path, and not only a button's target."""
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True
