"""What every page module uses: the viewer, the request's database session, and one template for a
page and its fragments.

    bp = Blueprint("completions", __name__)

    @bp.get("/completions/<int:completion_id>/withdrawal")
    @login_required
    def ask(completion_id: int) -> str:
        preview = preview_undo(db_session(), completion_id, catalogue=…)
        return page("completions/withdrawal.html", nav="challenges", kept=preview.kept, …)

    @bp.post("/completions/<int:completion_id>/withdrawals")
    @login_required
    def withdraw(completion_id: int) -> Response:
        withdrawing.withdraw(db_session(), …, by_id=viewer().id, at=now())
        return see_other("challenges.challenge", slug=…)

A POST changes something and answers 303 to a page; htmx follows it and swaps the block that the
form targets. A ``RuleBroken`` raised by an activity becomes 422 (403 for ``NotAllowed``) with its
sentence, and nothing is saved. A route that shows the sentence beside a field catches the error
and renders the page again with status 422.
"""

from collections.abc import Set
from typing import Any, cast

from flask import Response, current_app, redirect, render_template, request, url_for
from flask_login import current_user
from jinja2 import Template
from sqlalchemy.orm import Session

from app.db.sessions import request_session
from app.queries.viewer import Viewer

PAGE_SIZE = 20


def db_session() -> Session:
    """The database session of this request; committed by app/db/sessions.py when the answer is
    below 400."""
    return request_session()


def viewer() -> Viewer:
    """The signed-in person. Call it only behind ``login_required``."""
    return cast(Viewer, current_user.person)


def is_fragment() -> bool:
    """Whether htmx asks for part of a page."""
    return request.headers.get("HX-Request-Type") == "partial"


def page(template: str, *, nav: str = "", **context: Any) -> str:
    """Render the page. For htmx, render only the fragment that has the id of the target element as
    its name, if the page has one."""
    context["nav"] = nav
    context["fragment"] = is_fragment()
    if context["fragment"]:
        fragment = request.headers.get("HX-Target", "").partition("#")[2]
        found = current_app.jinja_env.get_template(template)
        if fragment in fragments(found):
            current_app.update_template_context(context)
            return "".join(found.blocks[fragment](found.new_context(context)))
    return render_template(template, **context)


def fragments(template: Template) -> Set[str]:
    """The blocks of a page that may be rendered alone: those that it has beyond the frame.

    The blocks of base.html (``main``, ``title``, ``aside`` …) only have a meaning within it.
    """
    return template.blocks.keys() - current_app.jinja_env.get_template("base.html").blocks.keys()


def see_other(endpoint: str, **values: Any) -> Response:
    """Answer a POST with 303 See Other, to the page at ``endpoint``.

    It names no place in the page, because then a browser would not move the focus to what is said.
    """
    return cast(Response, redirect(url_for(endpoint, **values), 303))
