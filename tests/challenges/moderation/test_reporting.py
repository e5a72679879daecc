"""Whoever read words can tell the office of them, once."""

import pytest

from challenges.errors import InvalidField
from challenges.moderation import reporting
from challenges.moderation.reporting import CannotReportOneself, NothingToReport
from challenges.moderation.texts import find_text
from challenges.recognition import cheering, endorsing
from challenges.recognition.models import Cheer, Endorsement
from challenges.words.kinds import TextKind
from challenges.words.models import WordsReport


@pytest.fixture
def report(session, texts, at):
    def act(kind, by, concern="HURTFUL", note=""):
        text = find_text(session, texts.refs[kind])
        return reporting.report(session, text, by_id=by.id, concern=concern, note=note, at=at)

    return act


def test_a_person_reports_a_text_once(session, cast, report):
    assert report(TextKind.CHEER, cast.staff)
    assert not report(TextKind.CHEER, cast.staff)
    assert report(TextKind.CHEER, cast.manager)
    assert session.query(WordsReport).count() == 2


def test_of_many_at_once_one_report_stays(session, cast, texts, race, at):
    ref = texts.refs[TextKind.CHEER]

    def act(own):
        text = find_text(own, ref)
        return reporting.report(own, text, by_id=cast.staff.id, concern="HURTFUL", note="", at=at)

    outcomes = race(act, times=8)
    assert sorted(outcomes) == [False] * 7 + [True]


@pytest.mark.parametrize("kind", TextKind)
def test_nobody_reports_themselves(texts, report, kind):
    with pytest.raises(CannotReportOneself):
        report(kind, texts.writers[kind])


def test_words_that_are_gone_cannot_be_reported(session, cast, texts, report, at):
    ref = texts.refs[TextKind.CHEER]
    cheering.take_back(session, session.get_one(Cheer, ref.id), by_id=cast.colleague.id, at=at)
    with pytest.raises(NothingToReport):
        report(TextKind.CHEER, cast.staff)


def test_new_words_can_be_reported_anew(session, cast, texts, report, at):
    assert report(TextKind.ENDORSEMENT, cast.staff)
    given = session.get_one(Endorsement, texts.refs[TextKind.ENDORSEMENT].id)
    endorsing.reword(
        session,
        given,
        by_id=cast.manager.id,
        words="あらためて、心強い一声でした。",
        kinds=["STEADINESS"],
        at=at,
    )
    assert report(TextKind.ENDORSEMENT, cast.staff)
    assert session.query(WordsReport).filter(WordsReport.sealed_id.is_not(None)).count() == 1


@pytest.mark.parametrize(
    ("concern", "note", "field"),
    [
        ("", "", "concern"),
        ("X", "", "concern"),
        ("OTHER", " ", "note"),
        ("OTHER", "\u200b\u3164\u2800\u202e" * 9, "note"),
        ("OTHER", "あ" * 201, "note"),
    ],
)
def test_a_report_says_what_is_troubling(cast, report, concern, note, field):
    with pytest.raises(InvalidField) as refused:
        report(TextKind.CHEER, cast.staff, concern, note)
    assert refused.value.field == field
