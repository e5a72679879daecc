"""Whoever cannot see the page hears what each form did: after a swap, and on a new page; with and
without JavaScript."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from threading import Event

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import func, select, update

from app.clock import now
from app.config import Config
from app.identity import invitations
from app.jobs.handling import Worker
from app.jobs.kinds import HANDLERS
from app.jobs.models import JobState
from app.jobs.starting import start
from app.jobs.working import work
from app.mail_server import read_mail_server
from app.notices.letter_wishes import sign_stop
from app.notices.models import Notice
from app.slack.posts.models import PostState, SlackPost
from app.studio import beginning
from app.studio.models import DraftRevision
from challenges.calendar import day_of
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign
from challenges.outbox import Delivery, DeliveryState, Fact
from challenges.people import consents, roles
from challenges.people.accounts import account
from challenges.people.models import Membership, Person
from challenges.recognition import endorsing
from challenges.recognition.pulse import quarter_of
from challenges.recognition.pulse_models import PulseWords
from challenges.submissions import habits, submitting, withdrawing
from challenges.submissions.models import Completion, Submission
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import CampaignState, Consent, Role
from tests.app.figures import JULY_CHALLENGES, take
from tests.app.web.pages.studio.conftest import WHOLE
from tests.journeys.hearing import before_sending, heard

pytestmark = pytest.mark.journey

SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["swap", "page"])
NOT_A_FORM = {
    "submissions.moved_claims": "leads a form of an older page on",
    "api.imports": "is for programs",
    "disclosure.take": "answers with a file, and the page stays",
}


@pytest.fixture
def config(config: Config) -> Config:
    """Of an installation with a mail server. Nothing is sent to it."""
    server = read_mail_server("smtp://127.0.0.1:9", "stepup@pref.example.jp")
    return replace(config, mail_server=server)


WORDS = {
    "words.report",
    "words.keep_copy",
    "copies.delete",
    "silences.silence",
    "silences.end",
    "reports.mask",
    "reports.lift",
    "reports.let_stand",
    "reports.reopen",
    "reports.open_seal",
    "reports.enter_desk",
    "reports.enter_kept_days",
}
"""Heard in test_words_masked.py."""


class Listener:
    """Sends forms on one page and remembers which addresses were tried."""

    def __init__(self, page: Page, app: Flask) -> None:
        self.page, self.endpoints, self.failures = page, set(), []
        self._urls = app.url_map.bind("localhost")
        page.on("request", self._note)
        page.on("dialog", lambda dialog: dialog.accept())

    def _note(self, request) -> None:
        if request.method == "POST":
            path = "/" + request.url.split("/", 3)[3].partition("?")[0]
            self.endpoints.add(self._urls.match(path, method="POST")[0])

    def hears(self, sentence: str, *, after: Callable[[], object]) -> None:
        """Send a form by ``after``; the sentence is heard."""
        before_sending(self.page)
        after()
        self.page.get_by_text(sentence).first.wait_for(state="attached")
        told = ""
        for _look in range(40):  # the focus follows the text at once, but not in the same moment
            told = heard(self.page)
            if sentence in told:
                return
        self.failures.append(f"{self.page.url}: {sentence!r} is not in {told!r}")

    def presses(self, name: str, *, within: str = "main", hears: str) -> None:
        """Press the first visible button of that name."""
        named = self.page.locator(within).get_by_role("button", name=name)
        button = named.locator("visible=true").first
        button.wait_for()  # or the page that is still on its way would be the one remembered
        self.hears(hears, after=button.click)


@pytest.fixture
def listen(open_as, app) -> Callable[..., Listener]:
    return lambda who, javascript: Listener(open_as(who, javascript=javascript), app)


STAFF = {
    "submissions.submit",
    "submissions.record_day",
    "submissions.finish_habit",
    "submissions.remove_day",
    "submissions.withdraw",
    "submissions.revise",
    "submissions.hand_in_quiz",
    "completions.withdraw",
    "completions.choose_readers",
    "put_asides.put",
    "put_asides.throw_away",
}
CAMPAIGNS = {
    "campaigns.join_board",
    "campaigns.leave_board",
    "campaigns.nominate",
    "campaigns.withdraw_nomination",
}
CHEERS = {
    "cheers.give",
    "cheers.take_back",
    "cheers.thank",
    "cheers.choose_readers",
}
SETTINGS = {
    "settings.consents",
    "settings.remove_posts",
    "settings.pause",
    "settings.resume",
    "settings.password",
    "sign_in.language",
    "sign_in.enter",
    "settings.end_sign_in",
    "settings.end_other_sign_ins",
    "sign_in.sign_out",
    "sign_in.accept_invitation",
}
NOTICES = {
    "notices.open_one",
    "notices.read_all",
    "notice_settings.save",
}
LETTERS = {
    "letters.want",
    "letters.stop",
    "letters.unsubscribe",
    "forgotten.ask",
}
PULSE = {
    "pulse.answer",
    "pulse.skip",
    "pulse.ask_after_all",
    "pulse.decide_on_words",
    "overlooked.choose",
    "overlooked.dismiss",
}
TEAM = {
    "team.accept",
    "team.ask",
    "team.accept_all",
    "team.withdraw_acceptances",
    "team.endorse",
    "team.reword",
    "mirror.dismiss",
    "team.withdraw",
    "deputies.name_deputy",
    "deputies.end_deputy",
}
OFFICE = {
    "office.void",
    "office.restore",
    "office.retry_everything",
    "office.retry_delivery",
    "office.retry_post",
    "office.retry_job",
    "office.cancel_job",
    "about.enter_basis",
    "units.set_site",
    "successions.add",
    "successions.remove",
    "projects.edit",
    "programs.make_token",
    "programs.revoke_token",
    "programs.enter_terms",
}
STUDIO = {
    "studio_new.create",
    "studio_edit.save",
    "studio_edit.undo",
    "studio_edit.choose_words",
    "studio_manage.set_people",
    "studio_approval.submit",
    "studio_approval.withdraw",
    "studio_approval.hand_back",
    "studio_approval.approve",
    "studio_approval.reword",
    "studio_manage.set_board",
    "studio_manage.set_shows_units",
    "studio_manage.stop",
    "studio_manage.archive",
    "studio_pauses.begin",
    "studio_pauses.end",
}

DASHBOARD = {
    "statements.begin",
    "statements.save",
    "statements.submit",
    "statements.approve",
    "statements.hand_back",
    "statements.withdraw",
}
DASHBOARD_IMPORTS = {
    "measure_imports.look_over",
    "measure_imports.begin",
    "measure_imports.cancel",
    "measure_imports.undo",
}
RETENTION = {"retention.change"}
DISCLOSURE = {"disclosure.begin", "disclosure.remove"}
AFTERWARDS = {"campaign_live.send_nudge", "campaign_report.save"}


def test_every_form_is_listened_to(app):
    """A new form joins one of the journeys below, and the set above it."""
    posts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in rule.methods}
    listened = STAFF | CAMPAIGNS | SETTINGS | TEAM | OFFICE | STUDIO | DASHBOARD | AFTERWARDS
    listened |= DASHBOARD_IMPORTS | CHEERS | PULSE | NOTICES | LETTERS | RETENTION | WORDS
    listened |= DISCLOSURE
    assert posts - NOT_A_FORM.keys() == listened


def submit(session, catalogue, person, slug, words="週の連絡会を投稿に替えました"):
    challenge = catalogue.by_slug[slug]
    step, version = challenge.steps[0], challenge.version
    submitting.submit(
        session,
        person_id=person.id,
        step=step,
        version=version,
        evidence=Evidence(words),
        at=now(),
    )


def taken_back(session, step, first):
    """A habit whose days stand, because its completion was withdrawn."""
    for ago in range(step.days):
        habits.record_day(
            session,
            person_id=first.person_id,
            step=step,
            version=1,
            day=day_of(now()) - timedelta(days=ago),
            reflection="また開いてみました。",
            at=now(),
        )
    done = session.scalars(select(Completion).where(Completion.step_id == step.id)).one()
    withdrawing.withdraw(session, done, by_id=first.person_id, at=now())


@SCRIPTS
def test_staff_hear_what_became_of_their_steps(
    listen, session, cast, catalogue, step_of, climb, javascript
):
    submit(session, catalogue, cast.staff, "meeting-as-post")
    taken_back(session, step_of("open-up-dm", 2), climb(cast.staff, "open-up-dm"))
    session.commit()
    one = listen("staff", javascript)
    page = one.page
    page.goto("/challenges/first-hello")
    page.fill("#reflection-1", "朝のひとこと")
    one.presses("下書きを残す", hears="下書きを残しました。")
    one.presses("下書きを消す", hears="書きかけの記録を消しました。")
    page.fill("#reflection-1", "朝のひとことを書きました")
    one.presses("やってみた", hears="の石を置きました。")
    page.goto("/challenges/first-hello")
    one.presses("ひとことも見せる", hears="ひとことを見せることにしました。")
    one.presses("ひとことをもう見せない", hears="ひとことは、もう見えません。")
    page.fill("#reflection-2", "二回目のひとこと")
    one.presses("この日を記録する", hears="の分を記録しました。")
    one.presses("の記録を消す", hears="の記録を消しました。")
    page.goto("/challenges/first-hello")
    page.get_by_role("link", name="この達成を取り下げる").click()
    one.presses("取り下げる", hears="達成を取り下げました。")
    page.goto("/challenges/open-up-dm")
    one.presses("日で達成に戻す", hears="の石を置きました。")
    page.goto("/challenges/meeting-as-post")
    one.presses("書き直す", hears="書き直せるようにしました。")
    page.goto("/challenges/ask-when-stuck")
    page.evaluate("document.querySelector('#step-1 form').noValidate = true")
    page.fill("#link-1", "https:// ")
    page.fill("#reflection-1", "聞けました")
    one.presses("やってみた", hears="https:// か http://")
    page.goto("/challenges/dx-words/quiz")
    for group in page.locator("fieldset").all():
        group.locator("input").first.check()
    one.presses("答え合わせをする", hears="問中")
    page.goto("/challenges/good-failure")
    one.presses("あとでやる", hears="「あとで」に入れました。")
    one.presses("「あとで」から外す", hears="「あとで」から外しました。")
    assert one.failures == []
    assert one.endpoints - {"sign_in.enter"} == STAFF


@SCRIPTS
def test_both_hear_what_became_of_a_cheer(listen, session, cast, climb, javascript):
    consents.set_consent(session, cast.staff, Consent.STEPS, given=True, at=now())
    climb(cast.staff, "first-hello", at=now())
    session.commit()
    one = listen("colleague", javascript)
    one.page.goto(f"/people/{cast.staff.id}")
    one.page.get_by_role("link", name="この一歩を応援する").click()
    one.presses("助かりました", hears="応援を届けました。")
    again = "この応援は、もう届いています。"
    one.presses("助かりました", within=".stampgrid", hears=again)
    one.presses("応援「助かりました」を取り消す", hears="応援を取り消しました。")
    one.presses("ていねい", hears="応援を届けました。")
    other = listen("staff", javascript)
    other.page.goto("/cheers")
    other.presses("ほかの人にも見せる", hears="ほかの人にも見せることにしました。")
    other.presses("自分だけが見る", hears="もうあなただけに見えます。")
    other.page.goto("/")
    other.presses("ありがとうを届ける", hears="「ありがとう」を届けました。")
    assert one.failures + other.failures == []
    assert (one.endpoints | other.endpoints) - {"sign_in.enter"} == CHEERS


@SCRIPTS
def test_the_office_hears_how_long_words_are_kept(listen, javascript):
    one = listen("dx", javascript)
    page = one.page
    page.goto("/office/retention/cheer")
    page.fill("#years", "3")
    page.get_by_role("button", name="何件が消えるかを見る").click()
    one.presses("この期間にする", hears="「応援の言葉」の期間を3年にしました。")
    assert one.failures == []
    assert one.endpoints - {"sign_in.enter"} == RETENTION


@SCRIPTS
def test_the_office_hears_how_far_a_disclosure_is(
    listen, database, tmp_path, monkeypatch, javascript
):
    monkeypatch.setenv("STEPUP_INSTANCE", str(tmp_path))
    one = listen("dx", javascript)
    one.page.goto("/office/disclosure")
    one.page.get_by_label("請求の番号か名前").fill("第12号")
    last_day = one.page.input_value("#last_day")
    one.page.fill("#last_day", "2001-01-01")
    one.presses("CSVに書き出す", hears="終わりの日は、はじめの日より後にしてください。")
    one.page.fill("#last_day", last_day)
    one.presses("CSVに書き出す", hears="書き出しを始めました。")
    one.presses("取りやめる", hears="書き出しを取りやめます。")
    one.page.get_by_label("請求の番号か名前").fill("第13号")
    one.presses("CSVに書き出す", hears="書き出しを始めました。")
    while work(Worker(database=database, handlers=HANDLERS, clock=now), stop=Event()):
        pass
    one.page.goto("/office/disclosure")
    one.presses("いま消す", hears="ファイルを消しました。")
    assert one.failures == []
    assert one.endpoints - {"sign_in.enter"} == DISCLOSURE


@SCRIPTS
def test_staff_hear_what_became_of_their_notices(listen, session, ask_staff, javascript):
    for slug in ("meeting-as-post", "why-the-seal"):
        ask_staff(slug, "どのように進めたのですか。")
    one = listen("staff", javascript)
    page = one.page
    page.goto("/notices")
    page.get_by_role("button", name="その会議、投稿で").click()
    page.wait_for_url("**/challenges/meeting-as-post**")
    assert page.title().startswith("その会議、投稿で"), "a new page is heard by its title"
    page.goto("/notices")
    session.execute(update(Notice).values(withdrawn_at=now()))
    session.commit()
    gone = page.get_by_role("button", name="押印の理由さがし")
    one.hears("このお知らせの元になったことは、取り下げられました。", after=gone.click)
    ask_staff("stop-declaration", "何をやめたのですか。")
    page.goto("/notices")
    one.presses("すべて読んだことにする", hears="すべて読んだことにしました。")
    page.goto("/settings/notices")
    page.get_by_label("自分の時間にする").check()
    page.get_by_label("おわり").fill("")
    one.presses("保存する", hears="時刻を入れてください。")
    page.get_by_label("おわり").fill("06:00")
    one.presses("保存する", hears="お知らせの設定を保存しました。")
    assert one.failures == []
    assert one.endpoints - {"sign_in.enter"} == NOTICES


@SCRIPTS
def test_everybody_hears_what_became_of_mail(listen, visit, app, cast, javascript):
    one = listen("staff", javascript)
    one.page.goto("/settings")
    one.presses("手紙を受け取る", hears="次の週から、手紙を送ります。")
    one.presses("手紙をやめる", hears="手紙をやめました。またいつでも受け取れます。")
    one.presses("手紙を受け取る", hears="次の週から、手紙を送ります。")
    stop = sign_stop(cast.staff.id, secret=app.config["SECRET_KEY"])
    address = f"/letters/unsubscriptions/{stop}"
    stranger = Listener(visit(address, java_script_enabled=javascript), app)
    stranger.presses("手紙をやめる", hears="手紙をやめました。")
    page = stranger.page
    page.goto("/sign-in/forgotten")
    page.evaluate("document.querySelector('main form').noValidate = true")
    stranger.presses("リンクを送る", hears="職員番号かメールアドレスを入れてください。")
    page.fill("#name", "staff")
    page.get_by_role("button", name="リンクを送る").click()
    page.wait_for_url("**/asked")
    assert page.title().startswith("メールを確かめてください"), "a new page is heard by its title"
    assert one.failures == stranger.failures == []
    assert one.endpoints | stranger.endpoints == LETTERS


@SCRIPTS
def test_staff_hear_what_they_decided_in_a_campaign(listen, session, campaign_of, javascript):
    today = day_of(now())
    days = {"first_day": today, "last_day": today + timedelta(days=9)}
    campaign_of(at=now(), **days).has_board = True
    session.commit()
    one = listen("staff", javascript)
    page = one.page
    page.goto("/campaigns/light-meetings/board")
    one.presses("名前を載せる", hears="名前の一覧に載りました。")
    one.presses("名前を外す", hears="名前の一覧から外れました。")
    page.goto("/campaigns/light-meetings")
    page.get_by_text("年度の表彰に、自分で手をあげる").click()
    page.fill("#words", "週の連絡会を投稿に替えました。")
    one.presses("推薦する", hears="推薦を預かりました。")
    one.presses("推薦を取り下げる", hears="推薦を取り下げました。")
    assert one.failures == []
    assert one.endpoints - {"sign_in.enter"} == CAMPAIGNS


@SCRIPTS
def test_everybody_hears_what_they_decided_for_themselves(
    listen, session, cast, config: Config, javascript
):
    link = invitations.invite(
        account(session, cast.colleague.id), secret=config.secret_key, at=now()
    )
    out = {"person_id": cast.staff.id, "message": {}, "ts": "1.1", "state": PostState.POSTED}
    times = {"due_at": now(), "wished_at": now(), "posted_at": now()}
    session.add(SlackPost(key=f"badge:{cast.staff.id}:first-step", **out, **times))
    session.commit()  # a session of a test holds the write lock
    listen("staff", javascript)
    one = listen("staff", javascript)
    page = one.page
    page.goto("/settings")
    one.presses("保存する", hears="見える範囲を保存しました。")
    one.presses("をSlackから消す", hears="件の投稿を、Slackから消します。")
    one.presses("参加を一時停止する", hears="一時停止")
    one.presses("再開する", hears="おかえりなさい。")
    for field, text in (("present", "違います"), ("password", "x"), ("again", "x")):
        page.fill(f"#{field}", text)
    one.presses("パスワードを変える", hears="いまのパスワードが違うようです。")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.title().endswith("Step-Up"), "a new page is heard by its title"
    page.get_by_role("button", name="日本語").click()
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    page.goto("/settings")
    elsewhere = page.locator("form[action^='/settings/sign-ins/'] button[aria-label]").first
    one.hears("その端末でサインアウトしました。", after=elsewhere.click)
    one.presses(
        "ほかの端末すべてでサインアウトする", hears="ほかのすべての端末でサインアウトしました。"
    )
    sign_out = page.locator("main form[action='/sign-out'] button")
    one.hears("サインアウトしました。", after=sign_out.click)
    page.fill("#name", "staff")
    page.fill("#password", "違います")
    enter = page.locator("main button[type=submit]")
    one.hears("パスワードが違うようです。", after=enter.click)
    page.goto(f"/invitations/{link}")
    page.fill("#password", "momiji no hashi wo watatte kaeru")
    page.fill("#again", "べつのことば")
    one.hears("二つのパスワードが同じではありません。", after=enter.click)
    assert one.failures == []
    assert one.endpoints == SETTINGS


@SCRIPTS
def test_a_manager_hears_what_became_of_the_queue(
    listen, session, cast, catalogue, climb, javascript
):
    for person in (cast.staff, cast.colleague):
        for slug in ("meeting-as-post", "why-the-seal"):
            submit(session, catalogue, person, slug)
    consents.set_consent(session, cast.staff, Consent.STEPS, given=True, at=now())
    climb(cast.staff, "first-hello", at=now())
    session.commit()
    one = listen("manager", javascript)
    page = one.page
    page.goto("/team")
    one.presses("一歩を確認する", hears="の一歩を確認しました。")
    one.presses("確認を取り消す", hears="1件の確認を取り消しました。")
    page.locator("summary", has_text="聞く").first.click()
    page.get_by_label("質問").first.fill("なぜ")
    one.presses("聞いてみる", hears="質問を5文字から400文字で書いてください。")
    page.get_by_label("質問").first.fill("どの会議を替えたのですか。")
    one.presses("聞いてみる", hears="さんに聞きました。")
    session.expire_all()
    gone = session.scalars(select(Submission).where(Submission.state == "WAITING")).first()
    gone.state = "WITHDRAWN"
    session.commit()
    one.presses("件を確認する", hears="1件が先に動いていたので、まだどれも確認していません。")
    page.get_by_role("link", name="お墨付きを贈る").first.click()
    page.locator("#recent textarea").fill("みんなの前での一声、心強かったです。")
    one.presses(
        "お墨付きを贈る", within="#recent", hears="どこが良かったかを、一つ以上選んでください。"
    )
    page.locator("#recent").get_by_label("地道さ").check()
    one.presses("お墨付きを贈る", within="#recent", hears="さんにお墨付きを贈りました。")
    page.get_by_role("link", name="お墨付きの言葉を直す").click()
    page.locator("#recent textarea").fill("みんなの前での一声が、いちばん良かったです。")
    one.presses("言葉を直す", within="#recent", hears="お墨付きの言葉を直しました。")
    one.presses("へのお墨付きを取り下げる", hears="お墨付きを取り下げました。")
    page.locator("#deputies summary").click()
    page.get_by_label("代理の人の職員番号").fill("だれか")
    one.presses(
        "代理をお願いする", within="#deputies form", hears="この職員番号の人は見つかりません。"
    )
    page.get_by_label("代理の人の職員番号").fill("colleague")
    one.presses(
        "代理をお願いする", within="#deputies form", hears="山本 樹さんに代理をお願いしました。"
    )
    one.presses("山本 樹さんの代理を終える", hears="代理を終えました。")
    page.goto("/team/mirror")
    one.presses("今週は出さない", hears="今週は、もう出しません。")
    assert one.failures == []
    assert one.endpoints - {"sign_in.enter"} == TEAM


@pytest.fixture
def stopped(session, cast, climb):
    """A completion, and stopped things of each kind."""
    done = climb(cast.staff, "first-hello", at=now())
    fact = session.scalars(select(Fact)).first()
    for subscriber in ("badges", "slack"):
        session.add(
            Delivery(
                fact_id=fact.id, subscriber=subscriber, state=DeliveryState.PARKED, due_at=now()
            )
        )
    for number in range(2):
        session.add(
            SlackPost(
                key=f"badge:{cast.staff.id}:made-up-{number}",
                person_id=cast.staff.id,
                message={},
                state=PostState.PARKED,
                due_at=now() + timedelta(seconds=number),
                wished_at=now(),
                last_error="not_in_channel",
            )
        )
    job = start(session, "recount", {}, "a", at=now(), asked_by_id=cast.dx.id, total=20)
    job.state = JobState.PARKED
    session.commit()
    return done


@SCRIPTS
def test_the_dx_office_hears_what_it_did(listen, stopped, javascript):
    one = listen("dx", javascript)
    page = one.page

    def row(words):
        return page.locator("#stuck tr", has_text=words).get_by_role("button").first.click

    page.goto("/office")
    one.hears("もう一度試します。", after=row("段の達成"))
    one.hears("もう一度試します。", after=row("バッジの授与"))
    one.presses("をすべてもう一度試す", hears="2件をもう一度試します。")
    one.presses("もう一度試す", within="#jobs", hears="もう一度試します。")
    one.presses("取りやめる", within="#jobs", hears="作業を取りやめます。")
    page.goto(f"/office/completions/{stopped.id}")
    page.get_by_text("この達成を取り消す").click()
    page.get_by_label("本人に伝わる理由").fill("短い")
    one.presses("取り消す", hears="本人に伝わる理由を5文字から400文字で書いてください。")
    page.get_by_label("本人に伝わる理由").fill("同じ記録が二つありました")
    one.presses("取り消す", hears="取り消しました。いつでも元に戻せます。")
    one.presses("元に戻す", hears="元に戻しました。")
    page.goto("/office/units")
    one.presses("保存", hears="を保存しました。")
    page.goto("/office/units/successions")
    page.get_by_label("前の所属").fill("農林部/森林課")
    page.get_by_label("引き継いだ所属").fill("デジタル部/改革課")
    page.get_by_label("引き継いだ日").fill("2026-04-01")
    one.presses("登録する", hears="引き継ぎを登録しました。")
    one.presses("取り消す", hears="引き継ぎを取り消しました。")
    page.goto("/office/projects/learning")
    page.get_by_label("初日").fill("")
    one.presses("保存する", hears="を保存しました。")
    page.goto("/office/promise")
    page.get_by_label("要領などの名前", exact=True).fill("DX推進要領")
    one.presses("保存する", hears="約束の根拠を保存しました。")
    page.goto("/office/tokens")
    page.get_by_label("何に使うか").fill("印刷量を毎月送る")
    page.get_by_label("計測値のファイルを送る").check()
    page.get_by_label("使う日数").select_option("30")
    one.presses("トークンをつくる", hears="新しいトークンができました。")
    one.presses("「印刷量を毎月送る」を取り消す", hears="を取り消しました。")
    page.goto("/office/open-data")
    page.get_by_label("問い合わせ先", exact=True).fill("デジタル改革課")
    one.presses("保存する", hears="データカタログに書きました。")
    assert one.failures == []
    assert one.endpoints - {"sign_in.enter"} == OFFICE


@pytest.fixture
def designed(session, cast):
    """A whole draft of dx's, and a second person of the DX office."""
    roles.grant_role(session, cast.colleague, Role.DX_OFFICE, at=now())
    definition = CampaignDefinition.model_validate(WHOLE)
    campaign = beginning.begin(session, definition, by_id=cast.dx.id, at=now())
    session.commit()
    return f"/office/campaigns/{campaign.slug}"


@SCRIPTS
def test_the_designers_hear_what_became_of_a_campaign(listen, designed, session, javascript):
    one, other = listen("dx", javascript), listen("colleague", javascript)
    page, second = one.page, other.page
    page.goto("/office/campaigns/new")
    one.presses("白紙から始める", hears="名前を書いてください。あとで変えられます。")
    page.get_by_label("名前").fill("カイゼン月間")
    one.presses("白紙から始める", hears="下書きができました。")
    page.goto(f"{designed}/edit")
    page.get_by_label("はじめの日").fill("")
    page.get_by_label("みんなの目あて").fill("たくさん")
    one.presses("「いつ」を残す", hears="目あては、1以上の数で書いてください。")
    page.goto(f"{designed}/edit")
    page.get_by_label("合いことば", exact=True).fill("一枚")
    one.presses("「なにを」を残す", hears="残しました。")
    one.presses("一つ前に戻す", hears="一つ前に戻しました。")
    # The save before the undo; what is saved as it is typed counts too.
    saves = select(func.max(DraftRevision.number)).join(Campaign).where(Campaign.slug == "kaizen")
    newest = session.scalar(saves)
    session.rollback()
    page.goto(f"{designed}/changes/{newest - 1}")
    one.presses("後の言葉にする", hears="言葉を選び直しました。")
    page.goto(f"{designed}/edit?person=浜口")
    one.presses("浜口 汐里さんを担当にする", hears="担当を保存しました。")
    page.goto(f"{designed}/approval")
    page.get_by_label("気になるところがあっても、このまま進める訳").fill("このまま進めます")
    one.presses("承認を依頼する", hears="承認を依頼しました。")
    one.presses("依頼を取り下げる", hears="依頼を取り下げました。")
    page.goto(f"{designed}/approval")
    page.get_by_label("気になるところがあっても、このまま進める訳").fill("このまま進めます")
    one.presses("承認を依頼する", hears="承認を依頼しました。")
    second.goto(f"{designed}/approval")
    second.locator("summary", has_text="差し戻す").click()
    other.presses("差し戻す", hears="ひとこと書いてください。出した人が読みます。")
    second.get_by_label("出した人へのひとこと").fill("趣旨を短く")
    other.presses("差し戻す", hears="差し戻しました。")
    page.goto(f"{designed}/approval")
    page.get_by_label("気になるところがあっても、このまま進める訳").fill("このまま進めます")
    one.presses("承認を依頼する", hears="承認を依頼しました。")
    second.goto(f"{designed}/approval")
    other.presses("承認して公開する", hears="公開しました。")
    page.goto(f"{designed}/edit")
    page.get_by_label("合いことば", exact=True).fill("別の言葉")
    one.presses("「なにを」を残す", hears="残しました。")
    page.goto(f"{designed}/approval")
    one.presses("公開する", hears="文言を直して公開しました。")
    for label in ("一覧を出す", "職員にも見せる", "早めに終える"):
        page.goto(f"{designed}/manage")
        page.locator("summary", has_text=label).click()
        page.locator("[open] textarea").fill("やってみます")
        one.presses(label, within="main [open]", hears="保存しました。職員の読む記録にも残ります。")
    one.presses("しまう", hears="しまいました。")
    page.goto("/office/pauses?try=1&where=all")
    page.get_by_label("理由").fill("大雨のため")
    one.presses("休止を始める", hears="休止を記録しました。")
    one.presses("この日で終える", hears="休止を終えました。")
    assert one.failures == other.failures == []
    assert (one.endpoints | other.endpoints) - {"sign_in.enter"} == STUDIO


@SCRIPTS
def test_the_office_hears_what_became_of_its_words(listen, campaign_of, session, javascript):
    july = campaign_of(challenges=JULY_CHALLENGES, channel="C0MEETINGS", state=CampaignState.CLOSED)
    take(session, july, date(2026, 7, 14), now())
    session.commit()
    one = listen("dx", javascript)
    one.page.goto("/office/campaigns/light-meetings/nudge")
    one.page.get_by_role("button", name="送る前に確かめる").click()
    one.presses("Slackに送る", hears="Slackに送ります。")
    one.page.goto("/office/campaigns/light-meetings/report")
    one.page.get_by_label("わかったこと").fill("朝の連絡会が続きました。")
    one.presses("保存する", hears="報告を保存しました。")
    assert one.failures == []
    assert one.endpoints - {"sign_in.enter"} == AFTERWARDS


@SCRIPTS
def test_the_office_hears_what_became_of_the_dashboard(listen, designed, javascript):
    one, other = listen("dx", javascript), listen("colleague", javascript)
    page, second = one.page, other.page
    page.goto("/office/dashboard/new/headline")
    page.get_by_label("見出し（日本語）").fill("二つ良くなりました。")
    one.presses("下書きを置く", hears="下書きを置きました。")
    draft = page.url
    one.presses("承認を依頼する", hears="ここを書いてください。")
    page.get_by_label("どの月のことですか").fill("2026-06")
    page.get_by_label("見出し（英語）").fill("Two got better.")
    one.presses("下書きを置く", hears="下書きを保存しました。")
    for answer in ("差し戻す", "承認して載せる"):
        page.goto(draft)
        one.presses("承認を依頼する", hears="承認を依頼しました。")
        second.goto(draft)
        if answer == "差し戻す":
            second.locator("summary", has_text=answer).click()
            second.get_by_label("出した人へのひとこと").fill("母数も書きましょう")
            other.presses(answer, hears="差し戻しました。")
        else:
            other.presses(answer, hears="承認しました。")
    page.goto("/office/dashboard/new/headline")
    one.presses("下書きを置く", hears="下書きを置きました。")
    one.presses("この下書きを取り下げる", hears="下書きを取り下げました。")
    assert one.failures == other.failures == []
    assert (one.endpoints | other.endpoints) - {"sign_in.enter"} == DASHBOARD


@SCRIPTS
def test_the_office_hears_what_became_of_a_file(listen, database, javascript):
    one = listen("dx", javascript)
    page = one.page

    def hand_in(text, hears):
        page.goto("/office/dashboard/imports")
        file = {"name": "指標.csv", "mimeType": "text/csv", "buffer": text.encode("cp932")}
        page.get_by_label("CSVかExcelのファイル").set_input_files(file)
        one.presses("中身を確かめる", hears=hears)

    hand_in("指標,月,値\ncopier-pages,5月,114\n", "1件を直すと、取り込めます。")
    good = "指標,月,値\ncopier-pages,2026-05,114\n"
    hand_in(good, "1件の値を読みました。")
    one.presses("取り込む", hears="取込みを始めました。")
    one.presses("取込みをやめる", hears="取りやめました。何も載っていません。")
    hand_in(good, "1件の値を読みました。")
    one.presses("取り込む", hears="取込みを始めました。")
    address = page.url
    while work(Worker(database=database, handlers=HANDLERS, clock=now), stop=Event()):
        pass
    page.goto(address)
    page.locator("summary", has_text="この取込みを取り消す").click()
    one.presses("取り消す", hears="取り消す理由を5文字から400文字で書いてください。")
    page.get_by_label("取り消す理由").fill("別の年の表でした")
    one.presses("取り消す", hears="取り消しました。")
    assert one.failures == []
    assert one.endpoints - {"sign_in.enter"} == DASHBOARD_IMPORTS


@SCRIPTS
def test_the_pulse_and_whom_one_may_overlook(listen, session, cast, climb, javascript):
    at = now()
    for n in range(10):
        person = Person(employee_number=f"c{n}", name=f"職員 {n}", kana="")
        session.add(person)
        session.flush()
        joined = day_of(at) - timedelta(days=400)
        session.add(Membership(person_id=person.id, unit_id=cast.section.id, valid_from=joined))
    before = quarter_of(quarter_of(day_of(at)) - timedelta(days=1))
    for key, words in (("a" * 32, "安心できた"), ("b" * 32, "名前のある言葉")):
        session.add(PulseWords(key=key, quarter=before, words=words, is_read=False))
    session.commit()
    one = listen("staff", javascript)
    one.page.goto("/pulse")
    one.page.get_by_text("とてもそう思う").click()
    one.presses("無記名で送る", hears="だれの答えかは、だれにも分かりません。")
    one.page.goto("/settings")
    one.page.get_by_label("わたしのことは知らせない").check()
    form = one.page.locator("form[action='/settings/suggestions']")
    one.hears("保存しました。", after=form.get_by_role("button").click)
    office = listen("dx", javascript)
    office.page.goto("/office/pulse")
    office.presses("名前はない。見せる", hears="県庁全体に見せることにしました。")
    office.presses("だれか分かる。消す", hears="消しました。")
    office.presses("届けない", hears="問いをお休みします。")
    office.presses("やはり届ける", hears="問いを届けます。")
    assert one.failures == office.failures == []
    found = (one.endpoints | office.endpoints) - {"sign_in.enter"}
    assert found == PULSE - {"overlooked.dismiss"}


@SCRIPTS
def test_a_manager_wants_no_suggestion_this_week(listen, session, cast, climb, javascript):
    then = now() - timedelta(days=60)
    for person in (cast.staff, cast.colleague, cast.deputy):
        consents.set_consent(session, person, Consent.STEPS, given=True, at=then)
        for slug in ("first-hello", "give-back-15", "good-failure", "why-the-seal", "dx-words"):
            done = climb(person, slug, at=then)
            words = "手順が分かりやすく、助かりました。"
            if person is not cast.staff:
                endorsing.endorse(
                    session,
                    done,
                    by_id=cast.manager.id,
                    words=words,
                    kinds=["STEADINESS"],
                    at=now(),
                )
    session.commit()
    one = listen("manager", javascript)
    one.page.goto("/team/overlooked")
    one.presses("今週は出さない", hears="今週は、もう出しません。")
    assert one.failures == []
    assert one.endpoints - {"sign_in.enter"} == {"overlooked.dismiss"}


def test_a_search_says_what_it_found_while_the_focus_stays(listen):
    one = listen("staff", javascript=True)
    one.page.goto("/challenges")
    one.hears("件のチャレンジ", after=lambda: one.page.fill("#q", "会議"))
    assert one.page.evaluate("document.activeElement.id") == "q"
    assert one.failures == []
