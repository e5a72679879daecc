"""A manager's page: who waits, what people did lately, who stands in."""

import re
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.web.pages.team_page import in_words, short_day, short_names
from challenges.calendar import day_of, noon_of, working_days_before
from challenges.errors import AlreadyDecided
from challenges.outbox import Fact
from challenges.people import consents
from challenges.people.models import Membership, Person, Unit
from challenges.recognition import endorsing
from challenges.recognition.models import Endorsement
from challenges.submissions import overdue, reviewing, submitting, totals, withdrawing
from challenges.submissions.models import Completion, Submission
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import Consent, DecidedHow, MembershipKind, SubmissionState

GOOD = "手順を残したので、次の人が助かります。"


@pytest.fixture
def now():
    return datetime.now(UTC)


@pytest.fixture
def submission(session, step_of, now):
    """``submission(person)``: the id of a submission that waits since an hour, or since ``at``."""

    def make(person, *, slug="meeting-as-post", words="会議を投稿に替えました", link=None, at=None):
        step = step_of(slug)
        evidence, version = Evidence(reflection=words, link=link), step.challenge.version
        at = at or now - timedelta(hours=1)
        submitting.submit(
            session, person_id=person.id, step=step, version=version, evidence=evidence, at=at
        )
        session.commit()
        waiting = select(Submission.id).where(
            Submission.person_id == person.id, Submission.step_id == step.id
        )
        return session.scalars(waiting.order_by(Submission.id.desc()).limit(1)).one()

    return make


@pytest.fixture
def step(session, climb, now):
    """``step(person)``: the id of a completion of somebody who lets it be seen."""

    def make(person, slug="first-hello"):
        consents.set_consent(session, person, Consent.STEPS, given=True, at=now)
        completion = climb(person, slug, at=now - timedelta(hours=2))
        session.commit()
        return completion.id

    return make


@pytest.fixture
def state_of(session):
    def look(submission_id):
        session.expire_all()
        return session.get_one(Submission, submission_id).state

    return look


def partial(target):
    return {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": target}


def count(session, column):
    session.expire_all()
    return session.scalar(select(func.count(column)))


# Who may come in.


@pytest.mark.parametrize("who", ["manager", "deputy", "outsider"])
def test_managers_and_deputies_come_in(as_, cast, who):
    assert as_(getattr(cast, who)).get("/team").status_code == 200


@pytest.mark.parametrize("who", ["staff", "colleague", "dx"])
def test_others_are_told_for_whom_the_page_is(as_, cast, who):
    answer = as_(getattr(cast, who)).get("/team")
    assert answer.status_code == 403
    assert "チームのページは、管理職と代理の人のためのものです。" in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/team"),
        ("post", "/submissions/1/acceptances"),
        ("post", "/submissions/1/questions"),
        ("post", "/submissions/acceptances"),
        ("post", "/completions/acceptance-withdrawals"),
        ("post", "/completions/1/endorsements"),
        ("post", "/endorsements/1/withdrawals"),
        ("post", "/deputies"),
        ("post", "/deputies/1/endings"),
    ],
)
def test_a_stranger_is_shown_the_door(client, method, path):
    answer = getattr(client, method)(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


@pytest.mark.parametrize(
    "path",
    [
        "/submissions/999/acceptances",
        "/submissions/99999999999999999999/questions",
        "/completions/0/endorsements",
        "/endorsements/999/withdrawals",
        "/deputies/999/endings",
    ],
)
def test_what_is_not_there_is_said_in_words(as_, cast, path):
    answer = as_(cast.manager).post(path)
    assert answer.status_code == 404
    assert "そのページは見つかりません" in answer.text


def test_an_address_of_a_form_is_not_a_page(as_, cast):
    assert as_(cast.manager).get("/submissions/1/acceptances").status_code == 405


# What the page says.


def test_nobody_waits_and_the_page_invites(as_, cast):
    text = as_(cast.manager).get("/team").text
    assert "待っている人はいません。" in text
    assert "みんなに返事が届いています" in text


@pytest.mark.parametrize(
    ("submissions", "heading"),
    [
        ([1], "一人が待っています。"),
        ([2], "一人が待っています。（二件）"),
        ([1, 1], "二人が待っています。"),
        ([2, 1], "二人が待っています。（三件）"),
    ],
)
def test_the_heading_says_how_many_people_wait_and_with_how_many_claims(
    as_, cast, submission, submissions, heading
):
    for person, number in zip((cast.staff, cast.colleague), submissions, strict=False):
        for slug in ("meeting-as-post", "why-the-seal")[:number]:
            submission(person, slug=slug)
    assert f"<h1>{heading}</h1>" in as_(cast.manager).get("/team").text


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (3, "三"), (10, "十"), (11, "11"), (60, "60")]
)
def test_numbers_up_to_ten_are_written_as_words(app, number, words):
    with app.test_request_context():
        assert in_words(number) == words


def test_in_english_numbers_are_figures(as_, cast, submission, session):
    cast.manager.language = "en"
    submission(cast.staff)
    submission(cast.colleague)
    assert "二" not in as_(cast.manager).get("/team").text


def test_a_card_shows_who_what_and_the_words(as_, cast, submission, now):
    submission(cast.staff, link="https://example.jp/notes?a=1&b=2")
    text = as_(cast.manager).get("/team").text
    assert "浜口 汐里さん" in text
    assert "その会議、投稿で" in text
    assert "会議を投稿に替えました" in text
    assert (
        'href="https://example.jp/notes?a=1&amp;b=2" target="_blank" rel="noopener noreferrer"'
        in text
    )
    assert "（新しいタブ）" in text


@pytest.mark.parametrize("waits", range(8))
def test_a_card_says_the_day_on_which_the_clock_will_accept_it(
    as_, cast, submission, session, now, waits
):
    """For how the days are counted around weekends and holidays see test_reviewing."""
    made = noon_of(working_days_before(day_of(now), waits))
    submission(cast.staff, at=made)
    due = overdue.due_on(made)
    sentence = (
        f"{due.month}月{due.day}日に自動で達成になります。"
        if due > day_of(now)
        else "まもなく自動で達成になります。"
    )
    assert sentence in as_(cast.manager).get("/team").text
    assert overdue.accept_overdue(session, at=now) == (due <= day_of(now))


@pytest.mark.parametrize(("language", "day"), [("ja", "12月4日"), ("en", "4 December")])
def test_a_day_soon_is_said_without_its_year(app, language, day):
    with app.test_request_context(headers={"Accept-Language": language}):
        assert short_day(date(2026, 12, 4)) == day


@pytest.mark.parametrize(
    ("language", "label"), [("ja", "浜口さんの一歩を受けとめる"), ("en", "Accept 浜口 汐里’s step")]
)
def test_the_button_names_whose_step_it_accepts(as_, cast, submission, language, label):
    cast.manager.language = language
    submission(cast.staff)
    assert f"</svg>{label}</button>" in as_(cast.manager).get("/team").text


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["浜口 汐里", "山本 樹"], ["浜口", "山本"]),
        (["浜口 汐里", "浜口 汐里"], ["浜口", "浜口"]),
        (["山本 樹", "山本 花", "浜口 汐里"], ["山本 樹", "山本 花", "浜口"]),
        (["Kim", "職員\u300001"], ["Kim", "職員"]),
    ],
)
def test_people_are_called_by_the_family_name_unless_two_share_it(app, names, short):
    with app.test_request_context(headers={"Accept-Language": "ja"}):
        called = short_names(names)
    assert [called[name] for name in names] == short


def test_a_card_tells_what_was_asked_before(as_, cast, submission):
    as_(cast.manager).post(
        f"/submissions/{submission(cast.staff)}/questions", data={"question": "どの会議でしたか。"}
    )
    submission(cast.staff, words="月曜の連絡会です")
    text = as_(cast.manager).get("/team").text
    assert "前に聞いたこと" in text
    assert "どの会議でしたか。" in text
    assert "月曜の連絡会です" in text


def test_what_a_person_wrote_stays_text(as_, cast, submission, session):
    cast.staff.name = "<b>浜口</b>"
    submission(cast.staff, words="<script>alert(1)</script>\"'><img src=x onerror=alert(2)>")
    text = as_(cast.manager).get("/team").text
    assert "<script>alert(1)" not in text
    assert "<img src=x" not in text
    assert "<b>浜口" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_a_link_that_would_run_something_is_never_a_link(as_, cast, submission, session):
    """The form refuses it; were it in the database all the same, the page would still not make it a
    link."""
    submission_id = submission(cast.staff)
    session.get_one(Submission, submission_id).link = "javascript:alert(1)"
    session.commit()
    assert "javascript:" not in as_(cast.manager).get("/team").text


# Accepting.


@pytest.mark.parametrize("who", ["manager", "deputy"])
def test_accepted_is_a_step_and_the_page_says_what_happens_now(
    as_, cast, submission, session, state_of, who
):
    submission_id, browser = submission(cast.staff), as_(getattr(cast, who))
    answer = browser.post(f"/submissions/{submission_id}/acceptances")
    assert (answer.status_code, answer.location) == (303, "/team")
    text = browser.get("/team").text
    assert "浜口 汐里さんの一歩を受けとめました。申請した日の達成になります。" in text
    assert "待っている人はいません。" in text
    assert state_of(submission_id) is SubmissionState.ACCEPTED
    completion = session.scalars(select(Completion)).one()
    assert (completion.decided_by_id, completion.decided_how) == (
        getattr(cast, who).id,
        DecidedHow.MANAGER,
    )


def test_accepted_with_words_is_endorsed_too(as_, cast, submission, session):
    browser = as_(cast.manager)
    browser.post(f"/submissions/{submission(cast.staff)}/acceptances", data={"words": GOOD})
    assert session.scalars(select(Endorsement.words)).one() == GOOD
    text = browser.get("/team").text
    assert "受けとめ、言葉を贈りました" in text
    assert "あなたの言葉" in text


def test_accepted_late_it_bears_the_day_it_was_made(as_, cast, submission, session, now):
    made = now - timedelta(days=40)
    as_(cast.manager).post(f"/submissions/{submission(cast.staff, at=made)}/acceptances")
    completion = session.scalars(select(Completion)).one()
    assert completion.happened_at == made
    assert completion.decided_at > now - timedelta(minutes=1)


def test_words_that_are_too_few_are_kept_and_nothing_changes(
    as_, cast, submission, session, state_of
):
    submission_id = submission(cast.staff)
    answer = as_(cast.manager).post(
        f"/submissions/{submission_id}/acceptances", data={"words": "よかった！"}
    )
    assert answer.status_code == 422
    assert "何が良かったかを10文字から400文字で書いてください。" in answer.text
    assert f'id="words-submission-{submission_id}-error"' in answer.text
    assert "よかった！</textarea>" in answer.text
    assert "一人が待っています。" in answer.text
    assert state_of(submission_id) is SubmissionState.WAITING
    assert count(session, Completion.id) == 0


def test_htmx_gets_both_columns_and_the_sentence(as_, cast, submission):
    browser = as_(cast.manager)
    path = f"/submissions/{submission(cast.staff)}/acceptances"
    answer = browser.post(path, headers=partial("div#team"), follow_redirects=True)
    text = answer.text.strip()
    assert text.startswith('<div id="team"')
    assert "<html" not in text
    assert "受けとめました" in text
    assert "会議を投稿に替えました" in text, "the accepted step is among the recent ones at once"
    assert "受けとめました" not in browser.get("/team").text, "said once"


def test_htmx_gets_a_form_to_mend_in_its_place(as_, cast, submission):
    path = f"/submissions/{submission(cast.staff)}/acceptances"
    answer = as_(cast.manager).post(path, data={"words": "短い"}, headers=partial("div#team"))
    assert answer.status_code == 422
    assert answer.text.strip().startswith('<div id="team"')
    assert 'aria-invalid="true"' in answer.text


# Asking.


def test_asked_it_is_the_persons_again(as_, cast, submission, session, state_of):
    submission_id, browser = submission(cast.staff), as_(cast.manager)
    assert (
        browser.post(
            f"/submissions/{submission_id}/questions", data={"question": "どの会議でしたか。"}
        ).status_code
        == 303
    )
    assert "浜口 汐里さんに聞きました。" in browser.get("/team").text
    assert state_of(submission_id) is SubmissionState.SENT_BACK
    assert "どの会議でしたか。" in as_(cast.staff).get("/challenges/meeting-as-post").text


def test_a_question_too_short_is_kept_and_nothing_changes(as_, cast, submission, state_of):
    submission_id = submission(cast.staff)
    answer = as_(cast.manager).post(
        f"/submissions/{submission_id}/questions", data={"question": "なぜ"}
    )
    assert answer.status_code == 422
    assert "聞きたいことを5文字から400文字で書いてください。" in answer.text
    assert "なぜ</textarea>" in answer.text
    assert state_of(submission_id) is SubmissionState.WAITING


# One form, two buttons: what was meant for the other is not lost.

ASKED = "どの会議でしたか。"
NOT_ASKED = "聞きたいことが書かれています。聞いてみるか、消してから受けとめてください。"
NOT_GIVEN = "贈る言葉が書かれています。受けとめるか、消してから聞いてみてください。"


@pytest.mark.parametrize(
    ("act", "field", "sentence"),
    [("acceptances", "question", NOT_ASKED), ("questions", "words", NOT_GIVEN)],
)
@pytest.mark.parametrize("headers", [{}, partial("div#team")], ids=["page", "fragment"])
def test_what_is_meant_for_the_other_button_changes_nothing_and_is_kept(
    as_, cast, submission, session, state_of, act, field, sentence, headers
):
    submission_id = submission(cast.staff)
    data = {"question": ASKED, "words": GOOD}
    answer = as_(cast.manager).post(
        f"/submissions/{submission_id}/{act}", data=data, headers=headers
    )
    assert answer.status_code == 422
    assert sentence in answer.text.partition(f'id="{field}-submission-{submission_id}-error"')[2]
    assert all(f"{text}</textarea>" in answer.text for text in data.values())
    assert len(re.findall('<details class="fold"[^>]* open>', answer.text)) == 2
    assert state_of(submission_id) is SubmissionState.WAITING
    assert count(session, Completion.id) == count(session, Endorsement.id) == 0
    assert session.get_one(Submission, submission_id).question is None


def test_blanks_are_meant_for_nobody(as_, cast, submission, state_of):
    submission_id = submission(cast.staff)
    data = {"question": " \r\n ", "words": ""}
    assert (
        as_(cast.manager).post(f"/submissions/{submission_id}/acceptances", data=data).status_code
        == 303
    )
    assert state_of(submission_id) is SubmissionState.ACCEPTED


@pytest.mark.parametrize("target", [None, "#team"])
@pytest.mark.parametrize(
    ("act", "field", "written"),
    [("acceptances", "words", GOOD), ("questions", "question", "どの会議のことでしたか。")],
)
def test_where_somebody_was_quicker_that_is_said_and_what_was_written_is_not_lost(
    as_, cast, submission, act, field, written, target
):
    submission_id = submission(cast.staff)
    as_(cast.deputy).post(f"/submissions/{submission_id}/acceptances")
    headers = (
        {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": target} if target else {}
    )
    answer = as_(cast.manager).post(
        f"/submissions/{submission_id}/{act}", data={field: written}, headers=headers
    )
    assert answer.status_code == 422
    assert AlreadyDecided.sentence in answer.text
    assert f"<blockquote>{written}</blockquote>" in answer.text
    assert "まだ届けていません。" in answer.text


# What is wrong is said at the top of a whole page, with the way there.


@pytest.fixture
def mistakes(cast, submission, step):
    """Address, form and where on the page it has to be mended, for each part of the page."""
    ids, done = [submission(cast.staff), submission(cast.colleague)], step(cast.staff)
    return [
        (
            f"/submissions/{ids[0]}/acceptances",
            {"question": ASKED},
            f"question-submission-{ids[0]}",
        ),
        (f"/submissions/{ids[1]}/acceptances", {"words": "短い"}, f"words-submission-{ids[1]}"),
        (f"/submissions/{ids[1]}/questions", {"question": "なぜ"}, f"question-submission-{ids[1]}"),
        ("/submissions/acceptances", {}, "bulk"),
        (f"/completions/{done}/endorsements", {"words": "短い"}, f"words-step-{done}"),
        (
            "/deputies",
            {"deputy": "nobody", "first_day": "2026-07-01", "unit": cast.section.id},
            "deputy",
        ),
        (
            "/deputies",
            {"deputy": "colleague", "first_day": "", "unit": cast.section.id},
            "first_day",
        ),
        (
            "/deputies",
            {"deputy": "deputy", "first_day": "2026-07-01", "unit": cast.section.id},
            "deputies",
        ),
    ]


def test_a_whole_page_says_at_its_top_what_is_wrong_and_leads_there(as_, cast, mistakes):
    browser = as_(cast.manager)
    for address, data, place in mistakes:
        answer = browser.post(address, data=data)
        assert answer.status_code == 422
        top, _, rest = answer.text.partition("<main")[2].partition('<div id="team"')
        assert f'<a href="#{place}">' in top, address
        assert f'id="{place}"' in rest, address


def test_a_fragment_says_it_in_its_place_alone(as_, cast, mistakes):
    browser = as_(cast.manager)
    for address, data, place in mistakes:
        text = browser.post(address, data=data, headers=partial("div#team")).text
        assert f'<a href="#{place}">' not in text


# Who may not.


@pytest.mark.parametrize("who", ["colleague", "outsider", "dx"])
@pytest.mark.parametrize("act", ["acceptances", "questions"])
def test_who_does_not_look_after_the_office_changes_nothing(
    as_, cast, submission, session, state_of, who, act
):
    submission_id = submission(cast.staff)
    data = {"question": "どの会議でしたか。", "words": GOOD}
    answer = as_(getattr(cast, who)).post(f"/submissions/{submission_id}/{act}", data=data)
    assert answer.status_code == 403
    assert "管理職（または代理）だけができます" in answer.text
    assert state_of(submission_id) is SubmissionState.WAITING
    assert count(session, Completion.id) == count(session, Endorsement.id) == 0


@pytest.mark.parametrize("who", ["manager", "deputy", "staff"])
@pytest.mark.parametrize("act", ["acceptances", "questions"])
def test_nobody_decides_their_own_claim(as_, cast, submission, state_of, who, act):
    person = getattr(cast, who)
    submission_id = submission(person)
    answer = as_(person).post(
        f"/submissions/{submission_id}/{act}", data={"question": "どの会議でしたか。"}
    )
    assert answer.status_code == 403
    assert "自分の申請を自分で決めることはできません。" in answer.text
    assert state_of(submission_id) is SubmissionState.WAITING


def test_of_two_managers_at_once_one_wins_and_the_other_is_told(as_, cast, submission, session):
    path, start, answers = f"/submissions/{submission(cast.staff)}/acceptances", Barrier(2), []

    def click(browser):
        start.wait()
        answers.append(
            FlaskClient.open(browser, path, method="POST")
        )  # without the test's own session between

    threads = [Thread(target=click, args=(as_(person),)) for person in (cast.manager, cast.deputy)]
    session.commit()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    loser = max(answers, key=lambda answer: answer.status_code)
    assert AlreadyDecided.sentence in loser.text
    assert "待っている人はいません。" in loser.text, "the loser sees how it stands now"
    assert count(session, Completion.id) == 1


def test_a_second_click_finds_it_done(as_, cast, submission, session):
    path, browser = f"/submissions/{submission(cast.staff)}/acceptances", as_(cast.manager)
    assert [browser.post(path).status_code for _ in range(2)] == [303, 303]
    assert "一歩を受けとめました。" in browser.get("/team").text
    assert count(session, Completion.id) == 1


def test_what_was_withdrawn_is_not_accepted(as_, cast, submission, session):
    submission_id = submission(cast.staff)
    withdrawing.withdraw_submission(
        session, session.get_one(Submission, submission_id), by_id=cast.staff.id
    )
    session.commit()
    answer = as_(cast.manager).post(f"/submissions/{submission_id}/acceptances")
    assert answer.status_code == 422
    assert count(session, Completion.id) == 0


# Several at once.


def test_ticked_claims_are_accepted_together(as_, cast, submission, session):
    ids = [
        submission(cast.staff),
        submission(cast.staff, slug="why-the-seal"),
        submission(cast.colleague),
    ]
    browser = as_(cast.manager)
    assert browser.post("/submissions/acceptances", data={"submission": ids[:2]}).status_code == 303
    text = browser.get("/team").text
    assert "2件をまとめて受けとめました。" in text
    assert "一人が待っています。" in text
    assert count(session, Completion.id) == 2


def test_nothing_ticked_is_said_and_nothing_happens(as_, cast, submission, session):
    submission(cast.staff)
    submission(cast.colleague)
    answer = as_(cast.manager).post("/submissions/acceptances")
    assert answer.status_code == 422
    assert "受けとめる申請に印をつけてください。" in answer.text
    assert count(session, Completion.id) == 0


@pytest.mark.parametrize("other", ["manager", "dx"])
def test_one_that_is_not_mine_to_decide_stops_all(as_, cast, submission, session, other):
    ids = [submission(cast.staff), submission(getattr(cast, other))]
    assert (
        as_(cast.manager).post("/submissions/acceptances", data={"submission": ids}).status_code
        == 403
    )
    assert count(session, Completion.id) == 0


def test_one_that_went_on_meanwhile_is_told_and_the_rest_accepted(as_, cast, submission, session):
    ids = [submission(cast.staff), submission(cast.colleague)]
    as_(cast.deputy).post(f"/submissions/{ids[0]}/acceptances")
    browser = as_(cast.manager)
    browser.post("/submissions/acceptances", data={"submission": ids})
    text = browser.get("/team").text
    assert "1件をまとめて受けとめました。" in text
    assert "1件は、ほかの人が先に進めていました。" in text
    assert count(session, Completion.id) == 2


def test_one_claim_alone_needs_no_ticking(as_, cast, submission):
    submission(cast.staff)
    text = as_(cast.manager).get("/team").text
    assert "まとめて受けとめる" not in text
    assert 'name="submission"' not in text


def test_each_of_several_is_ticked_on_its_own_card_for_the_form_at_the_end(as_, cast, submission):
    ids = [submission(cast.staff), submission(cast.colleague)]
    text = as_(cast.manager).get("/team").text
    for submission_id, name in zip(ids, ("浜口", "山本"), strict=True):
        card = text.partition(f'<li class="card" id="submission-{submission_id}">')[2].partition(
            "</li>"
        )[0]
        assert (
            f'name="submission" value="{submission_id}" form="bulk" hx-preserve aria-describedby="whose-{submission_id}"'
            in card
        )
        assert f"<span>{name}さんの一歩を、あとでまとめて受けとめる</span>" in card
    assert 'name="submission"' not in text.partition('<form id="bulk"')[2]


# Thinking again.

BACK = "/completions/acceptance-withdrawals"


def offered(text):
    """The completions that the page offers to take back."""
    form = text.partition('<form id="take-back"')[2].partition("</form>")[0]
    return re.findall(r'name="completion" value="(\d+)"', form)


@pytest.mark.parametrize("headers", [{}, partial("div#team")], ids=["page", "fragment"])
def test_what_was_just_accepted_can_be_taken_back_and_waits_as_before(
    as_, cast, submission, session, state_of, now, headers
):
    old, new = (
        submission(cast.staff, at=now - timedelta(hours=3)),
        submission(cast.colleague, at=now - timedelta(hours=2)),
    )
    browser = as_(cast.manager)
    text = browser.post(
        f"/submissions/{old}/acceptances", headers=headers, follow_redirects=True
    ).text
    assert "浜口 汐里さんの一歩を受けとめました。" in text
    (completion_id,) = offered(text)
    text = browser.post(
        BACK, data={"completion": completion_id}, headers=headers, follow_redirects=True
    ).text
    assert "1件を元に戻しました。" in text
    assert "二人が待っています。" in text
    assert text.index(f'id="submission-{old}"') < text.index(f'id="submission-{new}"')
    assert state_of(old) is SubmissionState.WAITING
    assert session.scalars(select(Completion)).one().voided_at is not None
    assert count(session, Completion.id) == 1
    assert totals.differences(session) == []


def test_taking_back_an_acceptance_is_no_bad_news_for_the_person(as_, cast, submission):
    browser = as_(cast.manager)
    (completion_id,) = offered(
        browser.post(
            f"/submissions/{submission(cast.staff)}/acceptances", follow_redirects=True
        ).text
    )
    browser.post(BACK, data={"completion": completion_id})
    assert "新しいお知らせがあります" not in as_(cast.staff).get("/").text


def test_the_way_back_is_offered_once(as_, cast, submission):
    browser = as_(cast.manager)
    browser.post(f"/submissions/{submission(cast.staff)}/acceptances")
    assert [len(offered(browser.get("/team").text)) for _ in range(2)] == [1, 0]


def test_accepted_together_is_taken_back_together(as_, cast, submission, session, state_of):
    ids = [submission(cast.staff), submission(cast.colleague)]
    browser = as_(cast.manager)
    back = offered(
        browser.post(
            "/submissions/acceptances", data={"submission": ids}, follow_redirects=True
        ).text
    )
    assert len(back) == 2
    assert (
        "2件を元に戻しました。"
        in browser.post(BACK, data={"completion": back}, follow_redirects=True).text
    )
    assert {state_of(submission_id) for submission_id in ids} == {SubmissionState.WAITING}


def test_words_given_with_an_acceptance_are_gone_with_it(as_, cast, submission):
    browser = as_(cast.manager)
    path = f"/submissions/{submission(cast.staff)}/acceptances"
    back = offered(browser.post(path, data={"words": GOOD}, follow_redirects=True).text)
    assert GOOD in as_(cast.staff).get("/").text
    browser.post(BACK, data={"completion": back})
    assert GOOD not in as_(cast.staff).get("/").text


@pytest.mark.parametrize("who", ["deputy", "staff", "colleague", "outsider", "dx"])
def test_nobody_else_takes_an_acceptance_back(as_, cast, submission, session, state_of, who):
    submission_id = submission(cast.staff)
    as_(cast.manager).post(f"/submissions/{submission_id}/acceptances")
    back = session.scalars(select(Completion.id)).all()
    assert as_(getattr(cast, who)).post(BACK, data={"completion": back}).status_code == 403
    assert state_of(submission_id) is SubmissionState.ACCEPTED


def test_a_second_click_on_the_way_back_finds_it_done(as_, cast, submission, session):
    browser = as_(cast.manager)
    browser.post(f"/submissions/{submission(cast.staff)}/acceptances")
    back = session.scalars(select(Completion.id)).all()
    assert [browser.post(BACK, data={"completion": back}).status_code for _ in range(2)] == [
        303,
        422,
    ]


def test_after_ten_minutes_it_is_said_that_it_is_too_late(
    as_, cast, submission, session, now, state_of
):
    submission_id = submission(cast.staff)
    waiting = session.get_one(Submission, submission_id)
    done = reviewing.accept(session, waiting, by_id=cast.manager.id, at=now - timedelta(minutes=11))
    answer = as_(cast.manager).post(BACK, data={"completion": done})
    assert answer.status_code == 422
    assert "元に戻せるのは、受けとめてから10分までです。" in answer.text
    assert state_of(submission_id) is SubmissionState.ACCEPTED


@pytest.mark.parametrize(
    "data", [{}, {"completion": "999"}, {"completion": "99999999999999999999"}]
)
def test_what_was_never_accepted_is_not_found(as_, cast, data):
    assert as_(cast.manager).post(BACK, data=data).status_code == 404


def test_taking_back_costs_at_most_ten_statements(
    app, as_, cast, submission, session, count_statements
):
    browser = as_(cast.manager)
    browser.post(f"/submissions/{submission(cast.staff)}/acceptances")
    back = session.scalars(select(Completion.id)).all()
    with count_statements(app.extensions["stepup_database"].engine) as statements:
        assert browser.post(BACK, data={"completion": back}).status_code == 303
    assert len(statements) <= 10, "\n".join(statements)


# Words for what people did.


def test_words_reach_the_person(as_, cast, step, session):
    browser = as_(cast.manager)
    assert (
        browser.post(
            f"/completions/{step(cast.staff)}/endorsements", data={"words": GOOD}
        ).status_code
        == 303
    )
    assert "浜口 汐里さんに言葉を贈りました。" in browser.get("/team").text
    assert GOOD in as_(cast.staff).get("/").text


@pytest.mark.parametrize(("length", "status"), [(9, 422), (10, 303), (400, 303), (401, 422)])
def test_words_have_ten_to_four_hundred_characters(as_, cast, step, session, length, status):
    words = "あ" * length
    answer = as_(cast.manager).post(
        f"/completions/{step(cast.staff)}/endorsements", data={"words": words}
    )
    assert answer.status_code == status
    assert count(session, Endorsement.id) == (status == 303)
    if status == 422:
        assert f"{words}</textarea>" in answer.text
        assert "何が良かったかを10文字から400文字で書いてください。" in answer.text


@pytest.mark.parametrize("who", ["colleague", "outsider", "dx", "staff"])
def test_nobody_else_vouches(as_, cast, step, session, who):
    answer = as_(getattr(cast, who)).post(
        f"/completions/{step(cast.staff)}/endorsements", data={"words": GOOD}
    )
    assert answer.status_code == 403
    assert count(session, Endorsement.id) == 0


def test_words_given_twice_are_given_once(as_, cast, step, session):
    path, browser = f"/completions/{step(cast.staff)}/endorsements", as_(cast.manager)
    assert [browser.post(path, data={"words": GOOD}).status_code for _ in range(2)] == [303, 303]
    assert session.scalars(select(Fact.kind).where(Fact.kind == "completion_endorsed")).all() == [
        "completion_endorsed"
    ]
    answer = browser.post(path, data={"words": "もう一度、よかったと言いたいです。"})
    assert "もう一度、よかったと言いたいです。</blockquote>" in answer.text
    assert answer.status_code == 422
    assert "この達成には、もうお墨付きを贈っています。" in answer.text
    assert session.scalars(select(Endorsement.words)).one() == GOOD


def test_words_can_be_taken_back_by_their_giver_alone(as_, cast, step, session, now):
    completion = session.get_one(Completion, step(cast.staff))
    given = endorsing.endorse(session, completion, by_id=cast.manager.id, words=GOOD, at=now)
    session.commit()
    path = f"/endorsements/{given}/withdrawals"
    assert as_(cast.deputy).post(path).status_code == 403
    assert [as_(cast.manager).post(path).status_code for _ in range(2)] == [303, 303], (
        "pressed twice"
    )
    assert GOOD not in as_(cast.manager).get("/team").text
    assert GOOD not in as_(cast.staff).get("/").text


def test_htmx_gets_the_recent_steps_alone(as_, cast, step):
    path = f"/completions/{step(cast.staff)}/endorsements"
    answer = as_(cast.manager).post(
        path, data={"words": GOOD}, headers=partial("section#recent"), follow_redirects=True
    )
    assert answer.text.strip().startswith('<section id="recent"')
    assert "言葉を贈りました" in answer.text


def test_without_consent_no_step_is_shown(as_, cast, climb, session, now):
    climb(cast.staff, "first-hello", at=now)
    session.commit()
    assert "はじめの一声" not in as_(cast.manager).get("/team").text


def test_a_name_leads_to_the_steps_of_who_lets_them_be_seen(as_, cast, step):
    step(cast.staff)
    browser = as_(cast.manager)
    assert f'<a href="/people/{cast.staff.id}">浜口 汐里さん</a>' in browser.get("/team").text
    assert "はじめの一声" in browser.get(f"/people/{cast.staff.id}").text


def test_a_name_leads_nowhere_where_there_is_nothing_to_see(as_, cast, submission):
    browser = as_(cast.manager)
    browser.post(f"/submissions/{submission(cast.staff)}/acceptances")
    text = browser.get("/team").text
    assert "<h3>浜口 汐里さん" in text
    assert f"/people/{cast.staff.id}" not in text


# Standing in.


def name(browser, cast, **data):
    today = day_of(datetime.now(UTC)).isoformat()
    return browser.post("/deputies", data={"unit": cast.section.id, "first_day": today, **data})


def test_a_manager_names_a_deputy_who_may_then_accept(as_, cast, submission, state_of):
    browser = as_(cast.manager)
    assert name(browser, cast, deputy="colleague").status_code == 303
    text = browser.get("/team").text
    assert "山本 樹さんに代理をお願いしました。" in text
    submission_id = submission(cast.staff)
    assert as_(cast.colleague).post(f"/submissions/{submission_id}/acceptances").status_code == 303
    assert state_of(submission_id) is SubmissionState.ACCEPTED


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"deputy": "nobody"}, "deputy", "この職員番号の人は見つかりません。"),
        ({"deputy": "colleague", "first_day": "7月"}, "first_day", "日付を選んでください。"),
        ({"deputy": "colleague", "first_day": ""}, "first_day", "日付を選んでください。"),
        ({"deputy": "colleague", "last_day": "2026-02-30"}, "last_day", "日付を選んでください。"),
        ({"deputy": "colleague", "last_day": "2020-01-01"}, "last_day", "代理の最後の日は"),
    ],
)
def test_a_deputy_that_cannot_be_named_is_explained_beside_the_field(
    as_, cast, session, data, field, sentence
):
    before = count(session, Membership.id)
    answer = name(as_(cast.manager), cast, **data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'id="{field}-error"' in answer.text
    assert f'value="{data["deputy"]}"' in answer.text
    assert count(session, Membership.id) == before


def test_naming_the_same_deputy_twice_is_said(as_, cast):
    answer = name(as_(cast.manager), cast, deputy="deputy")
    assert answer.status_code == 422
    assert "もう代理になっています" in answer.text


@pytest.mark.parametrize("who", ["staff", "outsider", "dx"])
def test_nobody_names_deputies_for_an_office_of_others(as_, cast, session, who):
    before = count(session, Membership.id)
    assert name(as_(getattr(cast, who)), cast, deputy="colleague").status_code == 403
    assert count(session, Membership.id) == before


def test_an_office_that_is_not_there_is_not_found(as_, cast):
    assert name(as_(cast.manager), cast, deputy="colleague", unit="x").status_code == 404


def test_a_deputys_time_is_ended_by_the_manager(as_, cast, session):
    term = session.scalars(select(Membership).where(Membership.kind == MembershipKind.DEPUTY)).one()
    assert as_(cast.outsider).post(f"/deputies/{term.id}/endings").status_code == 403
    answer = as_(cast.manager).post(f"/deputies/{term.id}/endings")
    assert (answer.status_code, answer.location) == (303, "/team")
    assert as_(cast.deputy).get("/team").status_code == 403


def test_a_deputy_may_step_back_and_is_taken_home(as_, cast, session):
    term = session.scalars(select(Membership).where(Membership.kind == MembershipKind.DEPUTY)).one()
    browser = as_(cast.deputy)
    assert "代理を終える" in browser.get("/team").text
    assert "代理をお願いする" not in browser.get("/team").text
    answer = browser.post(f"/deputies/{term.id}/endings")
    assert (answer.status_code, answer.location) == (303, "/")


# At any size.


@pytest.fixture
def crowd(session, cast, step_of, climb, now):
    """Sixty more people of the office, each with a submission that waits and a step that may be
    seen."""

    def gather(size=60):
        people = [Person(employee_number=f"c{n}", name=f"職員{n:02}") for n in range(size)]
        session.add_all(people)
        session.flush()
        session.add_all(
            Membership(person_id=one.id, unit_id=cast.section.id, valid_from=date(2024, 4, 1))
            for one in people
        )
        ask, evidence = step_of("meeting-as-post"), Evidence(reflection="替えました")
        for n, one in enumerate(people):
            consents.set_consent(session, one, Consent.STEPS, given=True, at=now)
            climb(one, "first-hello", at=now - timedelta(minutes=n))
            at = now - timedelta(minutes=600 - n)
            submitting.submit(
                session, person_id=one.id, step=ask, version=1, evidence=evidence, at=at
            )
        session.commit()

    return gather


def test_a_page_costs_the_same_few_statements_for_one_and_for_sixty(
    app, as_, cast, submission, step, crowd, count_statements
):
    browser, engine = as_(cast.manager), app.extensions["stepup_database"].engine
    submission(cast.staff)
    step(cast.staff)
    browser.get("/team")
    with count_statements(engine) as for_one:
        assert "一人が待っています。" in browser.get("/team").text
    crowd()
    with count_statements(engine) as for_sixty:
        assert "61人が待っています。" in browser.get("/team").text
    assert len(for_one) == len(for_sixty) <= 5


def test_accepting_with_words_costs_at_most_ten_statements(
    app, as_, cast, submission, count_statements
):
    path, browser = f"/submissions/{submission(cast.staff)}/acceptances", as_(cast.manager)
    with count_statements(app.extensions["stepup_database"].engine) as statements:
        assert browser.post(path, data={"words": GOOD}).status_code == 303
    assert len(statements) <= 10, "\n".join(statements)


def test_a_long_queue_has_pages_from_the_oldest(as_, cast, crowd):
    crowd()
    browser = as_(cast.manager)
    first, last, beyond = (browser.get(f"/team?page={number}").text for number in (1, 6, 9))
    assert first.count('id="submission-') == last.count('id="submission-') == 10
    assert first.index("職員00") < first.index("職員09")
    assert 'href="/team?page=2"' in first
    assert 'rel="prev"' in beyond
    assert "60人が待っています。" in beyond


def test_recent_steps_have_pages_of_their_own_that_a_form_comes_back_to(as_, cast, crowd, session):
    crowd()
    browser = as_(cast.manager)
    text = browser.get("/team?steps=2").text
    assert "steps=3" in text
    assert '<input type="hidden" name="steps" value="2">' in text
    completion_id = session.scalars(
        select(Completion.id).order_by(Completion.happened_at.desc()).offset(15)
    ).first()
    path = f"/completions/{completion_id}/endorsements"
    refused = browser.post(path, data={"words": "短い", "steps": "2"})
    assert refused.status_code == 422
    assert "短い</textarea>" in refused.text
    assert 'href="/team?steps=3"' in refused.text
    assert browser.post(path, data={"words": GOOD, "steps": "2"}).location == "/team?steps=2"


@pytest.mark.parametrize("number", ["0", "-1", "x", "9999999999", "99999999999999999999", "１"])
def test_a_page_number_that_cannot_be_meant_is_the_first_page(as_, cast, submission, number):
    submission(cast.staff)
    text = as_(cast.manager).get(f"/team?page={number}&steps={number}").text
    assert 'id="submission-' in text


def test_a_manager_of_many_offices_sees_all_of_them_in_one_queue(as_, cast, submission, session):
    post = {"kind": MembershipKind.MANAGER, "is_primary": False, "valid_from": date(2024, 4, 1)}
    session.add(Membership(person_id=cast.manager.id, unit_id=cast.other_section.id, **post))
    submission(cast.dx)
    submission(cast.staff)
    text = as_(cast.manager).get("/team").text
    assert "二人が待っています。" in text
    assert "改革課、森林課" in text
    assert '<select id="unit"' in text


def test_a_claim_that_goes_past_its_office_waits_above(as_, cast, submission, session):
    department = session.get_one(Unit, cast.section.parent_id)
    post = {"kind": MembershipKind.MANAGER, "is_primary": False, "valid_from": date(2024, 4, 1)}
    session.add(Membership(person_id=cast.dx.id, unit_id=department.id, **post))
    submission_id = submission(cast.manager)
    assert "中村 岳さん" in as_(cast.dx).get("/team").text
    assert f'id="submission-{submission_id}"' not in as_(cast.deputy).get("/team").text
