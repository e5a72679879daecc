"""Whoever looks after a campaign hears of what the lint of the night found in it."""

from datetime import timedelta

import pytest

from app.notices.kinds import NoticeKind
from app.notices.reading import open_notice
from challenges.campaigns.events import CampaignNeedsAttention
from challenges.outbox import record
from challenges.vocabulary import CampaignState

DAY = timedelta(days=1)


@pytest.fixture
def campaign(session, campaign_of, cast):
    """One that is open, of outsider's, with an error that the night found."""
    found = campaign_of()
    found.owner_id, found.error_codes = cast.outsider.id, ["unit_ended"]
    session.flush()
    return found


@pytest.fixture
def found(session, campaign, deliver, at):
    """``found(at=…)``: the night tells of the errors, and the fact is heard twice."""

    def tell(at=at):
        codes = campaign.error_codes or []
        record(
            session, CampaignNeedsAttention(occurred_at=at, campaign_id=campaign.id, codes=codes)
        )
        deliver(at=at)
        deliver(at=at, again=True)

    return tell


def test_owner_and_deputy_are_told_once_and_nobody_else(session, cast, campaign, found, notices):
    campaign.deputy_id = cast.deputy.id
    session.flush()
    found()
    for person in (cast.outsider, cast.deputy):
        [one] = notices(person)
        assert (one.kind, one.campaign) == (NoticeKind.CAMPAIGN_MEND, campaign.slug)
    for person in (cast.staff, cast.colleague, cast.manager, cast.dx):
        assert notices(person) == []


def test_where_nobody_is_named_the_whole_office_is_told(
    session, cast, campaign, found, kinds, notices
):
    campaign.owner_id = None
    session.flush()
    found()
    assert kinds(cast.dx) == ["CAMPAIGN_MEND"]
    assert notices(cast.outsider) == []


def test_other_errors_make_it_unread_again(session, cast, campaign, found, notices, at):
    found()
    open_notice(session, notices(cast.outsider)[0].id, person_id=cast.outsider.id, at=at)
    found(at + DAY)
    [one] = notices(cast.outsider)
    assert one.is_unread


@pytest.mark.parametrize("how", ["mended", "over"])
def test_what_is_mended_or_over_by_then_is_no_news(session, cast, campaign, found, notices, how):
    found()
    if how == "mended":
        campaign.error_codes = []
    else:
        campaign.state = CampaignState.CLOSED
    session.flush()
    found()
    assert notices(cast.outsider) == []


def test_the_notice_leads_to_the_draft_and_reads_in_both_languages(
    session, as_, cast, found, notices
):
    found()
    session.commit()
    browser = as_(cast.outsider)
    assert "「会議をかるく」に、直すところが見つかりました" in browser.get("/notices").text
    answer = browser.post(f"/notices/{notices(cast.outsider)[0].id}/openings")
    assert answer.location == "/office/campaigns/light-meetings/edit"
    assert browser.get(answer.location).status_code == 200


def test_only_they_are_asked_whether_they_want_it(as_, cast, campaign, session):
    session.commit()
    label = "担当のキャンペーンに、直すところが見つかったとき"
    for person, is_asked in ((cast.outsider, True), (cast.dx, True), (cast.staff, False)):
        assert (label in as_(person).get("/settings/notices").text) is is_asked
