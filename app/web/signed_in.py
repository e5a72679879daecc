"""Who is signed in. The cookie holds the key of a sign-in and when it was last used; the row of the
sign-in decides whether it still counts, in the statement that finds its person."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Flask, after_this_request, g, redirect, request
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_login.utils import login_url
from werkzeug.wrappers import Response

from app.clock import now
from app.config import config
from app.db.sessions import database, read_first
from app.identity.devices import device_of
from app.queries.viewer import Viewer, load_viewer
from app.web.errors import ask_to_sign_in, chosen_answers, sentences_written
from app.web.rendering import db_session, is_fragment
from challenges.calendar import day_of
from challenges.people import sign_ins

SHARED_IDLE = timedelta(minutes=15)
"""How long a sign-in on a shared computer may go unused."""
_SEEN = "seen"
"""In the cookie: when it was last used, in seconds. A day, as in the row, would be too coarse."""
_SHARE = 15
"""The cookie is renewed after this share of the idle time, not with every answer."""

ASKED_BY_PAGES = frozenset({"notices.unread"})
"""Endpoints that pages ask every minute, by themselves."""


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]  # flask_login ships no types
    """What Flask-Login keeps of a person."""

    person: Viewer
    key: str

    def get_id(self) -> str:
        return self.key


def load(key: str) -> SignedIn | None:
    """The person of a sign-in; None if it was ended, has gone unused for too long, or never was."""
    at = now()
    with read_first() as reader:
        found = load_viewer(reader, str(key), at=at)
    if found is None or not _is_in_use(found, at):
        return None
    g.person_id = found.id
    if found.last_seen_on < day_of(at) and not _is_asked_by_itself():
        _note_day(found.sign_in_id, day_of(at))
    return SignedIn(found, key)


def begin(person_id: int, *, epoch: int, is_shared: bool) -> bool:
    """Sign the person in on this device, and out whoever was. False if ``epoch`` is over."""
    at = now()
    _end_row()
    device = device_of(request.user_agent.string, is_shared=is_shared)
    lasts = config().sign_in_lasts
    key = sign_ins.begin(db_session(), person_id, epoch=epoch, device=device, at=at, lasts=lasts)
    found = load_viewer(db_session(), key, at=at)
    if found is None:
        return False
    # A fresh session: nothing that somebody planted in the old one survives.
    cookie.clear()
    cookie["language"] = found.language
    cookie[_SEEN] = int(at.timestamp())
    g.person_id = found.id
    login_user(SignedIn(found, key))
    return True


def end() -> None:
    """Sign this device out. A copy of its cookie is worth nothing from now on."""
    _end_row()
    logout_user()
    cookie.clear()


def has_gone_unused() -> bool:
    """Whether this browser was signed in and has gone unused for too long. True only once."""
    if current_user.is_authenticated or not g.get("has_gone_unused"):
        return False
    cookie.pop("_user_id", None)
    return True


def _end_row() -> None:
    if current_user.is_authenticated:
        me = current_user.person
        sign_ins.end(db_session(), me.id, me.sign_in_id)


def _is_in_use(found: Viewer, at: datetime) -> bool:
    """Whether the cookie was used lately. If so, it is renewed before long."""
    limit = SHARED_IDLE if found.is_shared_computer else config().sign_in_idle
    idle = limit.total_seconds()
    unused = at.timestamp() - cookie.get(_SEEN, 0)
    if unused >= idle:
        g.has_gone_unused = True
        return False
    if unused >= idle / _SHARE and not _is_asked_by_itself():
        cookie[_SEEN] = int(at.timestamp())
    return True


def _is_asked_by_itself() -> bool:
    """Whether an open page asks and nobody need sit before it: that keeps no sign-in alive."""
    return request.endpoint in ASKED_BY_PAGES


def _note_day(sign_in_id: int, today: date) -> None:
    """Write the day down once the answer has been sent, and only if nobody else is writing.

    A page that only reads waits for no writer. The next one of this day tries again.
    """
    here = database()

    def write() -> None:
        here.write_if_free(lambda session: sign_ins.note_seen(session, sign_in_id, on=today))

    @after_this_request
    def later(response: Response) -> Response:
        response.call_on_close(write)
        return response


def _go_to_sign_in() -> Response:
    """Redirect a visitor to the sign-in page. A form gets 401 and what was written or chosen
    back instead."""
    if is_fragment() or sentences_written() or chosen_answers():
        return ask_to_sign_in()
    return redirect(login_url("sign_in.sign_in", request.url))


def init_app(app: Flask) -> None:
    manager = LoginManager()
    manager.unauthorized_handler(_go_to_sign_in)
    # Flask-Login would end a session when the address changes, which happens on a laptop that moves
    # between networks. The row ends sign-ins here.
    manager.session_protection = None
    manager.user_loader(load)
    manager.init_app(app)
