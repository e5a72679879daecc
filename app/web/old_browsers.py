"""A plain page for Internet Explorer and Edge's IE mode, which cannot show ours: it says how to
open the site."""

from flask import Flask, Response, make_response, render_template, request

from app.config import config
from app.http.programs import is_program

NAMES = ("Trident/", "MSIE ")
"""What Internet Explorer calls itself."""
FOR_MACHINES = frozenset({"healthz", "readyz"})


def init_app(app: Flask) -> None:
    app.before_request(_explain)


def _explain() -> Response | None:
    agent = request.headers.get("User-Agent", "")
    if is_program() or request.endpoint in FOR_MACHINES or not any(name in agent for name in NAMES):
        return None
    address = config().public_url + request.path
    return make_response(render_template("shared/old_browser.html", address=address))
