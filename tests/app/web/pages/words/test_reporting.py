"""A person reports words that they read, and nobody reaches words by their number."""

import pytest
from sqlalchemy import select

from challenges.moderation import masking
from challenges.recognition.models import Cheer
from challenges.submissions.models import Submission
from challenges.words.kinds import TextKind
from challenges.words.models import WordsReport
from tests.texts import WORDS


def of(address):
    """The parts of the way: before /concern, and the proof."""
    before, _slash, seen = address.partition("/concern?seen=")
    return before, seen


READ_AT = [
    ("staff", "/cheers", TextKind.CHEER),
    ("staff", "/", TextKind.QUESTION),
    ("staff", "/people/{staff}", TextKind.ENDORSEMENT),
    ("staff", "/challenges/meeting-as-post", TextKind.QUESTION),
]


@pytest.mark.parametrize(("who", "where", "kind"), READ_AT)
def test_words_of_others_can_be_reported_where_they_are_read(cast, texts, way, who, where, kind):
    address = way(getattr(cast, who), where.format(staff=cast.staff.id))
    assert address.startswith(f"/words/{kind.value.lower()}/{texts.refs[kind].id}/concern")


@pytest.mark.parametrize(
    ("where", "kind"),
    [
        ("/challenges/first-hello", TextKind.STEP),
        ("/campaigns/light-meetings/words", TextKind.STEP),
    ],
)
def test_shared_lines_can_be_reported(session, cast, texts, way, where, kind):
    submission = texts.done.submission
    submission.reflection, submission.words_shown_at = (
        "窓口で一声かけました。",
        texts.done.happened_at,
    )
    session.commit()
    address = way(cast.colleague, where)
    if where.startswith("/campaigns"):  # nothing of July counts in a campaign of another day
        assert address is None or str(submission.id) in address
    else:
        assert address.startswith(f"/words/step/{submission.id}/concern")


def test_a_manager_reports_what_waits_for_them(session, as_, cast, texts, step_of, way):
    before = session.get_one(Submission, texts.asked.id)
    answered = {"reflection": "朝会を投稿に替えました。"}
    as_(cast.staff).post("/challenges/meeting-as-post/steps/1/submissions", data=answered)
    assert way(cast.manager, "/team").startswith(f"/words/step/{before.id}/concern")


def test_the_office_reports_a_nomination(cast, texts, way):
    address = way(cast.dx, "/office/campaigns/light-meetings/report")
    assert address is None or address.startswith("/words/nomination/")


def test_what_happens_next_is_said_before_and_after(as_, session, cast, texts, way):
    address = way(cast.staff, "/cheers")
    before, seen = of(address)
    page = as_(cast.staff).get(address).text
    assert WORDS[TextKind.CHEER] in page
    assert "書いた人には伝わりません" in page
    sent = as_(cast.staff).post(
        f"{before}/reports", data={"concern": "HURTFUL", "note": "つらい", "seen": seen}
    )
    assert (sent.status_code, sent.location) == (303, address)
    page = as_(cast.staff).get(address).text
    assert "もう知らせ" not in page
    assert "このあとは、こう進みます" in page
    assert 'name="concern"' not in page
    assert session.scalars(select(WordsReport.reporter_id)).all() == [cast.staff.id]


def test_a_second_report_changes_nothing(as_, session, cast, texts, told):
    before, seen = of(told)
    again = as_(cast.staff).post(f"{before}/reports", data={"concern": "PRIVATE", "seen": seen})
    assert again.status_code == 303
    assert session.scalars(select(WordsReport.concern)).all() == ["HURTFUL"]


def test_a_refused_report_keeps_what_was_typed(as_, cast, texts, way):
    before, seen = of(way(cast.staff, "/cheers"))
    answer = as_(cast.staff).post(f"{before}/reports", data={"note": "気になる", "seen": seen})
    assert answer.status_code == 422
    assert ">\n気になる</textarea>" in answer.text
    assert 'aria-invalid="true"' in answer.text or "一つ選んでください" in answer.text


@pytest.mark.parametrize("who", ["manager", "outsider", "dx", "colleague"])
def test_the_way_of_one_person_is_closed_to_others(as_, cast, texts, way, who):
    address = way(cast.staff, "/cheers")
    before, seen = of(address)
    browser = as_(getattr(cast, who))
    assert browser.get(address).status_code == 404
    for act in ("reports", "copies"):
        sent = browser.post(f"{before}/{act}", data={"concern": "HURTFUL", "seen": seen})
        assert sent.status_code == 404


def test_nobody_reaches_words_by_their_number(as_, client, cast, texts):
    for kind, ref in texts.refs.items():
        address = f"/words/{kind.value.lower()}/{ref.id}/concern"
        for who in (cast.staff, cast.manager, cast.outsider, cast.dx):
            assert as_(who).get(address).status_code == 404
            assert as_(who).get(f"{address}?seen=x").status_code == 404
        assert client.get(address).status_code == 302
    assert as_(cast.staff).get("/words/nonsense/1/concern").status_code == 404


def test_the_way_ends_when_the_words_change(as_, session, cast, texts, way, at):
    address = way(cast.staff, "/cheers")
    masking.mask(
        session, texts.refs[TextKind.CHEER], by_id=cast.dx.id, reason="お名前がありました。", at=at
    )
    session.commit()
    assert as_(cast.staff).get(address).status_code == 404


def test_the_writer_sees_no_way_and_nothing_of_a_report(as_, cast, texts, told):
    for address in ("/cheers", "/", "/notices", f"/completions/{texts.done.id}/cheers"):
        page = as_(cast.colleague).get(address).text
        assert "/concern" not in page
        assert "知らせ" not in page or "気になる内容" not in page


def test_words_are_escaped(as_, session, cast, texts, way):
    hostile = "<script>alert(1)</script>"
    session.get_one(Cheer, texts.refs[TextKind.CHEER].id).words = hostile
    session.commit()
    address = way(cast.staff, "/cheers")
    before, seen = of(address)
    note = {"concern": "OTHER", "note": hostile, "seen": seen}
    as_(cast.staff).post(f"{before}/reports", data=note)
    pages = [as_(cast.staff).get(address), as_(cast.dx).get("/office/reports")]
    ref = texts.refs[TextKind.CHEER]
    pages.append(as_(cast.dx).get(f"/office/reports/cheer/{ref.id}"))
    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;" in page.text
