"""Flask-Login: the cookie holds the person's id and the session epoch it was made in. Each request
compares that epoch with the person's current one."""

from dataclasses import dataclass

from flask import Flask, redirect, request
from flask_login import LoginManager, UserMixin
from flask_login.utils import login_url
from werkzeug.wrappers import Response

from app.clock import now
from app.db.sessions import read_first
from app.queries.viewer import Viewer, load_viewer
from app.web.errors import ask_to_sign_in, chosen_answers, sentences_written
from app.web.rendering import is_fragment
from challenges.calendar import day_of


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]  # flask_login ships no types
    """What Flask-Login keeps of a person."""

    person: Viewer

    def get_id(self) -> str:
        return f"{self.person.id}.{self.person.session_epoch}"


def load(key: str) -> SignedIn | None:
    """The person of a session; None if unknown, deactivated, or signed out everywhere since."""
    person_id, _, epoch = key.partition(".")
    if not (person_id.isdigit() and epoch.isdigit()):
        return None
    with read_first() as reader:
        found = load_viewer(reader, int(person_id), on=day_of(now()))
    return SignedIn(found) if found and found.session_epoch == int(epoch) else None


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
    # between networks. The epoch ends sessions here.
    manager.session_protection = None
    manager.user_loader(load)
    manager.init_app(app)
