"""What is taken back or reworded lies sealed for a time, and then it is gone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from challenges.campaigns import nominations
from challenges.moderation import masking
from challenges.recognition import cheering, endorsing
from challenges.recognition.models import Cheer, Endorsement
from challenges.submissions import reviewing, submitting, withdrawing
from challenges.submissions.models import Submission
from challenges.submissions.submitting import Evidence
from challenges.words import sealing
from challenges.words.kinds import SealedBecause, TextKind
from challenges.words.models import SealedWords, WordsReport
from challenges.words.sealing import KEPT_DAYS
from tests.texts import WORDS, write_texts

KEPT = timedelta(days=KEPT_DAYS)


@pytest.fixture
def texts(session, cast, step_of, climb, campaign_of, at):
    return write_texts(session, cast, step_of, climb, campaign_of, at)


def sealed(session):
    rows = session.execute(select(SealedWords.words, SealedWords.because).order_by(SealedWords.id))
    return [tuple(row) for row in rows]


def resubmit(session, cast, step, words, at):
    submitting.submit(
        session, person_id=cast.staff.id, step=step, version=1, evidence=Evidence(words), at=at
    )


def test_a_cheer_taken_back_is_sealed(session, cast, texts, at):
    given = session.get_one(Cheer, texts.refs[TextKind.CHEER].id)
    for _twice in range(2):
        cheering.take_back(session, given, by_id=cast.colleague.id, at=at)
    assert sealed(session) == [(WORDS[TextKind.CHEER], SealedBecause.TAKEN_BACK)]
    assert session.scalars(select(Cheer.words)).all() == [""]


def test_an_endorsement_taken_back_is_sealed(session, cast, texts, at):
    given = session.get_one(Endorsement, texts.refs[TextKind.ENDORSEMENT].id)
    for _twice in range(2):
        endorsing.withdraw(session, given, by_id=cast.manager.id, at=at)
    assert sealed(session) == [(WORDS[TextKind.ENDORSEMENT], SealedBecause.TAKEN_BACK)]
    assert session.scalars(select(Endorsement.words)).all() == [""]


def test_a_reworded_endorsement_leaves_its_words_sealed(session, cast, texts, at):
    given = session.get_one(Endorsement, texts.refs[TextKind.ENDORSEMENT].id)
    new = "あらためて、心強い一声でした。"
    for kinds in (["STEADINESS"], ["TEAMWORK"]):  # the words change once
        endorsing.reword(session, given, by_id=cast.manager.id, words=new, kinds=kinds, at=at)
    assert sealed(session) == [(WORDS[TextKind.ENDORSEMENT], SealedBecause.REWORDED)]


def test_reworded_words_of_a_step_are_sealed(session, cast, texts, step_of, at):
    resubmit(session, cast, step_of("meeting-as-post"), "朝会を投稿に替えました。", at)
    assert sealed(session) == [(WORDS[TextKind.STEP], SealedBecause.REWORDED)]


def test_the_same_words_again_are_not_sealed(session, cast, texts, step_of, at):
    resubmit(session, cast, step_of("meeting-as-post"), WORDS[TextKind.STEP], at)
    assert sealed(session) == []


def test_a_draft_that_nobody_read_is_not_sealed(session, cast, step_of, at):
    for words in ("はじめの下書き", "つぎの下書き"):
        submitting.save_draft(
            session,
            person_id=cast.staff.id,
            step=step_of("first-hello"),
            version=1,
            reflection=words,
            link="",
            at=at,
        )
    assert sealed(session) == []


def test_withdrawn_words_of_a_step_are_sealed(session, cast, texts, at):
    withdrawing.withdraw_submission(session, texts.asked, by_id=cast.staff.id, at=at)
    assert sealed(session) == [(WORDS[TextKind.STEP], SealedBecause.TAKEN_BACK)]
    gone = select(Submission.reflection).where(Submission.id == texts.asked.id)
    assert session.scalar(gone) == ""


def test_words_of_a_withdrawn_step_are_sealed_and_stay_a_draft(session, cast, texts, at):
    texts.done.submission.reflection = "窓口で一声かけました。"
    withdrawing.withdraw(session, texts.done, by_id=cast.staff.id, at=at)
    assert sealed(session) == [("窓口で一声かけました。", SealedBecause.TAKEN_BACK)]
    assert texts.done.submission.reflection == "窓口で一声かけました。"


def test_a_question_that_another_replaces_is_sealed(session, cast, texts, step_of, at):
    resubmit(session, cast, step_of("meeting-as-post"), WORDS[TextKind.STEP], at)
    question = "どのくらい短くなりましたか。"
    reviewing.send_back(session, texts.asked, by_id=cast.manager.id, question=question, at=at)
    assert sealed(session) == [(WORDS[TextKind.QUESTION], SealedBecause.REWORDED)]


def test_a_nomination_is_sealed_when_reworded_and_taken_back(session, cast, texts, at):
    new = "課の会議を三分の一にしました。"
    for _twice in range(2):
        nominations.nominate(session, texts.campaign, person_id=cast.staff.id, words=new, at=at)
    nominations.withdraw(session, texts.campaign, person_id=cast.staff.id, at=at)
    assert sealed(session) == [
        (WORDS[TextKind.NOMINATION], SealedBecause.REWORDED),
        (new, SealedBecause.TAKEN_BACK),
    ]


def test_sealed_words_keep_the_time_at_which_they_were_written(session, cast, texts, step_of, at):
    def written():
        return session.scalars(select(SealedWords.written_at).order_by(SealedWords.id)).all()

    step, asked = step_of("meeting-as-post"), at + timedelta(days=2)
    resubmit(session, cast, step, "朝会を投稿に替えました。", asked)
    question = "どのくらい短くなりましたか。"
    by = {"by_id": cast.manager.id}
    reviewing.send_back(session, texts.asked, question=question, **by, at=asked)
    resubmit(session, cast, step, "三十分が十分になりました。", asked)
    reviewing.send_back(session, texts.asked, question="だれと決めましたか。", **by, at=asked)
    assert written() == [at, at, at, asked]
    masking.mask(
        session, texts.refs[TextKind.CHEER], by_id=cast.dx.id, reason="お名前でした。", at=asked
    )
    assert written()[-1] == at


def test_sealed_words_go_after_their_time_and_not_before(session, cast, texts, at):
    given = session.get_one(Cheer, texts.refs[TextKind.CHEER].id)
    cheering.take_back(session, given, by_id=cast.colleague.id, at=at)
    assert sealing.remove_old(session, kept=KEPT, at=at + KEPT, limit=5) == 0
    late = at + KEPT + timedelta(seconds=1)
    assert sealing.remove_old(session, kept=KEPT, at=late, limit=5) == 1
    assert sealed(session) == []


def test_words_under_a_mask_stay(session, cast, texts, at):
    ref = texts.refs[TextKind.CHEER]
    masking.mask(session, ref, by_id=cast.dx.id, reason="お名前がありました。", at=at)
    assert sealing.remove_old(session, kept=KEPT, at=at + 2 * KEPT, limit=5) == 0
    given = session.get_one(Cheer, ref.id)
    later = at + 2 * KEPT
    cheering.take_back(session, given, by_id=cast.colleague.id, at=later)
    assert sealing.remove_old(session, kept=KEPT, at=later, limit=5) == 0
    assert sealing.remove_old(session, kept=KEPT, at=later + 2 * KEPT, limit=5) == 1


def test_reports_go_with_the_words_they_are_about(session, cast, texts, at):
    ref = texts.refs[TextKind.CHEER]
    session.add(
        WordsReport(
            kind=ref.kind,
            text_id=ref.id,
            writer_id=cast.colleague.id,
            reporter_id=cast.staff.id,
            concern="HURTFUL",
            reported_at=at,
        )
    )
    session.flush()
    given = session.get_one(Cheer, ref.id)
    cheering.take_back(session, given, by_id=cast.colleague.id, at=at)
    sealing.remove_old(session, kept=KEPT, at=at + 2 * KEPT, limit=5)
    assert session.query(WordsReport).count() == 0
