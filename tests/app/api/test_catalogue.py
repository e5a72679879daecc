"""The data catalogue is DCAT-AP: rdflib reads it, and what DCAT-AP asks for is there."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, XSD, Graph, Literal, Namespace, URIRef
from sqlalchemy.orm import Session

from app.api.lists import LISTS
from app.clock import now
from app.indicators.models import Measure
from app.studio import catalogue_terms
from app.studio.models import AuditEntry
from challenges.errors import InvalidField

# rdflib's own reader of JSON-LD uses what rdflib has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
MANDATORY = {
    DCAT.Catalog: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset),
    DCAT.Dataset: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.contactPoint),
    DCAT.Distribution: (DCAT.accessURL, DCTERMS.format, DCTERMS.license),
    DCAT.DataService: (DCTERMS.title, DCAT.endpointURL),
    FOAF.Agent: (FOAF.name,),
}
"""Properties that DCAT-AP 3 wants of each class, with those it recommends and we promise."""
TYPED = {DCAT.accessURL: URIRef, DCTERMS.license: object, DCAT.endpointURL: URIRef}


@pytest.fixture
def graph(client: FlaskClient) -> Callable[[], Graph]:
    def read() -> Graph:
        answer = client.get("/api/v1/catalogue.jsonld")
        assert answer.content_type == "application/ld+json"
        return Graph().parse(data=answer.text, format="json-ld")

    return read


def test_everything_that_dcat_ap_asks_for_is_there(graph: Callable[[], Graph]) -> None:
    found = graph()
    for kind, properties in MANDATORY.items():
        subjects = list(found.subjects(RDF.type, kind))
        assert subjects, kind
        for one in subjects:
            missing = [name for name in properties if not list(found.objects(one, name))]
            assert missing == [], one
    assert all(isinstance(one, URIRef) for one in found.objects(None, DCAT.accessURL))
    datasets = set(found.objects(None, DCAT.dataset))
    assert len(datasets) == len(LISTS)
    assert datasets == set(found.subjects(RDF.type, DCAT.Dataset))


def test_each_distribution_can_be_fetched(client: FlaskClient, graph: Callable[[], Graph]) -> None:
    found = graph()
    for one in found.subjects(RDF.type, DCAT.Distribution):
        address = str(found.value(one, DCAT.accessURL))
        kind = str(found.value(one, DCAT.mediaType)).partition("media-types/")[2]
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, kind)


def test_what_nobody_entered_is_not_invented(graph: Callable[[], Graph]) -> None:
    found = graph()
    for name in (FOAF.name, VCARD.fn):
        assert {str(one) for one in found.objects(None, name)} == {"未設定", "not entered yet"}
    licences = set(found.objects(None, DCTERMS.license))
    assert not any(isinstance(one, URIRef) for one in licences)
    assert {str(label) for one in licences for label in found.objects(one, RDFS.label)} == {
        "未設定",
        "not entered yet",
    }
    assert not list(found.objects(None, DCTERMS.temporal))


def test_what_the_office_entered_is_told(
    session: Session, graph: Callable[[], Graph], cast: SimpleNamespace
) -> None:
    catalogue_terms.enter(session, TERMS, by_id=cast.dx.id, at=now())
    found = graph()
    assert set(found.objects(None, FOAF.name)) == {Literal("みほん県")}
    assert set(found.objects(None, VCARD.hasEmail)) == {URIRef("mailto:dx@pref.example.jp")}
    assert set(found.objects(None, DCTERMS.license)) == {URIRef(TERMS["licence_url"])}


def test_the_period_is_that_of_the_measures(
    graph: Callable[[], Graph], publish: Callable[..., Measure]
) -> None:
    for month in (4, 6, 5):
        publish(40.0, month=month)
    found = graph()
    [period] = found.objects(None, DCTERMS.temporal)
    start = found.value(period, DCAT.startDate)
    assert start == Literal(date(2026, 4, 1), datatype=XSD.date)
    assert found.value(period, DCAT.endDate) == Literal(date(2026, 6, 30), datatype=XSD.date)


def test_it_is_not_sent_again_until_it_changes(
    session: Session, client: FlaskClient, cast: SimpleNamespace
) -> None:
    address = "/api/v1/catalogue.jsonld"
    known = {"If-None-Match": client.get(address).headers["ETag"]}
    assert client.get(address, headers=known).status_code == 304
    catalogue_terms.enter(session, TERMS, by_id=cast.dx.id, at=now())
    assert client.get(address, headers=known).status_code == 200


def test_the_office_changes_it_and_the_log_keeps_what_was_there(
    session: Session, cast: SimpleNamespace
) -> None:
    assert catalogue_terms.enter(session, TERMS, by_id=cast.dx.id, at=now())
    assert not catalogue_terms.enter(session, TERMS, by_id=cast.dx.id, at=now())
    assert catalogue_terms.enter(session, {**TERMS, "publisher": ""}, by_id=cast.dx.id, at=now())
    first, second = session.query(AuditEntry).order_by(AuditEntry.id)
    assert first.before is not None
    assert first.before["publisher"] == ""
    assert second.before == TERMS
    assert catalogue_terms.current(session).publisher == ""


@pytest.mark.parametrize(
    ("field", "text"),
    [("licence_url", "CC BY"), ("contact_email", "dx at pref"), ("publisher", "県" * 201)],
)
def test_what_cannot_be_said_is_refused(
    session: Session, cast: SimpleNamespace, field: str, text: str
) -> None:
    with pytest.raises(InvalidField) as refused:
        catalogue_terms.enter(session, {**TERMS, field: text}, by_id=cast.dx.id, at=now())
    assert refused.value.field == field


TERMS: dict[str, Any] = {
    "publisher": "みほん県",
    "contact_name": "デジタル改革課",
    "contact_email": "dx@pref.example.jp",
    "licence_name": "CC BY 4.0",
    "licence_url": "https://creativecommons.org/licenses/by/4.0/",
}
