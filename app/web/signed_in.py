"""Flask-Login: a session carries the person's id and the epoch it was made in, and is looked up at
every request."""

from dataclasses import dataclass

from flask import Flask, redirect, request
from flask_login import LoginManager, UserMixin
from flask_login.utils import login_url
from werkzeug.wrappers import Response

from app.clock import now
from app.db.sessions import read_first
from app.queries.viewer import Viewer, load_viewer
from app.web.errors import signed_out, written
from app.web.rendering import is_fragment
from challenges.calendar import day_of


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]  # flask_login ships no types
    """What Flask-Login keeps of a person."""

    person: Viewer

    def get_id(self) -> str:
        return f"{self.person.id}.{self.person.session_epoch}"


def load(key: str) -> SignedIn | None:
    """The person behind a session, or None: unknown, deactivated, or signed out everywhere
    since."""
    person_id, _, epoch = key.partition(".")
    if not (person_id.isdigit() and epoch.isdigit()):
        return None
    with read_first() as reader:
        found = load_viewer(reader, int(person_id), on=day_of(now()))
    return SignedIn(found) if found and found.session_epoch == int(epoch) else None


def _to_the_door() -> Response:
    """Strangers go to sign in, and come back from there. Who was writing keeps what was written."""
    if is_fragment() or written():
        return signed_out()
    return redirect(login_url("sign_in.sign_in", request.url))


def init_app(app: Flask) -> None:
    manager = LoginManager()
    manager.unauthorized_handler(_to_the_door)
    manager.session_protection = (
        None  # the epoch does this job, and an address may change on the way to lunch
    )
    manager.user_loader(load)
    manager.init_app(app)
