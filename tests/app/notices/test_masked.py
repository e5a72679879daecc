"""The writer is told that the office masked words, with the reason and by nobody's name."""

import pytest

from app.notices.kinds import NoticeKind
from app.notices.queries import listed
from app.subscriptions import SUBSCRIPTIONS
from challenges.moderation import masking
from challenges.outbox import Fact
from challenges.words.kinds import TextKind
from tests.texts import write_texts

REASON = "住民の方のお名前がありました。"


@pytest.fixture
def texts(session, cast, step_of, climb, campaign_of, at):
    return write_texts(session, cast, step_of, climb, campaign_of, at)


def hear(session, kind, at):
    for fact in session.query(Fact).filter_by(kind=kind):
        for _twice in range(2):
            SUBSCRIPTIONS[kind]["notices"](session, fact, at)


@pytest.mark.parametrize("kind", TextKind)
def test_the_writer_is_told_once_and_nobody_else(session, cast, texts, at, kind):
    masking.mask(session, texts.refs[kind], by_id=cast.dx.id, reason=REASON, at=at)
    hear(session, "words_masked", at)
    writer = texts.writers[kind]
    [told] = [one for one in listed(session, writer.id, limit=9) if one.kind is NoticeKind.MASKED]
    assert (told.reason, told.by) == (REASON, None)
    assert (told.masked_kind, told.masked_id) == (kind, texts.refs[kind].id)
    for other in {cast.staff, cast.manager, cast.colleague, cast.dx} - {writer}:
        kinds = [one.kind for one in listed(session, other.id, limit=9)]
        assert NoticeKind.MASKED not in kinds


def test_lifting_takes_the_notice_away(session, cast, texts, at):
    ref = texts.refs[TextKind.CHEER]
    masking.mask(session, ref, by_id=cast.dx.id, reason=REASON, at=at)
    hear(session, "words_masked", at)
    masking.lift(session, ref, by_id=cast.dx.id, at=at)
    hear(session, "mask_lifted", at)
    assert listed(session, cast.colleague.id, limit=9) == []
