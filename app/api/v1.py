"""The addresses of the API. Each list of lists.py has one."""

from functools import partial
from urllib.parse import urljoin

from flask import Blueprint, Response, json, redirect, request

from app.api import access, answering, dcat, imports, parameters
from app.api.lists import LISTS
from app.api.parameters import Parameters
from app.api.reading import OpenList
from app.clock import now
from app.db.sessions import request_session
from app.queries.open_data import Mark, covered_by_measures
from app.studio import catalogue_terms

GUIDE = "/dashboard/api"
"""The page that people read about the API."""
LINKED_DATA = "application/ld+json"

bp = Blueprint("api", __name__, url_prefix="/api/v1")
bp.before_request(access.check_reader)


@bp.get("/")
def index() -> Response:
    """What there is. A browser is led to the page for people."""
    if request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html":
        return redirect(GUIDE, 303)  # type: ignore[return-value]  # werkzeug's Response is what Flask sends
    asked = parameters.read(Parameters)
    answering.form_asked_for(asked, answering.JSON)
    address = partial(urljoin, request.base_url)
    said = {
        "lists": {one.name: address(one.name) for one in LISTS},
        "openapi": address("openapi.json"),
        "catalogue": address("catalogue.jsonld"),
        "guide": address(GUIDE),
    }
    return Response(json.dumps(said), content_type=answering.JSON)


@bp.get("/openapi.json")
def description() -> Response:
    """The description of the API, made from its code."""
    # Imported here, because what makes it takes a twelfth of every start and nobody else needs it.
    from app.api import openapi

    mark = Mark((), None)
    known = answering.unchanged(mark, answering.JSON)
    body = openapi.document(request.host_url)
    return known or answering.marked(
        Response(body, content_type=answering.JSON), mark, answering.JSON
    )


@bp.get("/catalogue.jsonld")
def data_catalogue() -> Response:
    """The catalogue of what is published (DCAT-AP)."""
    terms, at = catalogue_terms.current(request_session()), now()
    covered = covered_by_measures(request_session(), until=at)
    mark = Mark((terms, covered), None)
    known = answering.unchanged(mark, LINKED_DATA)
    body = json.dumps(dcat.described(terms, covered, at=request.base_url), ensure_ascii=False)
    return known or answering.marked(Response(body, content_type=LINKED_DATA), mark, LINKED_DATA)


def _serve(one: OpenList) -> None:
    bp.add_url_rule(f"/{one.name}", one.name, partial(answering.answer, one), methods=["GET"])


for each in LISTS:
    _serve(each)
bp.add_url_rule("/imports", "imports", imports.take, methods=["POST"])
