"""Submitting steps, recording habits, taking quizzes, and withdrawing."""

import re
from datetime import timedelta
from html import unescape
from threading import Barrier, Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.clock import now
from badges.awards.awarding import recompute
from badges.catalogue.reading import read_badges
from challenges.calendar import day_of
from challenges.people.models import Person
from challenges.submissions import verifying
from challenges.submissions.models import Completion, Submission
from challenges.vocabulary import SubmissionState
from tests.app.web.days import in_words, without_time_tags
from tests.app.web.htmx import partial


def count(session):
    session.rollback()
    return session.scalar(select(func.count(Completion.id)))


def test_one_line_completes_a_step(as_, cast, session):
    browser = as_(cast.staff)
    answer = browser.post(
        "/challenges/first-hello/steps/1/submissions",
        data={"reflection": "書いてみました"},
        follow_redirects=True,
    )
    assert "の石を置きました" in answer.text
    assert "はじめの一歩" in answer.text
    assert count(session) == 1


def test_a_retried_request_shows_the_completion_there_is(as_, cast, session):
    browser = as_(cast.staff)
    for _ in range(2):
        answer = browser.post(
            "/challenges/first-hello/steps/1/submissions", data={"reflection": "二度押し"}
        )
        assert answer.status_code == 303
        assert "の石を置きました" in browser.get(answer.location).text
    assert count(session) == 1


def test_different_words_in_a_second_tab_are_not_lost(as_, cast, session):
    browser, path = as_(cast.staff), "/challenges/first-hello/steps/1/submissions"
    browser.post(path, data={"reflection": "一つ目の画面で書きました"})
    answer = browser.post(path, data={"reflection": "二つ目の画面で書きました"})
    assert answer.status_code == 409
    assert "この段はもう登りました。" in answer.text
    assert "二つ目の画面で書きました" in answer.text
    assert "まだ残していません" in answer.text
    assert count(session) == 1


def test_a_waiting_submission_can_be_reworded(as_, cast, session):
    browser = as_(cast.staff)
    browser.post(
        "/challenges/meeting-as-post/steps/1/submissions", data={"reflection": "投稿に帰ました"}
    )
    [submission] = session.scalars(select(Submission))
    assert as_(cast.colleague).post(f"/submissions/{submission.id}/revisions").status_code == 403
    answer = browser.post(f"/submissions/{submission.id}/revisions", follow_redirects=True)
    assert "投稿に帰ました</textarea>" in answer.text
    browser.post(
        "/challenges/meeting-as-post/steps/1/submissions", data={"reflection": "投稿に替えました"}
    )
    session.refresh(submission)
    assert (submission.state, submission.reflection) == (
        SubmissionState.WAITING,
        "投稿に替えました",
    )
    assert browser.post("/submissions/99999/revisions").status_code == 404


def test_a_decided_submission_cannot_be_reworded(as_, cast, session):
    browser = as_(cast.staff)
    browser.post(
        "/challenges/meeting-as-post/steps/1/submissions", data={"reflection": "投稿に替えました"}
    )
    [submission] = session.scalars(select(Submission))
    as_(cast.manager).post(f"/submissions/{submission.id}/acceptances")
    assert browser.post(f"/submissions/{submission.id}/revisions").status_code == 422
    session.refresh(submission)
    assert submission.state is SubmissionState.ACCEPTED


def test_dropping_a_draft_is_called_what_it_is(as_, cast, session):
    browser, path = as_(cast.staff), "/challenges/first-hello/steps/1/submissions"
    browser.post(path, data={"reflection": "まだ途中", "draft": "1"})
    assert "下書きを消す" in browser.get("/challenges/first-hello").text
    [submission] = session.scalars(select(Submission))
    answer = browser.post(f"/submissions/{submission.id}/withdrawals", follow_redirects=True)
    assert "書きかけの記録を消しました" in answer.text


def test_a_signed_out_person_gets_their_text_back(client):
    answer = client.post(
        "/challenges/first-hello/steps/1/submissions", data={"reflection": "長く考えて書きました"}
    )
    assert answer.status_code == 401
    assert "長く考えて書きました" in answer.text
    assert 'href="/sign-in"' in answer.text


def test_an_invalid_form_keeps_what_was_typed(as_, cast, session):
    answer = as_(cast.staff).post(
        "/challenges/ask-when-stuck/steps/1/submissions",
        data={"reflection": "聞けました<b>", "link": "javascript:alert(1)"},
    )
    assert answer.status_code == 422
    assert "https:// か http://" in answer.text
    assert "聞けました&lt;b&gt;" in answer.text
    assert count(session) == 0


def test_user_text_is_escaped(as_, cast):
    browser = as_(cast.staff)
    browser.post(
        "/challenges/first-hello/steps/1/submissions",
        data={"reflection": "<script>alert(1)</script>"},
    )
    text = browser.get("/challenges/first-hello").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_simultaneous_clicks_make_one_completion_and_nothing_else(
    app, sign_in, cast, session, database
):
    session.commit()
    browsers = [sign_in(FlaskClient(app, app.response_class), cast.staff) for _ in range(8)]
    ready, answers = Barrier(len(browsers)), []

    def click(browser):
        ready.wait()
        words = {"reflection": "いっせいに"}
        answers.append(
            browser.post("/challenges/first-hello/steps/1/submissions", data=words).status_code
        )

    threads = [Thread(target=click, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * len(browsers)
    with database.reading() as reader:
        assert reader.scalar(select(func.count(Completion.id))) == 1
        assert reader.scalar(select(func.count(Submission.id))) == 1
        assert list(verifying.submissions_that_disagree(reader)) == []


def test_a_submission_costs_at_most_ten_statements(app, as_, cast, count_statements):
    browser, engine = as_(cast.staff), app.extensions["stepup_database"].engine
    browser.get("/challenges")  # the process reads the catalogue once
    with count_statements(engine) as statements:
        browser.post("/challenges/first-hello/steps/1/submissions", data={"reflection": "はい"})
    assert len(statements) <= 10, statements


def test_the_celebration_takes_few_statements(app, as_, cast, count_statements):
    browser, engine = as_(cast.staff), app.extensions["stepup_database"].engine
    celebration = browser.post(
        "/challenges/first-hello/steps/1/submissions", data={"reflection": "はい"}
    ).location
    with count_statements(engine) as statements:
        assert "の石を置きました" in browser.get(celebration).text
    assert len(statements) <= 5, statements


def test_a_submission_for_a_manager_says_that_it_waits(as_, cast):
    answer = as_(cast.staff).post(
        "/challenges/meeting-as-post/steps/1/submissions",
        data={"reflection": "投稿にしました"},
        follow_redirects=True,
    )
    assert "確認を待っています" in answer.text


def test_a_draft_waits_for_its_person(as_, cast, session):
    browser = as_(cast.staff)
    browser.post(
        "/challenges/first-hello/steps/1/submissions", data={"reflection": "まだ途中", "draft": "1"}
    )
    assert "まだ途中" in browser.get("/challenges/first-hello").text
    assert count(session) == 0


def test_a_habit_shows_two_of_three(as_, cast, climb, session):
    climb(cast.staff, "first-hello", at=now() - timedelta(days=5))
    session.commit()
    browser, today = as_(cast.staff), day_of(now())
    for back in (2, 1):
        day = today - timedelta(days=back)
        answer = browser.post(
            "/challenges/first-hello/steps/2/days",
            data={"day": day.isoformat(), "reflection": "した"},
            follow_redirects=True,
        )
    assert "2 / 3" in answer.text
    answer = browser.post(
        "/challenges/first-hello/steps/2/days",
        data={"day": today.isoformat(), "reflection": "した"},
        follow_redirects=True,
    )
    assert "の石を置きました" in answer.text


def test_a_wrong_day_can_be_removed(as_, cast, climb, session):
    climb(cast.staff, "first-hello", at=now() - timedelta(days=5))
    browser, today = as_(cast.staff), day_of(now())
    days = [(today - timedelta(days=back)).isoformat() for back in (2, 1)]
    for day in days:
        browser.post(
            "/challenges/first-hello/steps/2/days", data={"day": day, "reflection": "した"}
        )
    [submission] = session.scalars(select(Submission).where(Submission.practices.any()))
    path = f"/submissions/{submission.id}/day-removals"
    assert f'action="{path}"' in browser.get("/challenges/first-hello").text
    assert as_(cast.colleague).post(path, data={"day": days[0]}).status_code == 403
    assert browser.post(path, data={"day": "yesterday"}).status_code == 422
    answer = browser.post(path, data={"day": days[0]}, follow_redirects=True)
    assert "の記録を消しました。" in answer.text
    assert "1 / 3" in answer.text
    assert browser.post(path, data={"day": days[0]}).status_code == 303, "pressed twice"
    assert (
        browser.post("/submissions/999999/day-removals", data={"day": days[0]}).status_code == 404
    )


@pytest.mark.parametrize("day", ["", "yesterday", "2026-13-01", "1999-01-01"])
def test_an_invalid_day_is_asked_for_again(as_, cast, climb, session, day):
    climb(cast.staff, "first-hello")
    session.commit()
    answer = as_(cast.staff).post(
        "/challenges/first-hello/steps/2/days", data={"day": day, "reflection": "した"}
    )
    assert answer.status_code == 422
    assert "日付" in answer.text


def right_answers(catalogue, wrong=0):
    quiz = catalogue.by_slug["dx-words"].quiz
    answers = {question.id: question.answer for question in quiz}
    for question in quiz[:wrong]:
        answers[question.id] = next(
            key for key in question.wording["ja"]["options"] if key != question.answer
        )
    return answers


@pytest.mark.parametrize(("wrong", "passes"), [(1, True), (2, True), (3, False)])
def test_eight_of_ten_pass(as_, cast, session, catalogue, wrong, passes):
    answer = as_(cast.staff).post("/challenges/dx-words/quiz", data=right_answers(catalogue, wrong))
    assert answer.status_code == 200
    assert (count(session) == 1) is passes
    assert f"{10 - wrong}問の正解" in answer.text
    assert answer.text.count("ちがいました") == wrong
    assert answer.text.rindex("ちがいました") < answer.text.index(f"正解の{10 - wrong}問")


def test_tries_are_unlimited_and_every_answer_is_explained(as_, cast, session, catalogue):
    browser = as_(cast.staff)
    for _ in range(3):
        answer = browser.post("/challenges/dx-words/quiz", data=right_answers(catalogue, 9))
        for question in catalogue.by_slug["dx-words"].quiz:
            for option in question.wording["ja"]["options"].values():
                assert option["because"][:12].replace("&", "&amp;") in answer.text.replace(
                    "&#39;", "'"
                )
    browser.post("/challenges/dx-words/quiz", data=right_answers(catalogue))
    assert count(session) == 1


def test_the_answer_key_is_not_in_the_quiz_page(as_, cast, catalogue):
    text = as_(cast.staff).get("/challenges/dx-words/quiz").text
    for question in catalogue.by_slug["dx-words"].quiz:
        for option in question.wording["ja"]["options"].values():
            assert option["because"] not in text
    assert "answer" not in text
    assert "正解</" not in text


def test_questions_come_in_a_new_order_each_try_and_keep_it_within_one(as_, cast):
    def order(person, number):
        text = as_(person).get(f"/challenges/dx-words/quiz?try={number}").text
        return tuple(
            re.findall(
                r'<(?:fieldset class="choices" id|input type="radio".*?value)="([^"]+)', text
            )
        )

    assert order(cast.staff, 1) == order(cast.staff, 1)
    assert len(order(cast.staff, 1)) > 30
    tries = {
        order(person, number) for person in (cast.staff, cast.colleague) for number in (1, 2, 3)
    }
    assert len(tries) == 6


def test_an_unanswered_question_is_pointed_at(as_, cast, session, catalogue):
    answers = right_answers(catalogue)
    answers.popitem()
    answer = as_(cast.staff).post("/challenges/dx-words/quiz", data=answers)
    assert answer.status_code == 422
    assert "一つ選んでください" in answer.text
    assert count(session) == 0


def test_an_invalid_already_doing_form_keeps_its_place(as_, cast, session):
    browser, path = as_(cast.staff), "/challenges/ask-when-stuck/steps/1/submissions"
    answer = browser.post(
        path, data={"already": "1", "link": "file://server/x", "reflection": "毎日しています"}
    )
    assert answer.status_code == 422
    form = answer.text.partition('<details class="fold" id="already" open>')[2].partition(
        "</details>"
    )[0]
    assert 'value="file://server/x"' in form
    assert "毎日しています</textarea>" in form
    assert "https:// か http:// で始まるアドレス" in form
    assert "毎日しています" not in answer.text.partition('id="already"')[0]
    browser.post(
        path,
        data={"already": "1", "link": "https://chat.example.jp/1", "reflection": "毎日しています"},
    )
    assert session.scalars(select(Submission)).one().is_already_doing


def test_what_i_already_do_waits_for_no_manager(as_, cast, session):
    browser, page = as_(cast.staff), "/challenges/meeting-as-post"
    fold = browser.get(page).text.partition('id="already"')[2].partition("</details>")[0]
    assert "すぐに次の段へ進めます。" in fold
    assert "管理職（または代理）はこの一行を読んで、あとからお墨付きを贈れます。" in fold
    answer = browser.post(
        f"{page}/steps/1/submissions",
        data={"already": "1", "reflection": "前からそうしています"},
        follow_redirects=True,
    )
    assert "の石を置きました" in answer.text
    assert "次は「慣れた」" in answer.text
    assert "確認を待っています" not in answer.text
    assert "「もうやっている」という記録で、すぐに達成になりました。" in answer.text
    manager = as_(cast.manager)
    assert "待っている人はいません。" in manager.get("/team").text
    recent = manager.get("/team").text.partition('id="recent"')[2].partition("</section>")[0]
    assert "前からそうしています" in recent
    assert "もうやっている" in recent
    done = session.scalars(select(Completion)).one()
    words = {"words": "続けてきたことが、みんなの手本です。", "praise": "STEADINESS"}
    assert (
        as_(cast.colleague).post(f"/completions/{done.id}/endorsements", data=words).status_code
        == 403
    )
    assert manager.post(f"/completions/{done.id}/endorsements", data=words).status_code == 303
    assert words["words"] in browser.get("/").text


def test_what_others_do_not_check_is_not_promised_to_a_manager(as_, cast):
    fold = as_(cast.staff).get("/challenges/first-hello").text.partition('id="already"')[2]
    assert "お墨付き" not in fold.partition("</details>")[0]


def test_a_question_is_not_sidestepped_by_already_doing(as_, cast, session):
    browser, page = as_(cast.staff), "/challenges/meeting-as-post"
    path = f"{page}/steps/1/submissions"
    browser.post(path, data={"reflection": "替えました"})
    [submission] = session.scalars(select(Submission))
    asked = {"question": "どの会議でしたか。"}
    as_(cast.manager).post(f"/submissions/{submission.id}/questions", data=asked)
    assert 'id="already"' not in browser.get(page).text
    browser.post(path, data={"already": "1", "reflection": "月曜の定例です"})
    session.refresh(submission)
    assert submission.state is SubmissionState.WAITING


def test_a_different_link_in_a_second_tab_is_not_lost(as_, cast, session):
    browser, path = as_(cast.staff), "/challenges/ask-when-stuck/steps/1/submissions"
    data = {"reflection": "聞けました", "link": "https://chat.example.jp/1"}
    browser.post(path, data=data)
    assert browser.post(path, data=data).status_code == 303
    answer = browser.post(path, data={**data, "link": "https://chat.example.jp/2"})
    assert answer.status_code == 409
    assert "https://chat.example.jp/2" in answer.text.partition("まだ残していません")[0]


def test_a_link_too_long_for_a_draft_is_said_and_not_cut(as_, cast, session):
    browser, path = as_(cast.staff), "/challenges/ask-when-stuck/steps/1/submissions"
    link = f"https://chat.example.jp/{'x' * 500}"
    answer = browser.post(path, data={"draft": "1", "reflection": "途中", "link": link})
    assert answer.status_code == 422
    assert "リンクが長すぎます。" in answer.text
    assert session.scalars(select(Submission)).all() == []


def test_the_answer_names_the_day_of_a_submission(as_, cast):
    browser, today = as_(cast.staff), in_words(day_of(now()))
    answer = browser.post(
        "/challenges/first-hello/steps/1/submissions",
        data={"reflection": "はい"},
        follow_redirects=True,
    )
    assert f"{today}の一歩です。" in without_time_tags(answer.text)
    answer = browser.post(
        "/challenges/meeting-as-post/steps/1/submissions",
        data={"reflection": "はい"},
        follow_redirects=True,
    )
    assert f"{today}の申請です。達成になると、この日の日付になります。" in without_time_tags(
        answer.text
    )


def test_a_quiz_is_not_passed_by_just_saying_so(as_, cast, session):
    answer = as_(cast.staff).post(
        "/challenges/dx-words/steps/1/submissions", data={"reflection": "できた"}
    )
    assert answer.status_code == 404
    assert count(session) == 0


def test_staff_cannot_climb_what_is_for_managers(as_, cast, session):
    answer = as_(cast.staff).post(
        "/challenges/start-with-myself/steps/1/submissions", data={"reflection": "はい"}
    )
    assert answer.status_code == 404
    assert count(session) == 0


def test_only_its_person_drops_a_submission(as_, cast, session):
    as_(cast.staff).post(
        "/challenges/meeting-as-post/steps/1/submissions", data={"reflection": "はい"}
    )
    submission = session.scalars(select(Submission)).one()
    assert as_(cast.colleague).post(f"/submissions/{submission.id}/withdrawals").status_code == 403
    assert as_(cast.staff).post(f"/submissions/{submission.id}/withdrawals").status_code == 303
    session.refresh(submission)
    assert submission.state is SubmissionState.WITHDRAWN


def test_withdrawing_first_shows_which_badges_go_and_which_stay(as_, cast, session):
    browser = as_(cast.staff)
    browser.post("/challenges/first-hello/steps/1/submissions", data={"reflection": "はい"})
    completion = session.scalars(select(Completion)).one()
    assert as_(cast.colleague).get(f"/completions/{completion.id}/withdrawal").status_code == 403
    recompute(session, catalogue=read_badges(session), at=now())
    session.commit()
    for asked in (
        browser.get(f"/completions/{completion.id}/withdrawal"),
        as_(cast.dx).get(f"/office/completions/{completion.id}"),
    ):
        going, staying = asked.text.split("いっしょに取り下げになるバッジ")[1].split(
            "そのまま残るバッジ"
        )
        assert "学びの芽" in going
        assert "はじめの一歩" in staying.partition("</ul>")[0]
    assert as_(cast.colleague).post(f"/completions/{completion.id}/withdrawals").status_code == 403
    session.refresh(completion)
    assert completion.voided_at is None
    answer = browser.post(f"/completions/{completion.id}/withdrawals", follow_redirects=True)
    assert "達成を取り下げました。書いたものは下書きに残っています。" in answer.text
    session.refresh(completion)
    assert completion.voided_at is not None


def test_a_badge_that_was_kept_does_not_arrive_again(as_, cast, session):
    browser, arrived = as_(cast.staff), "バッジ「はじめの一歩」が届きました。"
    path = "/challenges/first-hello/steps/1/submissions"
    for is_first in (True, False):
        celebration = browser.post(path, data={"reflection": "はい"}, follow_redirects=True)
        assert (arrived in celebration.text) is is_first
        assert "の石を置きました。" in celebration.text
        recompute(session, catalogue=read_badges(session), at=now())
        session.commit()
        assert (arrived in browser.get(celebration.request.full_path).text) is is_first, (
            "also when its award is written"
        )
        completion = session.scalars(select(Completion).where(Completion.voided_at.is_(None))).one()
        browser.post(f"/completions/{completion.id}/withdrawals")
        session.rollback()


def test_the_celebration_says_what_moved_and_what_comes_next(as_, cast):
    path = "/challenges/first-hello/steps/1/submissions"
    celebration = (
        as_(cast.staff).post(path, data={"reflection": "はい"}, follow_redirects=True).text
    )
    celebration = celebration.partition('class="celebration')[2].partition("</section>")[0]
    assert "「やってみた」の石を置きました。" in celebration
    assert "の石段が一つ高くなりました。" in celebration
    assert "バッジ「学びの芽」が届きました。" in celebration
    assert ">学びの幹</a>" in celebration
    assert "次は「慣れた」" in celebration
    assert "今日はここまで" in celebration


def test_withdrawing_twice_is_done_once_without_an_error(as_, cast, session):
    """By a second click, or from another tab."""
    browser = as_(cast.staff)
    browser.post("/challenges/first-hello/steps/1/submissions", data={"reflection": "はい"})
    completion = session.scalars(select(Completion)).one()
    for _ in range(2):
        answer = browser.post(f"/completions/{completion.id}/withdrawals", follow_redirects=True)
        assert "達成を取り下げました。" in answer.text
    asked = browser.get(f"/completions/{completion.id}/withdrawal", follow_redirects=True)
    assert "はじめの一声" in asked.text
    assert "7日まで" not in asked.text
    browser.post("/challenges/meeting-as-post/steps/1/submissions", data={"reflection": "はい"})
    submission = session.scalars(
        select(Submission).where(Submission.state == SubmissionState.WAITING)
    ).one()
    for _ in range(2):
        answer = browser.post(f"/submissions/{submission.id}/withdrawals", follow_redirects=True)
        assert "申請を取り下げました。またいつでも登れます。" in answer.text


def test_a_deactivated_person_is_out_at_the_next_request(as_, cast, session):
    browser = as_(cast.staff)
    assert browser.get("/").status_code == 200
    session.get_one(Person, cast.staff.id).deactivated_at = now()
    session.commit()
    assert browser.get("/").location.startswith("/sign-in")


@pytest.mark.parametrize("of_htmx", [True, False])
def test_an_ended_session_leads_back_to_what_was_chosen(client, as_, cast, catalogue, of_htmx):
    quiz = catalogue.by_slug["dx-words"].quiz
    chosen = {question.id: "a" for question in quiz} | {"try": "2"}
    headers = {"Referer": "http://localhost/challenges/dx-words/quiz?try=2"}
    headers |= partial("section#quiz") if of_htmx else {}
    answer = client.post(
        "/challenges/dx-words/quiz", data={**chosen, "csrf_token": "x"}, headers=headers
    )
    assert answer.status_code == 401
    [way_in] = re.findall(r'href="(/sign-in[^"]+)"', answer.text)
    path = parse_qs(urlsplit(unescape(way_in)).query)["next"][0]
    assert path.startswith("/challenges/dx-words/quiz?")
    assert "csrf" not in path
    page = as_(cast.staff).get(path).text
    assert page.count(" checked>") == len(quiz)
    assert 'name="try" value="2"' in page


def test_a_forged_form_makes_no_endless_address(client):
    answer = client.post(
        "/challenges/dx-words/quiz",
        data={"dx-meaning": "x" * 5000},
        headers={"Referer": "http://localhost/challenges/dx-words/quiz"},
    )
    assert "xxxx" not in answer.text + answer.headers.get("Location", "")
