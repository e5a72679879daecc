"""Voiding a completion, and who learns of it."""

from app.clock import now
from challenges.people import consents
from challenges.submissions import voiding, withdrawing
from challenges.vocabulary import Consent


def test_a_completion_is_voided_with_a_reason_and_restored(as_, cast, session, done):
    browser = as_(cast.dx)
    assert "はじめの一声" in browser.get("/office/completions?q=staff").text
    assert (
        browser.post(f"/completions/{done.id}/voidings", data={"reason": "短い"}).status_code == 422
    )
    assert done.voided_at is None
    browser.post(f"/completions/{done.id}/voidings", data={"reason": "同じ記録が二つありました"})
    assert done.voided_at is not None
    assert "同じ記録が二つありました" in browser.get(f"/office/completions/{done.id}").text
    browser.post(f"/completions/{done.id}/restorings")
    assert done.voided_at is None


def test_only_the_person_sees_why_a_completion_was_voided(as_, cast, done, session):
    consents.set_consent(session, cast.staff, Consent.STEPS, given=True, at=now())
    as_(cast.dx).post(
        f"/completions/{done.id}/voidings", data={"reason": "二重に記録されていました。"}
    )
    browser, own = as_(cast.staff), f"/people/{cast.staff.id}"
    for path in (own, "/challenges/first-hello"):
        page = browser.get(path).text
        assert "この達成はDX事務局が取り消しました。段はもう一度登れます。" in page
        assert "二重に記録されていました。" in page
    assert "DX事務局が、この達成を取り消しました。" in browser.get("/").text
    assert "二重に記録" not in as_(cast.colleague).get(own).text
    assert "DX事務局が、この達成を" not in as_(cast.colleague).get("/").text


def test_ones_own_withdrawal_is_not_called_the_offices(as_, cast, session, climb):
    withdrawing.withdraw(
        session, climb(cast.staff, "dx-words", at=now()), by_id=cast.staff.id, at=now()
    )
    assert "DX事務局が、この達成を" not in as_(cast.staff).get("/").text
    assert "本人の取り下げ" not in as_(cast.staff).get(f"/people/{cast.staff.id}").text


def test_a_voided_completion_shows_the_reason_and_who_voided_it(as_, cast, session, done):
    voiding.void(session, done, by_id=cast.dx.id, reason="二重に記録されていました。", at=now())
    browser = as_(cast.dx)
    assert "DX事務局の取り消し" in browser.get("/office/completions?q=staff").text
    text = browser.get(f"/office/completions/{done.id}").text
    assert "二重に記録されていました。" in text
    assert "西 光" in text
    assert "元に戻す</button>" in text
