"""Signing in and out, one-time links, and the language of the screens.

A refused sign-in reveals nothing: an unknown name, a wrong password, a person who has left and one
who never set a password get the same sentence after the same amount of work.
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
from app.web.rendering import db_session, page, see_other, viewer
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
    """The key of the rate limit: the name as typed, in one spelling, whether or not it exists.

    Counting by person would reveal that two names belong to one person (docs/adr/0012).
    """
    return f"name:{plain_name(request.form.get('name', '')).upper()[:254]}"


def _was_refused(response: AnyResponse) -> bool:
    """Only refusals count: many people may share one address."""
    return response.status_code == 401


def _link_was_over(response: AnyResponse) -> bool:
    return response.status_code == 410


@bp.get("/sign-in")
def sign_in() -> AnyResponse:
    """The sign-in form. A person who is already signed in goes home."""
    if current_user.is_authenticated:
        return see_other("home.home")
    return make_response(page("sign_in/sign_in.html", next=path_of_ours(request.args.get("next"))))


@bp.post("/sign-in")
@limiter.limit(lambda: config().sign_in_limits[0], key_func=_name_tried, deduct_when=_was_refused)
@limiter.limit(
    lambda: config().sign_in_limits[1], key_func=address_of_visitor, deduct_when=_was_refused
)
def enter() -> AnyResponse:
    """Sign in with name and password."""
    name, password = request.form.get("name", "").strip(), request.form.get("password", "")
    target = path_of_ours(request.form.get("next"))
    with read_first() as reader:
        found = account_named(reader, name) if name else None
    known = passwords.verify(found.password_hash if found else None, password[:1000])
    if not (found and known and found.is_active and _begin_session_of(found, password)):
        wrong = _("職員番号（またはメール）かパスワードが違うようです。もう一度確かめてください。")
        return make_response(page("sign_in/sign_in.html", next=target, wrong=wrong, name=name), 401)
    return redirect(target or "/", 303)


def _begin_session_of(found: Account, password: str) -> bool:
    """Begin a session, and store the password with today's cost if its hash is older.

    False if the password changed, or the person signed out everywhere, since the account was read.
    """
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
    return see_other("sign_in.sign_in")


@bp.post("/sign-out-everywhere")
@login_required
def sign_out_everywhere() -> Response:
    """End every session of this person, on every device."""
    accounts.sign_out_everywhere(db_session().get_one(Person, viewer().id))
    return sign_out()


@bp.get("/invitations/<token>")
def invitation(token: str) -> str:
    """The form behind a one-time link."""
    return page("sign_in/invitation.html", account=_invited(token), token=token, wrong=None)


@bp.post("/invitations/<token>")
@limiter.limit(
    lambda: config().sign_in_limits[1], key_func=address_of_visitor, deduct_when=_link_was_over
)
def accept_invitation(token: str) -> AnyResponse:
    """Set the password and sign in. The link cannot be used again."""
    invited = _invited(token)
    try:
        epoch = new_password(invited)
    except InvalidField as error:
        shown = page("sign_in/invitation.html", account=invited, token=token, wrong=error)
        return make_response(shown, 422)
    begin_session(invited.id, epoch=epoch)
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


def begin_session(person_id: int, *, epoch: int) -> bool:
    """Begin a session for this person. False if ``epoch`` is no longer the current one."""
    found = load_viewer(db_session(), person_id, on=day_of(now()))
    if found is None or found.session_epoch != epoch:
        return False
    # A fresh session: nothing that somebody planted in the old one survives.
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
