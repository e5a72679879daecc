"""From a draft to what is published: two people, the same words, and a reason where it counts."""

from dataclasses import replace

import pytest

from app.studio import audit, drafts
from app.studio.audit import AuditSearch
from challenges.campaigns import publishing
from challenges.vocabulary import CampaignState

BASE = "/office/campaigns/kaizen"
WORD = {"word": "確認は係で分け合います。"}


@pytest.fixture
def submitted(as_, cast, draft):
    """The draft, submitted by dx."""
    assert as_(cast.dx).post(f"{BASE}/submissions", data=WORD).status_code == 303
    return draft


@pytest.fixture
def published(as_, cast, dx2, submitted, session):
    """The campaign, approved by the second person."""
    as_(dx2).post(f"{BASE}/approvals", data={"digest": digest(session, submitted)})
    session.expire_all()
    return submitted


def digest(session, campaign):
    return drafts.draft_of(session, campaign.id).definition.digest()


def acts(session):
    return [one.act for one in audit.search(session, AuditSearch(), limit=20)]


def test_a_second_person_publishes_what_they_read(session, as_, cast, dx2, submitted):
    page = as_(dx2).get(f"{BASE}/approval").text
    assert "「会議をかるく」を、公開してよいですか。" in page
    assert "西 光さんが" in page
    data = {
        "digest": digest(session, submitted),
        "decision_number": "DX第12号",
        "decision_date": "2026-07-01",
    }
    answer = as_(dx2).post(f"{BASE}/approvals", data=data)
    assert (answer.status_code, answer.location) == (303, f"{BASE}/manage")
    session.expire_all()
    version = publishing.version_in_force(session, submitted)
    assert (submitted.state, version.decision_number) == (CampaignState.SCHEDULED, "DX第12号")
    assert (version.submitted_by_id, version.approved_by_id) == (cast.dx.id, dx2.id)
    assert acts(session) == ["approved", "submitted"]
    assert "<dd>DX第12号（" in as_(dx2).get(f"{BASE}/manage").text


def test_what_asks_for_a_thought_asks_for_a_word(session, as_, cast, dx2, draft):
    draft.owner_id = None  # asks for a new owner, and stops nothing
    session.commit()
    browser = as_(cast.dx)
    assert "気になるところがあっても、このまま進める訳" in browser.get(f"{BASE}/approval").text
    answer = browser.post(f"{BASE}/submissions", data={"word": " "})
    assert answer.status_code == 422
    assert "ひとこと書いてください。承認する人が読みます。" in answer.text
    session.expire_all()
    assert draft.state is CampaignState.DRAFT
    assert browser.post(f"{BASE}/submissions", data=WORD).status_code == 303
    page = as_(dx2).get(f"{BASE}/approval").text
    assert WORD["word"] in page
    assert "このまま進める訳。西 光さん" in page
    as_(dx2).post(f"{BASE}/approvals", data={"digest": digest(session, draft)})
    assert WORD["word"] not in as_(cast.staff).get("/campaigns/kaizen").text


def test_nobody_approves_their_own(session, as_, cast, submitted):
    page = as_(cast.dx).get(f"{BASE}/approval").text
    assert "もう一人の承認を待っています。" in page
    assert "承認して公開する" not in page
    answer = as_(cast.dx).post(f"{BASE}/approvals", data={"digest": digest(session, submitted)})
    assert answer.status_code == 422
    session.expire_all()
    assert submitted.state is CampaignState.WAITING


def test_an_office_of_one_may_if_the_setting_says_so(session, app, as_, cast, submitted):
    app.extensions["stepup_config"] = replace(
        app.extensions["stepup_config"], campaigns_need_two=False
    )
    page = as_(cast.dx).get(f"{BASE}/approval").text
    assert "一人で公開したことは、職員の読む記録に残ります。" in page
    as_(cast.dx).post(f"{BASE}/approvals", data={"digest": digest(session, submitted)})
    session.expire_all()
    assert submitted.state is CampaignState.SCHEDULED


def test_a_draft_that_changed_since_is_not_published(session, as_, cast, dx2, submitted):
    read = digest(session, submitted)
    as_(cast.dx).post(f"{BASE}/parts/what", data={"read": "1", "ja.motto": "別の言葉"})
    assert "出したあとで下書きが変わりました。" in as_(dx2).get(f"{BASE}/approval").text
    assert as_(dx2).post(f"{BASE}/approvals", data={"digest": read}).status_code == 422
    session.expire_all()
    assert submitted.version == 0


def test_a_draft_with_an_error_is_not_submitted(session, as_, cast, draft):
    as_(cast.dx).post(f"{BASE}/parts/what", data={"read": "1", "en.name": ""})
    page = as_(cast.dx).get(f"{BASE}/approval").text
    assert "あと一つ直せば公開できます。" in page
    assert "action" not in page.partition("承認を依頼する</button>")[0][-1:]
    assert as_(cast.dx).post(f"{BASE}/submissions").status_code == 422
    session.expire_all()
    assert draft.state is CampaignState.DRAFT


def test_it_is_handed_back_with_a_word(session, as_, cast, dx2, submitted):
    assert as_(dx2).post(f"{BASE}/handbacks", data={"reason": " "}).status_code == 422
    answer = as_(dx2).post(f"{BASE}/handbacks", data={"reason": "趣旨を短く"})
    assert answer.status_code == 303
    session.expire_all()
    assert submitted.state is CampaignState.DRAFT
    assert "趣旨を短く" in as_(cast.dx).get(f"{BASE}/edit").text


def test_who_submitted_may_withdraw(session, as_, cast, submitted):
    as_(cast.dx).post(f"{BASE}/withdrawals")
    session.expire_all()
    assert submitted.state is CampaignState.DRAFT


def test_a_wrong_day_of_decision_stays_on_the_page(session, as_, dx2, submitted):
    data = {"digest": digest(session, submitted), "decision_date": "きのう"}
    answer = as_(dx2).post(f"{BASE}/approvals", data=data)
    assert answer.status_code == 422
    assert "日付を選んでください。" in answer.text


def test_other_words_are_published_alone(session, as_, cast, published):
    browser = as_(cast.dx)
    browser.post(f"{BASE}/parts/what", data={"read": "1", "ja.motto": "別の言葉"})
    page = browser.get(f"{BASE}/approval").text
    assert "数え方は変わりません。変わるのは言葉だけです。" in page
    assert browser.post(f"{BASE}/rewordings", data={"reason": ""}).status_code == 303
    session.expire_all()
    assert published.version == 2


def test_what_counts_changes_with_a_reason_and_two_people(session, as_, cast, dx2, published):
    browser = as_(cast.dx)
    browser.post(f"{BASE}/parts/when", data={"read": "1", "goal.target": "3"})
    page = browser.get(f"{BASE}/approval").text
    assert "いままでの一歩で、増えるものも減るものもありません。" in page
    assert browser.post(f"{BASE}/rewordings").status_code == 422
    assert browser.post(f"{BASE}/submissions").status_code == 422
    browser.post(f"{BASE}/submissions", data={"reason": "目あてが小さかったため", **WORD})
    assert "目あてが小さかったため" in as_(dx2).get(f"{BASE}/approval").text
    as_(dx2).post(f"{BASE}/approvals", data={"digest": digest(session, published)})
    session.expire_all()
    assert published.version == 2
    assert publishing.version_in_force(session, published).reason == "目あてが小さかったため"


def test_what_is_published_and_unchanged_says_so(as_, cast, published):
    assert "公開中のものと同じです。" in as_(cast.dx).get(f"{BASE}/approval").text
