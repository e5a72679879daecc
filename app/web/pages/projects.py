"""The DX office edits projects: name, working title or not, first day."""

from flask import Blueprint, abort, flash, make_response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.studio import projects as studio
from app.web.days import chosen_day
from app.web.language import refusal
from app.web.pages.office import for_dx_office
from app.web.paging import Page, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, see_other, viewer
from challenges.calendar import day_of
from challenges.catalogue.models import Project
from challenges.catalogue.projects import NAME_LENGTH, ProjectValues, listed
from challenges.errors import InvalidField

bp = Blueprint("projects", __name__)


@bp.get("/office/projects")
@for_dx_office
def projects() -> str:
    """Every project with its first day, in the order of the catalogue."""
    number = page_number()
    start = (number - 1) * PAGE_SIZE
    every = listed(db_session())[start : start + PAGE_SIZE + 1]
    return page(
        "projects/list.html",
        nav="office",
        projects=Page.of(every, number=number, size=PAGE_SIZE),
        today=day_of(now()),
    )


@bp.get("/office/projects/<slug>")
@for_dx_office
def project(slug: str) -> str:
    """The form of one project."""
    found = _find(slug)
    return _form(found, typed=_as_form(ProjectValues.of(found)))


@bp.post("/projects/<slug>/edits")
@for_dx_office
def edit(slug: str) -> Response:
    """Save what the office says of a project."""
    found = _find(slug)
    try:
        studio.edit(db_session(), found, _wanted(), by_id=viewer().id, at=now())
    except InvalidField as error:
        wrong = {error.field or "ja": refusal(error)}
        return make_response(_form(found, typed=request.form.to_dict(), wrong=wrong), 422)
    flash(_("「%(name)s」を保存しました。", name=found.wording["ja"]["name"]), "good")
    return see_other("projects.projects")


def _find(slug: str) -> Project:
    found = db_session().get(Project, slug)
    if found is None or found.retired_at is not None:
        abort(404)
    return found


def _wanted() -> ProjectValues:
    """What the form says. Raises InvalidField if the day is none."""
    day = request.form.get("starts_on", "")
    return ProjectValues(
        ja=request.form.get("ja", ""),
        en=request.form.get("en", ""),
        is_provisional="is_provisional" in request.form,
        starts_on=chosen_day(day, field="starts_on") if day else None,
    )


def _as_form(values: ProjectValues) -> dict[str, str]:
    """The values as the form would send them."""
    day = values.starts_on.isoformat() if values.starts_on else ""
    return {
        "ja": values.ja,
        "en": values.en,
        "starts_on": day,
        **({"is_provisional": "1"} if values.is_provisional else {}),
    }


def _form(found: Project, *, typed: dict[str, str], wrong: dict[str, str] | None = None) -> str:
    return page(
        "projects/project.html",
        nav="office",
        project=found,
        name=found.wording["ja"]["name"] + (_("（仮称）") if found.is_provisional else ""),
        typed=typed,
        wrong=wrong or {},
        longest=NAME_LENGTH[1],
    )
