"""Words go wrong: they are reported, masked by the office, on Slack too, and shown again."""

import re
from datetime import timedelta
from threading import Thread

import pytest
from playwright.sync_api import expect

from app.clock import now
from app.slack.client import Slack
from app.slack.posts.models import RetryPolicy
from app.slack.posts.sending import Poster, post_next
from challenges.people import consents
from challenges.recognition import cheering, endorsing
from challenges.recognition.cheering import Applause
from challenges.recognition.stamps import Stamp
from challenges.vocabulary import Consent
from tests.app.slack.server import SlackServer
from tests.journeys.hearing import before_sending, heard

pytestmark = pytest.mark.journey

VOUCHED = "山田一郎様の件を、よく調べてくれました。"
CHEERED = "山田様にも、よろしくお伝えください。"
STANDING = "この言葉は、DX事務局が伏せています"


@pytest.fixture
def words(session, cast, climb):
    """Staff were endorsed and cheered, and allow posts."""
    for consent in (Consent.STEPS, Consent.SLACK):
        consents.set_consent(session, cast.staff, consent, given=True, at=now())
    done = climb(cast.staff, "first-hello", at=now())
    endorsing.endorse(
        session, done, by_id=cast.manager.id, words=VOUCHED, kinds=["STEADINESS"], at=now()
    )
    applause = Applause(Stamp.HELPED, CHEERED)
    cheering.cheer(session, [done.id], applause, by_id=cast.colleague.id, at=now())
    session.commit()
    return done


@pytest.fixture
def slack():
    """A Slack of our own."""
    server = SlackServer()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def post(database, relay, slack):
    """``post()``: deliver every fact, and send what Slack should show."""
    at_once = RetryPolicy(pace=timedelta(0))
    client = Slack(token="xoxb-for-tests", api_url=slack.url, timeout=5)  # no secret

    def send():
        relay()
        worker = Poster(
            database=database,
            slack=client,
            channel="C0STEPUP",
            public_url="https://dx.example.jp",
            clock=now,
            retry_policy=at_once,
        )
        while post_next(worker) is not None:
            pass
        return [one["text"] for one in slack.visible]

    return send


def presses(page, name, *, hears):
    """Press the button; the sentence is told to whoever cannot see it."""
    button = page.locator("main").get_by_role("button", name=name).first
    button.wait_for()  # a page that is still on its way would not know that it was there before
    before_sending(page)
    button.click()
    expect(page.locator("body")).to_contain_text(hears)
    assert hears in heard(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["swap", "page"])
def test_reported_words_are_masked_and_shown_again(
    open_as, accessible, cast, words, slack, post, javascript
):
    assert any("山田" in text for text in post())
    size = "wide" if javascript else "phone"
    staff = open_as("staff", javascript=javascript, size=size)
    staff.goto(f"/people/{cast.staff.id}")
    staff.get_by_role("link", name=re.compile("気になる内容を知らせる")).first.click()
    expect(staff.locator("main")).to_contain_text(VOUCHED)
    if javascript:
        accessible(staff)
    staff.get_by_label("だれかの個人的なことや").check()
    presses(staff, "DX事務局に知らせる", hears="DX事務局に知らせました。")
    presses(staff, "相談用の控えをつくる", hears="控えをつくりました。")
    expect(staff.locator("main")).to_contain_text(VOUCHED)

    dx = open_as("dx", javascript=javascript, size=size)
    dx.goto("/office")
    dx.get_by_role("link", name="気になる内容の知らせ（1）").click()
    dx.get_by_role("link", name="の言葉について読む").click()
    if javascript:
        accessible(dx)
    dx.get_by_label("書いた人に伝わる理由").fill("住民の方のお名前がありました。")
    presses(dx, "伏せる", hears="言葉を伏せました。")
    expect(dx.locator("main")).not_to_contain_text("山田")

    assert not any("山田" in text for text in post())
    assert slack.count("chat.delete") == 1

    staff.goto("/")
    expect(staff.locator("#noticed")).to_contain_text(STANDING)
    staff.goto(f"/people/{cast.staff.id}")
    expect(staff.locator("#words")).to_contain_text(STANDING)
    expect(staff.locator("main")).not_to_contain_text("山田")

    manager = open_as("manager", javascript=javascript, size=size)
    manager.goto("/notices")
    manager.get_by_text("DX事務局が、あなたの言葉を伏せました").click()
    expect(manager.locator("main")).to_contain_text(VOUCHED)
    expect(manager.locator("main")).to_contain_text("住民の方のお名前がありました。")
    if javascript:
        accessible(manager)

    presses(dx, "元に戻す", hears="言葉を元に戻しました。")
    dx.get_by_label("DX事務局の覚え書き").fill("本人が承知しています。")
    presses(dx, "このままにする", hears="このままにしました。")
    presses(dx, "もう一度考える", hears="知らせは、また待っています。")
    staff.goto(f"/people/{cast.staff.id}")
    expect(staff.locator("#words")).to_contain_text(VOUCHED)
    assert ["山田" in text for text in post()].count(True) == 1  # there again, once
    staff.goto("/settings/copies")
    staff.get_by_role("link", name="控えを開く").click()
    presses(staff, "この控えを消す", hears="控えを消しました。")


@pytest.mark.parametrize("javascript", [True, False], ids=["swap", "page"])
def test_the_office_and_a_receiver_hear_what_they_decided(open_as, cast, words, javascript):
    staff = open_as("staff", javascript=javascript)
    staff.goto("/cheers")
    staff.get_by_role("link", name=f"{cast.colleague.name}さんの応援を受け取らない").click()
    presses(staff, "受け取らない", hears="相手には伝わりません。")
    presses(staff, "また受け取る", hears="この人の応援を、また受け取ります。")

    colleague = open_as("colleague", javascript=javascript)
    colleague.goto("/cheers")
    colleague.get_by_role("button", name="を取り消す").or_(
        colleague.get_by_role("button", name=f"{cast.staff.name}さんへの応援")
    ).first.click()
    expect(colleague.locator("body")).to_contain_text("応援を取り消しました。")

    dx = open_as("dx", javascript=javascript)
    dx.goto(f"/office/sealed?q={cast.colleague.name}")
    dx.get_by_role("link", name=re.compile("理由を書いて開く")).click()
    dx.get_by_label("開く理由").fill("受け取った本人から相談がありました。")
    dx.get_by_role("button", name="記録して開く").click()
    expect(dx.locator("main")).to_contain_text(CHEERED)
    dx.goto("/office/consultation")
    dx.get_by_label("窓口の名前").fill("職員相談室")
    dx.get_by_label("電話").fill("059-000-0000")
    presses(dx, "保存する", hears="相談窓口を保存しました。")
    dx.get_by_label("日数").fill("30")
    presses(dx, "日数を保存する", hears="封をした言葉の期間を保存しました。")
