"""Restoring a voided completion, and where that is not offered."""

from sqlalchemy import select

from app.clock import now
from challenges.submissions import reviewing, submitting, voiding, withdrawing
from challenges.submissions.models import Completion, Submission
from challenges.submissions.submitting import Evidence


def test_a_repeated_or_restored_step_shows_no_voiding(as_, cast, done, session, climb):
    voiding.void(session, done, by_id=cast.dx.id, reason="二重に記録されていました。", at=now())
    again = climb(cast.staff, "first-hello")
    page = as_(cast.staff).get("/challenges/first-hello").text
    assert "取り消しました" not in page
    voiding.void(session, again, by_id=cast.dx.id, reason="こちらも二重でした。", at=now())
    voiding.restore(session, done, at=now())
    page = as_(cast.staff).get("/challenges/first-hello").text
    assert "取り消しました" not in page
    assert "この達成を取り下げる" not in page
    assert "2026年7月15日" in page


def test_a_repeated_step_cannot_be_restored(as_, cast, session, done, climb):
    voiding.void(session, done, by_id=cast.dx.id, reason="二重に記録されていました。", at=now())
    climb(cast.staff, "first-hello")
    text = as_(cast.dx).get(f"/office/completions/{done.id}").text
    assert "元に戻す</button>" not in text
    assert "この段はそのあとでもう一度達成されています。" in text


def test_a_completion_its_person_withdrew_cannot_be_restored(as_, cast, withdrawn):
    browser = as_(cast.dx)
    found = browser.get("/office/completions?q=staff").text
    assert "本人の取り下げ" in found
    assert "取り消し済み" not in found
    text = browser.get(f"/office/completions/{withdrawn.id}").text
    assert "本人が取り下げた達成です。" in text
    assert "元に戻す</button>" not in text
    assert browser.post(f"/completions/{withdrawn.id}/restorings").status_code == 422
    assert withdrawn.voided_at is not None


def test_an_acceptance_taken_back_cannot_be_restored(as_, cast, session, catalogue):
    """Nor does dropping the submission afterwards change that."""
    challenge = catalogue.by_slug["meeting-as-post"]
    asked = {
        "step": challenge.steps[0],
        "version": challenge.version,
        "evidence": Evidence(reflection="替えました"),
    }
    submitting.submit(session, person_id=cast.staff.id, at=now(), **asked)
    submission = session.scalars(select(Submission)).one()
    done = reviewing.accept(session, submission, by_id=cast.manager.id, at=now())
    withdrawing.withdraw_acceptance(
        session, session.get_one(Completion, done), by_id=cast.manager.id, at=now()
    )
    session.commit()
    browser = as_(cast.dx)
    for _ in range(2):
        assert "確認した人の取り消し" in browser.get("/office/completions?q=staff").text
        text = browser.get(f"/office/completions/{done}").text
        assert "確認した人が取り消した達成です。" in text
        assert "中村 岳さんが" in text
        assert "本人が取り下げ" not in text
        assert browser.post(f"/completions/{done}/restorings").status_code == 422
        withdrawing.withdraw_submission(session, submission, by_id=cast.staff.id, at=now())
        session.commit()
