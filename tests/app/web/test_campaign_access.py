"""Each route of the wing for designing campaigns, opened by each kind of person."""

import pytest

from app.studio import audit, beginning
from challenges.campaigns import pauses
from challenges.campaigns.definitions import CampaignDefinition
from challenges.people import roles
from challenges.vocabulary import Role
from tests.app.web.pages.studio.conftest import WHOLE

OFFICE = {"visitor": 302, "staff": 403, "manager": 403, "coach": 403, "owner": 403, "deputy": 403}
ITS_PEOPLE = {"visitor": 302, "staff": 403, "manager": 403, "coach": 403}
READERS = {"visitor": 302, "staff": 403, "manager": 403}

GETS = {
    "studio.campaigns": READERS,
    "studio_new.new": OFFICE,
    "studio_new.export": READERS,
    "studio_edit.edit": ITS_PEOPLE,
    "studio_edit.changes": ITS_PEOPLE,
    "studio_edit.change": ITS_PEOPLE,
    "studio_preview.preview": ITS_PEOPLE,
    "studio_preview.framed": ITS_PEOPLE,
    "studio_approval.approval": ITS_PEOPLE,
    "studio_manage.manage": READERS,
    "studio_pauses.pauses": OFFICE,
    "studio_handover.handover": OFFICE,
    "audit.log": OFFICE,
    "audit.as_csv": OFFICE,
}
"""Who may not open a page, and what they get. Everybody else gets 200."""
POSTS = {
    "studio_new.create": OFFICE,
    "studio_edit.save": ITS_PEOPLE,
    "studio_edit.undo": ITS_PEOPLE,
    "studio_edit.choose_words": ITS_PEOPLE,
    "studio_approval.submit": ITS_PEOPLE,
    "studio_approval.withdraw": ITS_PEOPLE,
    "studio_approval.approve": OFFICE,
    "studio_approval.hand_back": OFFICE,
    "studio_approval.reword": OFFICE,
    "studio_manage.set_people": OFFICE,
    "studio_manage.stop": OFFICE,
    "studio_manage.set_board": OFFICE,
    "studio_manage.set_shows_units": OFFICE,
    "studio_manage.archive": OFFICE,
    "studio_pauses.begin": OFFICE,
    "studio_pauses.end": OFFICE,
}
"""Who may not send a form. Everybody else gets anything but 401 and 403."""
WING = ("studio", "audit")
WHO = ("visitor", "staff", "manager", "coach", "owner", "deputy", "dx")


@pytest.fixture
def places(session, cast, at):
    """Values for the placeholders. outsider owns the campaign, deputy is its deputy."""
    roles.grant_role(session, cast.colleague, Role.COACH, at=at)
    definition = CampaignDefinition.model_validate(WHOLE)
    campaign = beginning.begin(session, definition, by_id=cast.dx.id, at=at)
    beginning.drafts.begin(
        session, campaign, definition.model_copy(update={"channel": "C1"}), by_id=None, at=at
    )
    campaign.owner_id, campaign.deputy_id = cast.outsider.id, cast.deputy.id
    pause = pauses.begin(
        session, first_day=at.date(), unit_ids=None, reason="大雨", by_id=cast.dx.id, at=at
    )
    audit.note(session, act="saved", subject="campaign", subject_id=1, by_id=None, at=at)
    session.commit()
    return {"slug": "kaizen", "part": "what", "number": 2, "pause_id": pause.id}


@pytest.fixture
def browser_of(client, as_, cast):
    people = {"coach": "colleague", "owner": "outsider"}
    return lambda who: client if who == "visitor" else as_(getattr(cast, people.get(who, who)))


def test_every_route_of_the_wing_is_in_the_table(app):
    rules = [one for one in app.url_map.iter_rules() if one.endpoint.startswith(WING)]
    gets = {rule.endpoint for rule in rules if "GET" in rule.methods}
    posts = {rule.endpoint for rule in rules if "POST" in rule.methods}
    assert (gets, posts) == (set(GETS), set(POSTS))


def address_of(app, endpoint, places):
    rule = next(one for one in app.url_map.iter_rules() if one.endpoint == endpoint)
    return app.url_map.bind("localhost").build(
        endpoint, {name: places[name] for name in rule.arguments}
    )


@pytest.mark.parametrize("who", WHO)
def test_pages_open_for_whom_they_should(app, browser_of, places, who):
    browser = browser_of(who)
    found = {one: browser.get(address_of(app, one, places)).status_code for one in GETS}
    assert found == {endpoint: refused.get(who, 200) for endpoint, refused in GETS.items()}


@pytest.mark.parametrize("who", WHO)
def test_forms_are_taken_from_whom_they_should(app, browser_of, places, who):
    browser = browser_of(who)
    for endpoint, refused in POSTS.items():
        status = browser.post(address_of(app, endpoint, places), data={}).status_code
        if who == "visitor":
            assert status in (302, 401), endpoint
        else:
            assert (status == 403) == (who in refused), (endpoint, status)


def test_an_unknown_campaign_is_not_found(as_, cast):
    for person in (cast.dx, cast.staff):
        assert as_(person).get("/office/campaigns/nowhere/edit").status_code == 404
