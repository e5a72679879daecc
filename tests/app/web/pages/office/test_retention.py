"""The DX office decides how long words are kept, after it saw what would go."""

import re
from datetime import datetime

import pytest
from sqlalchemy import select

from app.clock import now
from app.retention.forgetting import empty_block
from app.retention.kinds import WordsKind
from app.retention.periods import periods
from app.studio.models import AuditEntry
from challenges.calendar import TOKYO

LIST = "/office/retention"
STEP = f"{LIST}/step"
LONG_AGO = datetime(2020, 7, 15, 10, 0, tzinfo=TOKYO)


@pytest.fixture
def old(climb, cast, session):
    """Words of six years ago."""
    done = climb(cast.staff, "first-hello", at=LONG_AGO)
    done.submission.submitted_at = LONG_AGO
    done.submission.reflection = "昔の言葉です"
    session.commit()
    return done


def kept(session):
    session.expire_all()
    return periods(session)[WordsKind.STEP].years


def plain(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.partition("<main")[2]))


def test_until_one_is_entered_every_kind_says_so(as_, cast):
    page = as_(cast.dx).get(LIST).text
    assert page.count("未設定") >= len(WordsKind)
    assert "段のひとこと" in page


def test_one_sees_what_goes_before_it_does(as_, cast, session, old):
    page = as_(cast.dx).get(f"{STEP}?years=1").text
    assert "次の夜に、1件の言葉が消えます。" in plain(page)
    assert 'name="agreed"' in page
    assert kept(session) is None


def test_without_agreeing_nothing_changes(as_, cast, session, old):
    data = {"years": "1", "after": "0", "going": "1"}
    answer = as_(cast.dx).post(f"{STEP}/changes", data=data)
    assert answer.status_code == 422
    assert "もう一度確かめてください" in answer.text
    assert kept(session) is None


def test_after_agreeing_it_holds(as_, cast, session, old):
    browser = as_(cast.dx)
    data = {"years": "1", "after": "0", "going": "1", "agreed": "1"}
    answer = browser.post(f"{STEP}/changes", data=data)
    assert (answer.status_code, answer.location) == (303, LIST)
    assert "「段のひとこと」の期間を1年にしました。" in browser.get(LIST).text
    assert kept(session) == 1
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.act, entry.after) == ("period_set", {"years": 1, "going": 1})
    assert "言葉の保存期間を決める" in browser.get("/office/audit").text


def test_where_nothing_goes_nobody_has_to_agree(as_, cast, session):
    page = as_(cast.dx).get(f"{STEP}?years=3").text
    assert "いま消える言葉は、ありません。" in page
    assert 'name="agreed"' not in page
    as_(cast.dx).post(f"{STEP}/changes", data={"years": "3", "after": "0", "going": "0"})
    assert kept(session) == 3


@pytest.mark.parametrize("years", ["0", "31", "三", "-1", "1.5", "9" * 50, "<b>"])
def test_what_is_no_period_is_refused(as_, cast, session, years):
    browser = as_(cast.dx)
    tried = browser.get(STEP, query_string={"years": years})
    sent = browser.post(f"{STEP}/changes", data={"years": years, "after": "0", "agreed": "1"})
    assert (tried.status_code, sent.status_code) == (422, 422)
    assert "1年から30年まで" in tried.text
    assert "<b>" not in tried.text.partition('id="years"')[2].partition(">")[0]
    assert kept(session) is None


def test_two_who_decide_at_once_do_not_overwrite(as_, cast, session):
    browser = as_(cast.dx)
    browser.post(f"{STEP}/changes", data={"years": "3", "after": "0"})
    answer = browser.post(f"{STEP}/changes", data={"years": "5", "after": "0"})
    assert answer.status_code == 422
    assert "ほかの人が先に変えました" in answer.text
    assert kept(session) == 3


@pytest.mark.parametrize("who", ["staff", "manager", "deputy", "outsider"])
def test_nobody_else_may(as_, cast, session, who):
    browser = as_(getattr(cast, who))
    assert browser.get(LIST).status_code == 403
    assert browser.get(f"{STEP}?years=1").status_code == 403
    data = {"years": "1", "after": "0", "agreed": "1"}
    assert browser.post(f"{STEP}/changes", data=data).status_code == 403
    assert kept(session) is None


@pytest.mark.parametrize("kind", ["nothing", "STEP", "step/x"])
def test_another_kind_is_not_found(as_, cast, kind):
    assert as_(cast.dx).get(f"{LIST}/{kind}").status_code == 404


def test_words_that_went_leave_a_sentence(as_, cast, session, old):
    empty_block(session, WordsKind.STEP, before=now().date(), after=0, at=now())
    session.commit()
    page = as_(cast.staff).get(f"/people/{cast.staff.id}").text
    assert "昔の言葉です" not in page
    assert "保存期間が過ぎたため、この言葉は残していません" in page
    cast.staff.language = "en"
    session.commit()
    assert "保存期間" not in plain(as_(cast.staff).get(f"/people/{cast.staff.id}").text)
