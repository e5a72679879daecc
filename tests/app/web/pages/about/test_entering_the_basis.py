"""The DX office enters what the promise on personnel review rests on."""

import re
from threading import Barrier, Thread

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.clock import now
from app.promise import FIELDS, PromiseBasis, basis_in_force, enter_basis
from app.versioned_texts import AlreadyChanged
from app.web.rendering import PAGE_SIZE

PATH = "/office/promise"
FULL = {
    "document_ja": "DX推進要領",
    "document_en": "DX Guidelines",
    "article_ja": "第5条",
    "article_en": "Article 5",
    "contact_ja": "総務課 人事班",
    "contact_en": "Personnel section",
}


def number_of(session):
    session.expire_all()
    return session.scalar(select(func.count(PromiseBasis.id)))


def test_the_office_enters_it_and_everybody_reads_it(as_, cast, session):
    browser = as_(cast.dx)
    answer = browser.post(PATH, data={"after": "0", **FULL})
    assert (answer.status_code, answer.location) == (303, PATH)
    assert "約束の根拠を保存しました。" in browser.get(PATH).text
    assert "DX推進要領" in as_(cast.staff).get("/about").text
    basis = basis_in_force(session)
    assert basis.texts() == FULL
    assert basis.entered_by_id == cast.dx.id


@pytest.mark.parametrize("who", ["staff", "colleague", "manager", "deputy", "outsider"])
def test_nobody_else_may(as_, cast, session, who):
    browser = as_(getattr(cast, who))
    assert browser.get(PATH).status_code == 403
    assert browser.post(PATH, data={"after": "0", **FULL}).status_code == 403
    assert number_of(session) == 0


def test_a_signed_out_visitor_is_sent_to_sign_in(client, session):
    assert client.get(PATH).location.startswith("/sign-in")
    answer = client.post(PATH, data=FULL)
    assert answer.status_code == 401
    assert "DX推進要領" in answer.text, "what was typed is given back"
    assert number_of(session) == 0


def test_every_version_stays_with_who_and_when(as_, cast, session):
    browser = as_(cast.dx)
    browser.post(PATH, data={"after": "0", **FULL})
    browser.post(PATH, data={"after": "1", **FULL, "article_ja": "第6条"})
    rows = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", browser.get(PATH).text, re.DOTALL)
    assert [row.partition("<")[0] for row in rows] == ["第2版", "第1版"]
    assert "第6条" in rows[0]
    assert "第5条" in rows[1]
    for row in rows:
        assert "西 光 (dx)" in row
        assert re.search(r"\d{4}年\d+月\d+日", row)


def test_emptied_texts_are_a_version_too(as_, cast, session):
    browser = as_(cast.dx)
    browser.post(PATH, data={"after": "0", **FULL})
    browser.post(PATH, data={"after": "1", **dict.fromkeys(FIELDS, "")})
    assert number_of(session) == 2
    assert re.search(r"根拠：</b>\s*未登録", browser.get("/about").text)


def test_saving_the_same_again_makes_no_version(as_, cast, session):
    browser = as_(cast.dx)
    for after in ("0", "1"):
        assert browser.post(PATH, data={"after": after, **FULL}).status_code == 303
    assert number_of(session) == 1


@pytest.mark.parametrize("field", FIELDS)
def test_a_text_that_is_too_long_is_kept_beside_its_sentence(as_, cast, session, field):
    long = "あ" * 201
    answer = as_(cast.dx).post(PATH, data={"after": "0", **FULL, field: long})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "200文字までで書いてください。" in answer.text
    for name, text in {**FULL, field: long}.items():
        assert f'name="{name}" type="text" value="{text}"' in answer.text
    assert number_of(session) == 0


@pytest.mark.parametrize("after", ["0", "7", "-1", "x", "99999999999", ""])
def test_a_form_that_is_out_of_date_overwrites_nothing(as_, cast, session, after):
    browser = as_(cast.dx)
    browser.post(PATH, data={"after": "0", **FULL})
    answer = browser.post(PATH, data={"after": after, **FULL, "article_ja": "第9条"})
    assert answer.status_code == 422
    assert AlreadyChanged.sentence in answer.text
    assert 'value="第9条"' in answer.text, "what was typed is kept"
    assert 'name="after" value="1"' in answer.text, "saving again replaces it knowingly"
    assert basis_in_force(session).article_ja == "第5条"


def test_two_at_once_make_one_version(as_, cast, session):
    browser, start, answers = as_(cast.dx), Barrier(2), []
    session.commit()

    def save(number):
        start.wait()
        data = {"after": "0", "document_ja": f"要領{number}"}
        answers.append(FlaskClient.open(browsers[number], PATH, method="POST", data=data))

    browsers = [browser, as_(cast.dx)]
    threads = [Thread(target=save, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    assert number_of(session) == 1


def test_the_versions_are_paged(as_, cast, session):
    for number in range(PAGE_SIZE + 1):
        texts = {"document_ja": f"要領{number}"}
        enter_basis(session, texts, after=number, by_id=cast.dx.id, at=now())
    browser = as_(cast.dx)
    first, second = browser.get(PATH).text, browser.get(f"{PATH}?page=2").text
    assert f'href="{PATH}?page=2"' in first
    assert ">第1版<" not in first
    assert ">第1版<" in second
    assert f'value="要領{PAGE_SIZE}"' in second, "the form always holds what is in force"


def test_the_overview_leads_there_and_says_whether_there_is_one(as_, cast):
    browser = as_(cast.dx)

    def row():
        return browser.get("/office").text.partition(f'href="{PATH}"')[2].partition("</tr>")[0]

    assert "未登録" in row()
    browser.post(PATH, data={"after": "0", **FULL})
    assert re.search(r">1<.*\d{4}年\d+月\d+日(</time>)?に登録", row(), re.DOTALL)


def test_what_nobody_can_see_is_no_text(as_, cast, session):
    browser = as_(cast.dx)
    browser.post(PATH, data={"after": "0", **dict.fromkeys(FIELDS, "\u200b\u3164 ")})
    assert set(basis_in_force(session).texts().values()) == {""}
    assert re.search(r"根拠：</b>\s*未登録", browser.get("/about").text)
