"""What the DX office does about reported words; nobody else may."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.studio.models import AuditEntry
from challenges.people import roles
from challenges.recognition import cheering
from challenges.recognition.models import Cheer
from challenges.vocabulary import Role
from challenges.words.kinds import TextKind
from challenges.words.models import Mask, SealedWords, WordsReport
from challenges.words.withheld import Withheld
from tests.texts import WORDS

REASON = "住民の方のお名前がありました。"
STANDING = "この言葉は、DX事務局が伏せています"


@pytest.fixture
def case(texts):
    return f"/office/reports/cheer/{texts.refs[TextKind.CHEER].id}"


ACTS = {
    "masks": {"reason": REASON},
    "liftings": {},
    "decisions": {"note": "問題ありません。"},
    "reopenings": {},
}


@pytest.mark.parametrize("who", ["staff", "colleague", "manager", "outsider"])
def test_only_the_office_reads_and_decides(as_, session, cast, told, case, who):
    browser = as_(getattr(cast, who))
    for address in ("/office/reports", case, "/office/sealed", "/office/consultation"):
        assert browser.get(address).status_code == 403
    for act, said in ACTS.items():
        assert browser.post(f"{case}/{act}", data=said).status_code == 403
    assert browser.post("/office/consultation", data={"name": "窓口"}).status_code == 403
    assert browser.post("/office/sealing-terms", data={"days": "1"}).status_code == 403
    assert session.query(Mask).count() == 0


def test_a_text_that_nobody_reported_is_no_case(as_, cast, texts, case):
    assert as_(cast.dx).get(case).status_code == 404
    for act, said in ACTS.items():
        assert as_(cast.dx).post(f"{case}/{act}", data=said).status_code == 404
    assert as_(cast.dx).get("/office/reports/nonsense/1").status_code == 404


def test_the_writer_in_the_office_reads_nothing_of_their_own(as_, session, cast, told, case, at):
    roles.grant_role(session, cast.colleague, Role.DX_OFFICE, at=at)
    session.commit()
    browser = as_(cast.colleague)
    assert WORDS[TextKind.CHEER] not in browser.get("/office/reports").text
    assert "気になる内容の知らせ（0）" in browser.get("/office").text
    assert browser.get(case).status_code == 404
    assert browser.post(f"{case}/masks", data={"reason": REASON}).status_code == 404


def test_masking_covers_the_words_everywhere(as_, session, cast, told, case):
    dx = as_(cast.dx)
    page = dx.get(case).text
    assert WORDS[TextKind.CHEER] in page
    assert cast.staff.name in page  # who reported
    assert dx.post(f"{case}/masks", data={"reason": REASON}).status_code == 303
    for who, address in (
        (cast.staff, "/cheers"),
        (cast.staff, "/"),
        (cast.colleague, "/cheers"),
        (cast.dx, case),
    ):
        page = as_(who).get(address).text
        assert WORDS[TextKind.CHEER] not in page, address
        assert STANDING in page, address


def test_the_standing_sentence_is_in_the_language_of_the_reader(as_, session, cast, told, case):
    as_(cast.dx).post(f"{case}/masks", data={"reason": REASON})
    cast.staff.language = "en"
    session.commit()
    page = as_(cast.staff).get("/cheers").text
    assert "The DX office has masked these words" in page
    assert STANDING not in page


def test_the_log_tells_the_writer_in_the_office_of_no_report(as_, session, cast, told, case, at):
    for act in ("decisions", "reopenings"):
        assert as_(cast.dx).post(f"{case}/{act}", data=ACTS[act]).status_code == 303
    roles.grant_role(session, cast.colleague, Role.DX_OFFICE, at=at)
    session.commit()
    for address in ("/office/audit", "/office/audit.csv"):
        assert ACTS["decisions"]["note"] in as_(cast.dx).get(address).text
        assert ACTS["decisions"]["note"] not in as_(cast.colleague).get(address).text
    only_words = "/office/audit.csv?subject=words"
    assert len(as_(cast.dx).get(only_words).text.splitlines()) == 3
    assert len(as_(cast.colleague).get(only_words).text.splitlines()) == 1


def test_words_that_are_gone_are_not_called_masked(as_, session, cast, told, case, texts):
    as_(cast.dx).post(f"{case}/decisions", data=ACTS["decisions"])
    cheer = session.get_one(Cheer, texts.refs[TextKind.CHEER].id)
    cheer.words = Withheld.EXPIRED.value
    session.commit()
    page = as_(cast.dx).get("/office/reports?decided=1").text
    assert case in page
    assert "伏せています" not in page


def test_the_writer_reads_their_words_and_why(as_, cast, texts, told, case):
    as_(cast.dx).post(f"{case}/masks", data={"reason": REASON})
    mine = f"/words/cheer/{texts.refs[TextKind.CHEER].id}/mine"
    assert mine in as_(cast.colleague).get("/cheers").text
    page = as_(cast.colleague).get(mine).text
    assert WORDS[TextKind.CHEER] in page
    assert REASON in page
    assert cast.staff.name not in page.partition("<main")[2]
    for other in (cast.staff, cast.manager, cast.dx, cast.outsider):
        assert as_(other).get(mine).status_code == 404


def test_acts_are_undone_and_stand_in_the_audit_log(as_, session, cast, told, case):
    dx = as_(cast.dx)
    for act in ("masks", "liftings", "decisions", "reopenings"):
        assert dx.post(f"{case}/{act}", data=ACTS[act]).status_code == 303, act
    acts = session.execute(select(AuditEntry.act, AuditEntry.reason).order_by(AuditEntry.id))
    assert [tuple(one) for one in acts] == [
        ("masked", REASON),
        ("mask_lifted", ""),
        ("let_stand", "問題ありません。"),
        ("report_reopened", ""),
    ]
    log = dx.get("/office/audit").text
    assert WORDS[TextKind.CHEER] not in log
    assert cast.staff.name not in log.partition("<main")[2]


def test_what_was_done_already_is_refused_with_a_sentence(as_, session, cast, told, case):
    dx = as_(cast.dx)
    assert dx.post(f"{case}/masks", data={"reason": REASON}).status_code == 303
    again = dx.post(f"{case}/masks", data={"reason": REASON})
    assert again.status_code == 422
    assert "ほかの人がもう伏せた" in again.text
    assert session.query(Mask).count() == 1


@pytest.mark.parametrize(("act", "field"), [("masks", "reason"), ("decisions", "note")])
def test_a_short_reason_is_refused_beside_its_field(as_, session, cast, told, case, act, field):
    answer = as_(cast.dx).post(f"{case}/{act}", data={field: "短い"})
    assert answer.status_code == 422
    assert ">\n短い</textarea>" in answer.text
    assert session.scalars(select(WordsReport.decided_at)).all() == [None]


def test_the_list_is_paged_and_asks_the_same_however_long(
    as_, session, database, cast, texts, told, count_statements
):
    dx = as_(cast.dx)
    with count_statements(database.engine) as few:
        dx.get("/office/reports")
    first = session.query(WordsReport).one()
    for number in range(2, 60):
        cheer = Cheer(
            completion_id=texts.done.id,
            giver_id=cast.manager.id,
            receiver_id=cast.staff.id,
            stamp="HELPED",
            words=f"言葉{number}",
            given_at=first.reported_at,
            week=first.reported_at.date(),
            taken_back_at=first.reported_at + timedelta(days=number),
        )
        session.add(cheer)
        session.flush()
        session.add(
            WordsReport(
                kind=TextKind.CHEER,
                text_id=cheer.id,
                writer_id=cast.manager.id,
                reporter_id=cast.staff.id,
                concern="OTHER",
                reported_at=first.reported_at + timedelta(seconds=number),
            )
        )
    session.commit()
    with count_statements(database.engine) as many:
        page = dx.get("/office/reports").text
    assert len(many) == len(few)
    assert "?page=2" in page


def test_the_office_reads_how_many_wait(as_, cast, told):
    assert "気になる内容の知らせ（1）" in as_(cast.dx).get("/office").text


@pytest.fixture
def sealed(session, cast, texts, told, at):
    """The cheer was taken back after it was reported; the number of its seal."""
    cheer = session.get_one(Cheer, texts.refs[TextKind.CHEER].id)
    cheering.take_back(session, cheer, by_id=cast.colleague.id, at=at)
    session.commit()
    return session.scalars(select(SealedWords.id)).one()


def test_sealed_words_are_opened_with_a_logged_reason(as_, session, cast, case, sealed):
    dx, words = as_(cast.dx), WORDS[TextKind.CHEER]
    found = dx.get("/office/sealed", query_string={"q": cast.colleague.name}).text
    assert f"/office/sealed/{sealed}" in found
    assert words not in found
    assert f"/office/sealed/{sealed}" in dx.get(case).text
    assert words not in dx.get(f"/office/sealed/{sealed}").text
    assert dx.post(f"/office/sealed/{sealed}/openings", data={"reason": "短"}).status_code == 422
    assert words not in dx.get(f"/office/sealed/{sealed}").text
    opened = dx.post(f"/office/sealed/{sealed}/openings", data={"reason": "本人から相談"})
    assert opened.status_code == 303
    assert words in dx.get(f"/office/sealed/{sealed}").text
    [entry] = session.query(AuditEntry).filter_by(act="seal_opened")
    assert (entry.by_id, entry.reason) == (cast.dx.id, "本人から相談")


def test_what_one_opened_is_closed_to_another_and_after_a_while(as_, session, cast, sealed, at):
    roles.grant_role(session, cast.outsider, Role.DX_OFFICE, at=at)
    session.commit()
    as_(cast.dx).post(f"/office/sealed/{sealed}/openings", data={"reason": "本人から相談"})
    assert WORDS[TextKind.CHEER] not in as_(cast.outsider).get(f"/office/sealed/{sealed}").text
    session.query(AuditEntry).one().at -= timedelta(minutes=11)
    session.commit()
    assert WORDS[TextKind.CHEER] not in as_(cast.dx).get(f"/office/sealed/{sealed}").text


def test_nothing_sealed_is_listed_without_a_name_or_of_oneself(as_, session, cast, sealed, at):
    assert f"/office/sealed/{sealed}" not in as_(cast.dx).get("/office/sealed").text
    roles.grant_role(session, cast.colleague, Role.DX_OFFICE, at=at)
    session.commit()
    browser = as_(cast.colleague)
    found = browser.get("/office/sealed", query_string={"q": cast.colleague.name}).text
    assert f"/office/sealed/{sealed}" not in found
    assert browser.get(f"/office/sealed/{sealed}").status_code == 403
    said = {"reason": "本人から相談"}
    assert browser.post(f"/office/sealed/{sealed}/openings", data=said).status_code == 403
    assert as_(cast.dx).post("/office/sealed/999/openings", data=said).status_code == 404


def test_the_office_enters_how_long_sealed_words_are_kept(as_, session, cast):
    dx = as_(cast.dx)
    assert "90日のあいだ" in dx.get("/office/sealed").text
    assert dx.post("/office/sealing-terms", data={"days": "30"}).status_code == 303
    assert "30日のあいだ" in dx.get("/office/sealed").text
    for wrong in ("0", "3651", "x", ""):
        assert dx.post("/office/sealing-terms", data={"days": wrong}).status_code == 422
    [entry] = session.query(AuditEntry).filter_by(act="term_entered")
    assert (entry.before, entry.after) == ({"kept_days": 90}, {"kept_days": 30})


DESK = {"name": "職員相談室", "mail": "soudan@pref.example.jp", "telephone": "059-000-0000"}


def test_the_office_enters_the_consultation_desk(as_, session, cast):
    dx = as_(cast.dx)
    assert "未登録" in dx.get("/office/consultation").text
    assert dx.post("/office/consultation", data={**DESK, "after": "0"}).status_code == 303
    assert "職員相談室" in dx.get("/office/consultation").text
    lost = dx.post("/office/consultation", data={**DESK, "name": "別の窓口", "after": "0"})
    assert lost.status_code == 422
    assert "別の窓口" in lost.text


@pytest.mark.parametrize(
    "typed",
    [
        {**DESK, "name": ""},
        {"name": "職員相談室"},
        {**DESK, "mail": "a@b.jp?cc=c@d.jp"},
        {**DESK, "mail": "javascript:alert(1)"},
        {**DESK, "mail": "a@b.jp,c@d.jp"},
        {**DESK, "note": "長" * 201},
    ],
)
def test_a_desk_that_cannot_be_reached_is_refused(as_, cast, typed):
    answer = as_(cast.dx).post("/office/consultation", data={**typed, "after": "0"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
