"""Internet Explorer and Edge's IE mode get a plain page that says how to open the site."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient

from challenges.people.models import Person

IE_MODE = "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko"
OLDER = "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1)"
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
)
TITLE = "<h1>Microsoft Edgeで開いてください</h1>"


@pytest.mark.parametrize("agent", [IE_MODE, OLDER])
@pytest.mark.parametrize("place", ["/", "/sign-in", "/challenges?q=x", "/nowhere"])
def test_ie_gets_a_page_that_says_how_to_open_the_site(
    client: FlaskClient, agent: str, place: str
) -> None:
    answer = client.get(place, headers={"User-Agent": agent})
    assert answer.status_code == 200
    assert TITLE in answer.text
    path = place.partition("?")[0]
    assert f'href="microsoft-edge:http://localhost{path}"' in answer.text
    for new in ("<script", "stylesheet", "grid", "<main", "<svg"):
        assert new not in answer.text


def test_it_is_in_english_for_english_readers(client: FlaskClient) -> None:
    headers = {"User-Agent": IE_MODE, "Accept-Language": "en-GB"}
    assert "<h1>Please open this in Microsoft Edge</h1>" in client.get("/", headers=headers).text


def test_signed_in_people_get_it_too(
    as_: Callable[[Person], FlaskClient], cast: SimpleNamespace
) -> None:
    assert TITLE in as_(cast.staff).get("/", headers={"User-Agent": IE_MODE}).text


def test_a_link_of_the_visitor_is_escaped(client: FlaskClient) -> None:
    text = client.get('/"><b>x', headers={"User-Agent": IE_MODE}).text
    assert "<b>x" not in text


@pytest.mark.parametrize("agent", [EDGE, "", "curl/8", "Mozilla/5.0 Firefox/140.0"])
def test_other_browsers_get_the_site(client: FlaskClient, agent: str) -> None:
    assert TITLE not in client.get("/sign-in", headers={"User-Agent": agent}).text


def test_machines_and_files_are_answered_as_ever(client: FlaskClient) -> None:
    for place in ("/healthz", "/readyz", "/static/app.js"):
        assert TITLE not in client.get(place, headers={"User-Agent": IE_MODE}).text
