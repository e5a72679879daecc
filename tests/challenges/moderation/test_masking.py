"""The office masks words at once, and everything else stays."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.migrations.tables import metadata
from challenges.errors import InvalidField, RuleBroken
from challenges.moderation import masking, reporting
from challenges.moderation.masking import NothingToMask, NothingToUndo, OwnWords
from challenges.moderation.queries import own_masked, the_case, waiting_cases
from challenges.moderation.texts import find_text
from challenges.outbox import Fact
from challenges.recognition import cheering, endorsing
from challenges.recognition.models import Cheer, Endorsement
from challenges.submissions.models import Completion, Submission
from challenges.words.kinds import SealedBecause, TextKind
from challenges.words.models import Mask, SealedWords, WordsReport
from challenges.words.withheld import Withheld
from tests.texts import WORDS

REASON = "住民の方のお名前がありました。"
KEPT = {"sealed_words"}
"""Where masked words may lie."""


@pytest.fixture
def mask(session, cast, texts, at):
    def act(kind, by=None):
        masking.mask(session, texts.refs[kind], by_id=(by or cast.dx).id, reason=REASON, at=at)
        session.commit()

    return act


def where(session, words):
    """The tables in which the words stand."""
    found = set()
    for table in metadata.sorted_tables:
        for row in session.execute(select(table)):
            if words in repr(tuple(row)):
                found.add(table.name)
    return found


@pytest.mark.parametrize("kind", TextKind)
def test_masked_words_stand_nowhere_but_sealed(session, texts, mask, kind):
    mask(kind)
    assert where(session, WORDS[kind]) == KEPT
    assert find_text(session, texts.refs[kind]).withheld is Withheld.MASKED


@pytest.mark.parametrize("kind", TextKind)
def test_what_the_words_belong_to_stays(session, mask, kind):
    before = [session.query(one).count() for one in (Submission, Completion, Endorsement, Cheer)]
    mask(kind)
    assert [
        session.query(one).count() for one in (Submission, Completion, Endorsement, Cheer)
    ] == before
    assert session.scalars(select(Endorsement.withdrawn_at)).all() == [None]
    assert session.scalars(select(Cheer.taken_back_at)).all() == [None]


def test_the_link_of_a_step_is_masked_with_its_words(session, texts, mask):
    texts.asked.link = "https://minutes.example.jp/private-7"
    session.commit()
    mask(TextKind.STEP)
    assert where(session, "private-7") == KEPT
    assert session.query(Submission).filter_by(id=texts.asked.id).one().link is None


@pytest.mark.parametrize("kind", TextKind)
def test_lifting_brings_the_words_back(session, cast, texts, mask, at, kind):
    mask(kind)
    masking.lift(session, texts.refs[kind], by_id=cast.dx.id, at=at)
    assert find_text(session, texts.refs[kind]).words == WORDS[kind]
    assert session.query(SealedWords).count() == 0
    with pytest.raises(NothingToUndo):
        masking.lift(session, texts.refs[kind], by_id=cast.dx.id, at=at)


def test_lifted_words_can_be_masked_again(session, cast, texts, mask, at):
    mask(TextKind.CHEER)
    masking.lift(session, texts.refs[TextKind.CHEER], by_id=cast.dx.id, at=at)
    mask(TextKind.CHEER)
    assert find_text(session, texts.refs[TextKind.CHEER]).withheld is Withheld.MASKED
    assert session.query(Mask).count() == 2


def test_of_many_who_mask_at_once_one_does(session, database, cast, texts, race, at):
    ref = texts.refs[TextKind.ENDORSEMENT]
    by = [cast.dx.id, cast.outsider.id]
    outcomes = race(
        *(lambda own, me=me: masking.mask(own, ref, by_id=me, reason=REASON, at=at) for me in by),
        times=8,
    )
    assert sum(isinstance(one, int) for one in outcomes) == 1
    assert sum(isinstance(one, NothingToMask) for one in outcomes) == 15
    session.expire_all()
    assert session.query(Mask).count() == 1
    assert session.scalars(select(SealedWords.words)).all() == [WORDS[TextKind.ENDORSEMENT]]
    assert session.query(Fact).filter_by(kind="words_masked").count() == 1


def test_masking_races_with_rewording(session, cast, texts, race, at):
    ref, new = texts.refs[TextKind.ENDORSEMENT], "あらためて、心強い一声でした。"

    def reword(own):
        endorsing.reword(
            own,
            own.get_one(Endorsement, ref.id),
            by_id=cast.manager.id,
            words=new,
            kinds=["STEADINESS"],
            at=at,
        )

    race(
        reword,
        lambda own: masking.mask(own, ref, by_id=cast.dx.id, reason=REASON, at=at),
        times=1,
    )
    session.expire_all()
    stands = session.query(Mask).filter_by(ended_at=None).count()
    shown = find_text(session, ref)
    under = session.query(SealedWords).filter_by(because=SealedBecause.MASKED).count()
    assert stands == under == (shown.withheld is Withheld.MASKED)
    assert where(session, WORDS[TextKind.ENDORSEMENT]) == KEPT


@pytest.mark.parametrize("act", ["mask", "lift", "let_stand", "reopen"])
def test_nobody_decides_about_their_own_words(session, cast, texts, at, act):
    ref, writer = texts.refs[TextKind.CHEER], texts.writers[TextKind.CHEER].id
    said = {"mask": {"reason": REASON, "at": at}, "lift": {"at": at}, "reopen": {}}
    given = said.get(act, {"note": "問題ありません。", "at": at})
    with pytest.raises(OwnWords):
        getattr(masking, act)(session, ref, by_id=writer, **given)


@pytest.mark.parametrize("reason", ["", "  ", "短い", "長" * 401, "\u200b\u3164\u2800\u202e" * 9])
def test_the_writer_is_told_why(session, cast, texts, at, reason):
    with pytest.raises(InvalidField):
        masking.mask(session, texts.refs[TextKind.CHEER], by_id=cast.dx.id, reason=reason, at=at)


def test_only_the_writer_reads_their_masked_words(session, cast, texts, mask):
    mask(TextKind.CHEER)
    ref = texts.refs[TextKind.CHEER]
    mine = own_masked(session, ref, writer_id=cast.colleague.id)
    assert (mine.words, mine.reason) == (WORDS[TextKind.CHEER], REASON)
    for other in (cast.staff, cast.manager, cast.dx, cast.outsider):
        assert own_masked(session, ref, writer_id=other.id) is None


def test_new_words_end_the_mask(session, cast, texts, mask, at):
    mask(TextKind.ENDORSEMENT)
    ref = texts.refs[TextKind.ENDORSEMENT]
    given = session.get_one(Endorsement, ref.id)
    new = "あらためて、心強い一声でした。"
    endorsing.reword(session, given, by_id=cast.manager.id, words=new, kinds=["STEADINESS"], at=at)
    assert find_text(session, ref).words == new
    assert session.scalars(select(Mask.ended_at)).all() == [at]
    assert session.scalars(select(SealedWords.because)).all() == [SealedBecause.REWORDED]
    with pytest.raises(NothingToUndo):
        masking.lift(session, ref, by_id=cast.dx.id, at=at)


def test_what_was_taken_back_is_not_brought_back(session, cast, texts, mask, at):
    mask(TextKind.CHEER)
    ref = texts.refs[TextKind.CHEER]
    cheering.take_back(session, session.get_one(Cheer, ref.id), by_id=cast.colleague.id, at=at)
    with pytest.raises(NothingToUndo):
        masking.lift(session, ref, by_id=cast.dx.id, at=at)
    assert where(session, WORDS[TextKind.CHEER]) == KEPT


def test_masking_decides_the_reports_and_lifting_reopens_them(session, cast, texts, mask, at):
    ref = texts.refs[TextKind.CHEER]
    text = find_text(session, ref)
    told = {"concern": "HURTFUL", "note": "", "at": at}
    assert reporting.report(session, text, by_id=cast.staff.id, **told)
    assert [one.text.ref for one in waiting_cases(session, me=cast.dx.id, limit=5)] == [ref]
    mask(TextKind.CHEER)
    assert waiting_cases(session, me=cast.dx.id, limit=5) == []
    assert the_case(session, ref, me=cast.dx.id).mask.reason == REASON
    masking.lift(session, ref, by_id=cast.dx.id, at=at)
    assert len(waiting_cases(session, me=cast.dx.id, limit=5)) == 1


def test_words_may_stand_with_a_note_and_that_is_undone(session, cast, texts, at):
    ref = texts.refs[TextKind.STEP]
    told = {"concern": "OTHER", "note": "だれのことか分かります。", "at": at}
    reporting.report(session, find_text(session, ref), by_id=cast.manager.id, **told)
    masking.let_stand(session, ref, by_id=cast.dx.id, note="名前はありません。", at=at)
    [answered] = the_case(session, ref, me=cast.dx.id).reports
    assert (answered.answer, answered.is_masked) == ("名前はありません。", False)
    assert find_text(session, ref).words == WORDS[TextKind.STEP]
    masking.reopen(session, ref, by_id=cast.dx.id)
    assert the_case(session, ref, me=cast.dx.id).is_waiting
    with pytest.raises(NothingToUndo):
        masking.reopen(session, ref, by_id=cast.dx.id)


def test_without_a_report_there_is_nothing_to_let_stand(session, cast, texts, at):
    with pytest.raises(RuleBroken):
        masking.let_stand(
            session, texts.refs[TextKind.STEP], by_id=cast.dx.id, note="問題ありません。", at=at
        )


def test_the_writer_in_the_office_sees_nothing_of_their_case(session, cast, texts, at):
    ref = texts.refs[TextKind.CHEER]
    told = {"concern": "HURTFUL", "note": "", "at": at}
    reporting.report(session, find_text(session, ref), by_id=cast.staff.id, **told)
    me = cast.colleague.id
    assert waiting_cases(session, me=me, limit=5) == []
    assert the_case(session, ref, me=me) is None


def test_masks_are_kept_for_the_history(session, cast, texts, mask, at):
    mask(TextKind.CHEER)
    later = at + timedelta(days=1)
    masking.lift(session, texts.refs[TextKind.CHEER], by_id=cast.dx.id, at=later)
    [kept] = session.query(Mask).all()
    session.refresh(kept)
    assert (kept.masked_by_id, kept.lifted_by_id) == (cast.dx.id, cast.dx.id)
    assert session.query(WordsReport).count() == 0
