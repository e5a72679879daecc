"""The page of one completion: whose it is, how it was decided, and what stays private."""

from datetime import timedelta

import pytest

from app.clock import now
from challenges.submissions import withdrawing
from challenges.vocabulary import Check, DecidedHow


def step_checked_by(catalogue, check):
    return next(
        (one.slug, step.number)
        for one in catalogue.challenges
        for step in one.steps
        if step.check is check
    )


def test_the_page_shows_the_person_the_days_and_the_decision(as_, cast, session, done, at):
    done.decided_how, done.decided_by_id, done.decided_at = (
        DecidedHow.MANAGER,
        cast.manager.id,
        at + timedelta(days=2),
    )
    done.submission.reflection = "みんなの前で話しました"
    text = as_(cast.dx).get(f"/office/completions/{done.id}").text
    for told in (
        "浜口 汐里 (staff)",
        "デジタル部/改革課",
        "2026年7月15日",
        "2026年7月17日",
        "管理職が確認して達成になりました",
        "中村 岳 (manager)",
        "書いてあります。本人のものなので、ここには出しません。",
    ):
        assert told in text
    assert "みんなの前で" not in text


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (DecidedHow.SELF, "本人の記録で"),
        (DecidedHow.QUIZ, "クイズに通って"),
        (DecidedHow.OVERDUE, "5開庁日を過ぎたため"),
    ],
)
def test_the_kind_of_decision_is_shown_in_words(as_, cast, done, how, words):
    done.decided_how = how
    text = as_(cast.dx).get(f"/office/completions/{done.id}").text
    assert words in text
    assert "決めた職員" not in text


def test_a_link_meant_for_others_is_shown(as_, cast, catalogue, climb):
    done = climb(cast.staff, *step_checked_by(catalogue, Check.LINK))
    done.submission.link = 'https://wiki.example.jp/x?a="><script>'
    text = as_(cast.dx).get(f"/office/completions/{done.id}").text
    assert 'href="https://wiki.example.jp/x?a=&#34;&gt;&lt;script&gt;"' in text
    assert '<span class="small">wiki.example.jp</span>' in text


@pytest.mark.parametrize(
    ("check", "link"),
    [
        (Check.SELF, "https://diary.example.jp/"),
        (Check.MANAGER, "https://diary.example.jp/"),
        (Check.LINK, "javascript:a"),
    ],
)
def test_other_links_are_not_shown(as_, cast, catalogue, climb, check, link):
    done = climb(cast.staff, *step_checked_by(catalogue, check))
    done.submission.link = link
    text = as_(cast.dx).get(f"/office/completions/{done.id}").text
    assert link not in text


def test_a_withdrawn_completion_shows_no_link(as_, cast, session, catalogue, climb):
    done = climb(cast.staff, *step_checked_by(catalogue, Check.LINK), at=now())
    done.submission.link = "https://wiki.example.jp/"
    withdrawing.withdraw(session, done, by_id=cast.staff.id, at=now())
    assert "wiki.example.jp" not in as_(cast.dx).get(f"/office/completions/{done.id}").text


def test_the_search_is_kept_on_the_way_to_a_completion_and_back(as_, cast, done):
    browser = as_(cast.dx)
    query = {"q": "浜口&汐", "page": "2"}
    asked = "q=%E6%B5%9C%E5%8F%A3%26%E6%B1%90&amp;page=2"
    assert (
        f"/office/completions/{done.id}?q=%E6%B5%9C%E5%8F%A3"
        in browser.get("/office/completions?q=浜口").text
    )
    text = browser.get(f"/office/completions/{done.id}", query_string=query).text
    assert f'href="/office/completions?{asked}"' in text
    assert f'action="/completions/{done.id}/voidings?{asked}"' in text
    answer = browser.post(
        f"/completions/{done.id}/voidings", query_string=query, data={"reason": "二重の記録でした"}
    )
    assert answer.location == f"/office/completions/{done.id}?{asked.replace('&amp;', '&')}"
    assert (
        f'action="/completions/{done.id}/restorings?{asked}"' in browser.get(answer.location).text
    )


def test_one_completion_takes_at_most_five_statements(
    app, as_, cast, count_statements, done, withdrawn
):
    browser, engine = as_(cast.dx), app.extensions["stepup_database"].engine
    browser.get("/office/completions?q=staff")
    for one in (done, withdrawn):
        with count_statements(engine) as statements:
            assert browser.get(f"/office/completions/{one.id}").status_code == 200
        assert len(statements) <= 5
