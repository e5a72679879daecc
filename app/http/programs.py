"""Tells requests of programs from those of people: what is below /api/ is the API."""

from flask import Flask, Request, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

API = "/api/"


def is_program() -> bool:
    """Whether this request is one to the API. It has no cookie, and gets no page."""
    return request.path.startswith(API)


class CookiesOfPeople(SecureCookieSessionInterface):
    """Sessions in signed cookies, for people alone: a program is the same whoever's browser it
    runs in."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """None for a program. Flask then lets nobody write a session."""
        return None if request.path.startswith(API) else super().open_session(app, request)


def init_app(app: Flask) -> None:
    app.session_interface = CookiesOfPeople()
