"""One rule for every page: what a person keeps private is on no page of anybody else, and people
who left are on none.

The tests open every page that the app has, so that a new page is covered from its first day.
"""

import pytest

from app.clock import now
from challenges.people import consents
from challenges.people.models import Person
from challenges.recognition import endorsing
from challenges.vocabulary import Consent

SECRET = "だれにも見せないひとこと"
WORDS = "本人だけに届いた言葉です。"
OTHERS = ("colleague", "manager", "deputy", "outsider", "dx")


@pytest.fixture
def deeds(session, cast, climb):
    """A step of staff with their reflection and the words they received."""
    done = climb(cast.staff, "first-hello", at=now())
    done.submission.reflection = SECRET
    endorsing.endorse(session, done, by_id=cast.manager.id, words=WORDS, at=now())
    return done


@pytest.fixture
def doors(app, cast, deeds):
    """The address of every page that a browser can open, with its parameters filled in."""
    known = {
        "person_id": cast.staff.id,
        "completion_id": deeds.id,
        "token": "x",
        "rest": "7/questions",
        "name": "app.css",
        "number": 1,
    }
    slugs = {"badges": "first-step", "challenges": "dx-words"}
    found = {}
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods:
            given = {**known, "slug": slugs.get(rule.endpoint.partition(".")[0], "first-hello")}
            found[rule.endpoint] = app.url_map.bind("localhost").build(
                rule.endpoint, {name: given[name] for name in rule.arguments}
            )
    assert {
        "home.home",
        "people.person",
        "badges.badge",
        "team.team",
        "office.completions",
    } <= found.keys()
    return found


@pytest.mark.parametrize("who", OTHERS)
def test_without_consent_no_page_shows_what_was_written(as_, cast, doors, who):
    browser = as_(getattr(cast, who))
    for address in {*doors.values(), "/challenges/first-hello", "/office/completions?q=staff"}:
        page = browser.get(address).text
        assert SECRET not in page, address
        assert who == "manager" or WORDS not in page, address


@pytest.mark.parametrize("who", OTHERS)
def test_people_who_left_are_on_no_page_whatever_their_consent(as_, cast, doors, session, who):
    for consent in Consent:
        consents.set_consent(session, cast.staff, consent, given=True, at=now())
    session.get_one(Person, cast.staff.id).deactivated_at = now()
    browser = as_(getattr(cast, who))
    for endpoint, address in doors.items():
        if endpoint.partition(".")[0] != "office":  # where the DX office takes back and gives again
            assert cast.staff.name not in browser.get(address).text, address
