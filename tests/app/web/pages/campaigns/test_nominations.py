"""Naming oneself for the awards on the page of a campaign: read by oneself and the office alone."""

import pytest

from app.clock import now
from challenges.campaigns import nominations
from challenges.campaigns.nominations import Nomination
from challenges.moderation import masking
from challenges.vocabulary import CampaignState
from challenges.words.kinds import TextKind, TextRef
from tests.app.web.htmx import partial

PAGE = "/campaigns/light-meetings"
NOMINATE, WITHDRAW = f"{PAGE}/nominations", f"{PAGE}/nomination-withdrawals"
WORDS = "週の連絡会を投稿に替えました。"


@pytest.fixture
def campaign(running):
    return running()


def test_one_names_oneself_and_says_it_in_other_words(as_, cast, campaign, session):
    browser = as_(cast.staff)
    answer = browser.post(NOMINATE, data={"words": WORDS}, follow_redirects=True)
    assert "推薦を預かりました。" in answer.text
    assert WORDS in answer.text
    browser.post(NOMINATE, data={"words": "もっと短く。"})
    assert [one.words for one in session.query(Nomination)] == ["もっと短く。"]


def test_and_takes_it_back(as_, cast, campaign, session):
    browser = as_(cast.staff)
    browser.post(NOMINATE, data={"words": WORDS})
    page = browser.post(WITHDRAW, follow_redirects=True).text
    assert "推薦を取り下げました。" in page
    assert WORDS not in page
    assert session.query(Nomination).one().ended_at is not None


@pytest.mark.parametrize("who", ["colleague", "manager", "outsider", "dx"])
def test_nobody_else_reads_it_there_or_takes_it_back(as_, cast, campaign, session, who):
    nominations.nominate(session, campaign, person_id=cast.staff.id, words=WORDS, at=now())
    browser = as_(getattr(cast, who))
    assert WORDS not in browser.get(PAGE).text
    browser.post(WITHDRAW)
    assert session.query(Nomination).one().ended_at is None


def test_too_many_words_stay_in_their_field(as_, cast, campaign, session):
    words = "あ" * 401
    answer = as_(cast.staff).post(NOMINATE, data={"words": words})
    assert answer.status_code == 422
    assert f">\n{words}</textarea>" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert session.query(Nomination).count() == 0


def test_as_a_part_of_the_page_too(as_, cast, campaign):
    answer = as_(cast.staff).post(
        NOMINATE, data={"words": ""}, headers=partial("section#nomination")
    )
    assert answer.status_code == 422
    assert answer.text.strip().startswith("<section")
    assert "文字までで書いてください。" in answer.text


@pytest.mark.parametrize(
    ("state", "may"),
    [
        (CampaignState.SCHEDULED, False),
        (CampaignState.OPEN, True),
        (CampaignState.CLOSED, True),
        (CampaignState.ARCHIVED, False),
    ],
)
def test_it_is_open_while_the_campaign_runs_and_after(as_, cast, campaign, state, may):
    campaign.state = state
    browser = as_(cast.staff)
    assert ("自分で手をあげる" in browser.get(PAGE).text) is may
    assert browser.post(NOMINATE, data={"words": WORDS}).status_code == (303 if may else 422)


def test_masked_it_leads_its_writer_to_the_reason_and_back(as_, cast, campaign, session):
    browser = as_(cast.staff)
    browser.post(NOMINATE, data={"words": WORDS})
    named = session.query(Nomination).one()
    mine = f"/words/nomination/{named.id}/mine"
    assert mine not in browser.get(PAGE).text
    ref = TextRef(TextKind.NOMINATION, named.id)
    masking.mask(session, ref, by_id=cast.dx.id, reason="お名前がありました。", at=now())
    session.commit()
    page = browser.get(PAGE).text
    assert WORDS not in page
    assert mine in page
    assert f'href="{PAGE}#nomination"' in browser.get(mine).text
    browser.post(NOMINATE, data={"words": "もっと短く。"})
    page = browser.get(PAGE).text
    assert "もっと短く。" in page
    assert mine not in page


@pytest.mark.parametrize("address", [NOMINATE, WITHDRAW])
def test_signed_out_nobody_changes_anything(client, campaign, session, address):
    assert client.post(address, data={"words": WORDS}).status_code == 401
    assert session.query(Nomination).count() == 0
