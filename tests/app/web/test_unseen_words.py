"""Words that nobody can see are no words: every form refuses them with its usual sentence, and
stores nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.clock import now
from challenges.calendar import day_of
from challenges.campaigns import states
from challenges.errors import RuleBroken
from challenges.people import consents
from challenges.recognition import cheering
from challenges.recognition.models import Endorsement
from challenges.submissions import submitting
from challenges.submissions.models import Completion, CompletionVoid, Practice, Submission
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import Consent, SubmissionState

FAMILY = "👨\u200d👩\u200d👧"
UNSEEN = [
    "\u200b" * 20,
    "\u2060\u3164\u2800 \ufe0f\u202e\U000e0041" * 9,
    "\u00ad\n\u115f\r\n\u180e\n" * 9,
    "\ufeff\u3000\u200d\U000e0100" * 9,
]
FEW = [*UNSEEN, FAMILY + "\r\n" * 8 + FAMILY, "良い" + "\u200b" * 20, "\n".join("良い")]
"""Less than five letters to be seen."""


@pytest.fixture
def waiting(session, cast, step_of):
    step = step_of("meeting-as-post")
    submitting.submit(
        session,
        person_id=cast.staff.id,
        step=step,
        version=step.challenge.version,
        evidence=Evidence(reflection="会議を投稿に替えました"),
        at=now() - timedelta(hours=1),
    )
    session.commit()
    return session.scalars(select(Submission.id)).one()


@pytest.fixture
def done(session, cast, climb):
    consents.set_consent(session, cast.staff, Consent.STEPS, given=True, at=now())
    completion = climb(cast.staff, "first-hello", at=now() - timedelta(hours=2))
    session.commit()
    return completion.id


def count(session, model):
    session.rollback()
    return session.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize("words", UNSEEN)
def test_an_unseen_reflection_completes_no_step(as_, cast, session, words):
    path = "/challenges/first-hello/steps/1/submissions"
    answer = as_(cast.staff).post(path, data={"reflection": words})
    assert answer.status_code == 422
    assert "ひとことを書いてください。一行で十分です。" in answer.text
    assert count(session, Completion) == 0


@pytest.mark.parametrize("words", UNSEEN)
def test_an_unseen_reflection_records_no_day(as_, cast, session, climb, catalogue, words):
    habit = next(
        (challenge, step)
        for challenge in catalogue.by_slug.values()
        for step in challenge.steps
        if step.days > 1 and step.number == 2
    )
    climb(cast.staff, habit[0].slug, at=now() - timedelta(days=2))
    path = f"/challenges/{habit[0].slug}/steps/2/days"
    answer = as_(cast.staff).post(
        path, data={"reflection": words, "day": day_of(now()).isoformat()}
    )
    assert answer.status_code == 422
    assert "ひとことを書いてください。一行で十分です。" in answer.text
    assert count(session, Practice) == 0


@pytest.mark.parametrize("link", UNSEEN)
def test_an_unseen_link_is_none(as_, cast, session, link):
    path = "/challenges/ask-when-stuck/steps/1/submissions"
    answer = as_(cast.staff).post(path, data={"reflection": "聞きました", "link": link})
    assert answer.status_code == 422
    assert "ほかの人が開いてもよいリンクを一つ入れてください。" in answer.text
    assert count(session, Completion) == 0


@pytest.mark.parametrize("words", FEW)
def test_an_unseen_endorsement_is_not_given(as_, cast, session, done, words):
    answer = as_(cast.manager).post(
        f"/completions/{done}/endorsements", data={"words": words, "praise": "STEADINESS"}
    )
    assert answer.status_code == 422
    assert "何が良かったかを10文字から400文字で書いてください。" in answer.text
    assert count(session, Endorsement) == 0


@pytest.mark.parametrize("words", UNSEEN)
def test_accepting_with_unseen_words_is_accepting_without(as_, cast, session, waiting, words):
    answer = as_(cast.manager).post(
        f"/submissions/{waiting}/acceptances",
        data={"words": words},
        follow_redirects=True,
    )
    assert answer.status_code == 200
    assert "言葉を贈りました" not in answer.text
    assert "お墨付きを贈りました" not in answer.text
    assert count(session, Completion) == 1
    assert count(session, Endorsement) == 0


@pytest.mark.parametrize("question", FEW)
def test_an_unseen_question_is_not_asked(as_, cast, session, waiting, question):
    answer = as_(cast.manager).post(
        f"/submissions/{waiting}/questions", data={"question": question}
    )
    assert answer.status_code == 422
    session.rollback()
    assert session.get_one(Submission, waiting).state is SubmissionState.WAITING


@pytest.mark.parametrize("reason", FEW)
def test_an_unseen_reason_voids_nothing(as_, cast, session, done, reason):
    answer = as_(cast.dx).post(f"/completions/{done}/voidings", data={"reason": reason})
    assert answer.status_code == 422
    assert "本人に伝わる理由を5文字から400文字で書いてください。" in answer.text
    assert count(session, CompletionVoid) == 0


def test_an_unseen_draft_is_an_empty_one(as_, cast, session):
    path = "/challenges/first-hello/steps/1/submissions"
    as_(cast.staff).post(path, data={"reflection": UNSEEN[1], "link": UNSEEN[0], "draft": "1"})
    draft = session.scalars(select(Submission)).one()
    assert (draft.reflection, draft.link) == ("", None)


def test_an_employee_number_is_found_with_what_was_pasted_around_it(as_, cast, session):
    form = {
        "unit": cast.section.id,
        "deputy": "\u200bｃｏｌｌｅａｇｕｅ\u2060",
        "first_day": day_of(now()).isoformat(),
    }
    assert as_(cast.manager).post("/deputies", data=form).status_code == 303


def test_words_are_stored_as_people_see_them(as_, cast, session):
    path = "/challenges/first-hello/steps/1/submissions"
    words = f"ハ\u3099ッシ\u3099\u200bです。\r\n\r\n\r\n\r\n葛\U000e0100城さんと{FAMILY}\u202e"
    as_(cast.staff).post(path, data={"reflection": words})
    stored = session.scalars(select(Submission)).one().reflection
    assert stored == f"バッジです。\n\n葛\U000e0100城さんと{FAMILY}"


@pytest.mark.parametrize("words", [FAMILY * 10, "葛\U000e0100" * 10, "か\u309a" * 10])
def test_letters_of_several_characters_are_enough(as_, cast, session, done, words):
    answer = as_(cast.manager).post(
        f"/completions/{done}/endorsements", data={"words": words, "praise": "STEADINESS"}
    )
    assert answer.status_code == 303
    assert count(session, Endorsement) == 1


@pytest.mark.parametrize(("length", "status"), [(400, 303), (401, 422)])
def test_the_longest_words_are_counted_in_letters(as_, cast, session, done, length, status):
    answer = as_(cast.manager).post(
        f"/completions/{done}/endorsements", data={"words": FAMILY * length, "praise": "STEADINESS"}
    )
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("check", "most"),
    [
        (cheering.checked, cheering.LONGEST_WORDS),
        (states.given_reason, states.LONGEST_REASON),
    ],
    ids=["cheer", "reason"],
)
def test_the_limits_of_later_rooms_count_letters_too(check, most):
    assert check(FAMILY * most)
    with pytest.raises(RuleBroken):
        check(FAMILY * (most + 1))
