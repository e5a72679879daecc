"""One rule for every page: what a person keeps private is on no page of anybody else, and people
who left are on none.

The tests open every page that the app has, so that a new page is covered from its first day.
"""

import re

import pytest

from app.clock import now
from challenges.people import consents
from challenges.people.models import Person
from challenges.recognition import endorsing
from challenges.submissions import submitting
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import Consent

SECRET = "だれにも見せないひとこと"
WORDS = "本人だけに届いた言葉です。"
OTHERS = ("colleague", "manager", "deputy", "outsider", "dx")


@pytest.fixture
def deeds(session, cast, climb):
    """A step of staff with their reflection and the words they received."""
    done = climb(cast.staff, "first-hello", at=now())
    done.submission.reflection = SECRET
    endorsing.endorse(
        session, done, by_id=cast.manager.id, kinds=["STEADINESS"], words=WORDS, at=now()
    )
    return done


@pytest.fixture
def submission_of_staff(session, cast, step_of):
    """A submission of staff that waits for the manager."""
    submitting.submit(
        session,
        person_id=cast.staff.id,
        step=step_of("meeting-as-post"),
        version=1,
        evidence=Evidence("会議を投稿に替えました"),
        at=now(),
    )


@pytest.fixture
def doors(app, cast, deeds, campaign):
    """The address of every page that a browser can open, with its parameters filled in."""
    known = {
        "person_id": cast.staff.id,
        "unit_id": cast.section.id,
        "completion_id": deeds.id,
        "token": "x",
        "rest": "7/questions",
        "name": "app.css",
        "number": 1,
        "what": "units",
        "form": "csv",
        "kind": "headline",
        "cheer_id": 1,
        "text_id": 1,
        "copy_id": 1,
        "sealed_id": 1,
    }
    slugs = {
        "badges": "first-step",
        "challenges": "dx-words",
        "projects": "learning",
    }
    found = {}
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods:
            part = rule.endpoint.partition(".")[0]
            of_campaigns = part.startswith(("campaign", "studio_"))
            slug = campaign.slug if of_campaigns else slugs.get(part, "first-hello")
            given = {**known, "slug": slug}
            found[rule.endpoint] = app.url_map.bind("localhost").build(
                rule.endpoint, {name: given[name] for name in rule.arguments}
            )
    del found["my_data.file"]  # one's own, and no page
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


TIME = re.compile(r"(?<!\d)\d{1,2}(?::|時)\d{2}(?!\d)|\d{4}-\d{2}-\d{2}T")


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("who", OTHERS)
def test_others_see_days_and_never_times(
    as_, cast, session, submission_of_staff, doors, who, language
):
    viewer = getattr(cast, who)
    viewer.language = language
    for consent in Consent:
        consents.set_consent(session, cast.staff, consent, given=True, at=now())
    browser = as_(viewer)
    shown = set()
    for address in {*doors.values(), "/office/completions?q=staff", "/office/promise"}:
        page = browser.get(address).text
        if cast.staff.name in page:
            shown.add(address)
        is_of_own_hours = address == doors["notice_settings.settings"]
        assert is_of_own_hours or TIME.findall(page) == [], address
    assert who == "outsider" or shown, "some page shows the person to each of the others"


@pytest.mark.parametrize("who", OTHERS)
def test_people_who_left_are_on_no_page_whatever_their_consent(as_, cast, doors, session, who):
    for consent in Consent:
        consents.set_consent(session, cast.staff, consent, given=True, at=now())
    session.get_one(Person, cast.staff.id).deactivated_at = now()
    browser = as_(getattr(cast, who))
    for endpoint, address in doors.items():
        if endpoint.partition(".")[0] != "office":  # where the DX office takes back and gives again
            assert cast.staff.name not in browser.get(address).text, address
