"""A receiver keeps a copy for the consultation desk, or receives no cheers of one person."""

import json
import zipfile
from io import BytesIO
from urllib.parse import unquote

import pytest

from app.clock import now
from app.consultation import enter_desk
from challenges.recognition import budgets, cheering
from challenges.recognition.cheering import Applause
from challenges.recognition.models import Cheer, Silence
from challenges.recognition.stamps import Stamp
from challenges.words.kinds import TextKind
from challenges.words.models import PassedOn
from tests.texts import WORDS

DESK = {"name": "職員相談室", "mail": "soudan@pref.example.jp", "telephone": "059-000-0000"}
SAID = WORDS[TextKind.CHEER]


@pytest.fixture
def copy(as_, cast, texts, way):
    """The address of the copy that staff made of the words of the cheer."""
    before, _slash, seen = way(cast.staff, "/cheers").partition("/concern?seen=")
    made = as_(cast.staff).post(f"{before}/copies", data={"seen": seen})
    assert made.status_code == 303
    return made.location


def test_without_a_desk_the_page_says_so(as_, cast, texts, way, copy):
    assert "まだ未登録です" in as_(cast.staff).get(way(cast.staff, "/cheers")).text
    page = as_(cast.staff).get(copy).text
    assert "まだ未登録です" in page
    assert "mailto:" not in page


def test_a_copy_holds_the_words_the_time_and_the_writer(as_, session, cast, copy):
    enter_desk(session, DESK, after=0, by_id=cast.dx.id, at=now())
    session.commit()
    page = as_(cast.staff).get(copy).text
    for part in (SAID, cast.colleague.name, cast.staff.name, "職員相談室", "059-000-0000"):
        assert part in page
    mail = unquote(page.partition('href="mailto:')[2].partition('"')[0])
    assert mail.startswith("soudan@pref.example.jp?subject=")
    assert SAID in mail
    assert cast.colleague.name in mail


@pytest.mark.parametrize("who", ["colleague", "manager", "outsider", "dx"])
def test_a_copy_is_its_keepers_alone(as_, session, cast, copy, who):
    browser = as_(getattr(cast, who))
    assert browser.get(copy).status_code == 404
    assert browser.post(f"{copy}/deletions").status_code == 404
    assert SAID not in browser.get("/settings/copies").text
    assert session.query(PassedOn).count() == 1


def test_a_copy_stays_when_the_words_are_taken_back(as_, session, cast, texts, copy):
    cheer = session.get_one(Cheer, texts.refs[TextKind.CHEER].id)
    cheering.take_back(session, cheer, by_id=cast.colleague.id, at=now())
    session.commit()
    assert SAID in as_(cast.staff).get(copy).text
    assert SAID in as_(cast.staff).get("/settings/copies").text


def test_its_keeper_deletes_a_copy(as_, session, cast, copy):
    assert as_(cast.staff).post(f"{copy}/deletions").status_code == 303
    assert as_(cast.staff).get(copy).status_code == 404
    assert session.query(PassedOn).count() == 0


def test_the_office_and_the_writer_learn_nothing_of_a_copy(as_, cast, copy):
    for who in (cast.dx, cast.colleague):
        for address in ("/office", "/office/audit", "/office/reports", "/notices", "/cheers"):
            page = as_(who).get(address)
            assert "控え" not in page.text.partition("<main")[2], address


def test_only_the_receiver_of_words_makes_a_copy(as_, session, cast, texts, way):
    cheer = session.get_one(Cheer, texts.refs[TextKind.CHEER].id)
    cheer.shown_to_others = True
    session.commit()
    before, _slash, seen = way(cast.manager, f"/people/{cast.staff.id}").partition("/concern?seen=")
    assert as_(cast.manager).post(f"{before}/copies", data={"seen": seen}).status_code == 403


@pytest.fixture
def silenced(as_, cast, texts):
    """Staff receive no cheers of colleague any more; the number of the cheer they had."""
    cheer_id = texts.refs[TextKind.CHEER].id
    assert "伝わりません" in as_(cast.staff).get(f"/cheers/{cheer_id}/silence").text
    assert as_(cast.staff).post(f"/cheers/{cheer_id}/silences").status_code == 303
    return cheer_id


def test_a_silenced_cheer_is_shown_to_its_giver_alone(as_, session, cast, texts, silenced):
    session.get_one(Cheer, silenced).shown_to_others = True
    session.commit()
    for address in ("/", "/cheers", "/challenges/first-hello"):
        assert SAID not in as_(cast.staff).get(address).text, address
    assert SAID not in as_(cast.manager).get(f"/people/{cast.staff.id}").text


def test_the_giver_notices_nothing(as_, session, cast, texts, climb):
    """Every page of the giver is the same with the silence as without."""

    def pages():
        addresses = ("/", "/cheers", f"/people/{cast.staff.id}", "/notices")
        addresses += (f"/completions/{texts.done.id}/cheers",)
        return [as_(cast.colleague).get(one).text.partition("<main")[2] for one in addresses]

    def plain(shown):
        return [one for one in shown if "csrf" not in one]

    before, left = pages(), budgets.budget_of(session, cast.colleague.id, at=now()).left
    as_(cast.staff).post(f"/cheers/{texts.refs[TextKind.CHEER].id}/silences")
    assert plain(pages()) == plain(before)
    assert all(SAID in one for one in (pages()[1], pages()[4]))
    [new] = cheering.cheer(
        session,
        [texts.done.id],
        Applause(Stamp.COPYING if hasattr(Stamp, "COPYING") else list(Stamp)[1]),
        by_id=cast.colleague.id,
        at=now(),
    )
    assert new
    assert budgets.budget_of(session, cast.colleague.id, at=now()).left == left - 1


def test_another_giver_is_still_shown(as_, session, cast, texts, silenced):
    applause = Applause(list(Stamp)[2], "外からも応援しています。")
    cheering.cheer(session, [texts.done.id], applause, by_id=cast.manager.id, at=now())
    session.commit()
    assert applause.words in as_(cast.staff).get("/cheers").text


@pytest.mark.parametrize("who", ["colleague", "manager", "outsider", "dx"])
def test_only_the_receiver_silences(as_, session, cast, texts, who):
    address = f"/cheers/{texts.refs[TextKind.CHEER].id}"
    browser = as_(getattr(cast, who))
    assert browser.get(f"{address}/silence").status_code == 404
    assert browser.post(f"{address}/silences").status_code == 404
    assert session.query(Silence).count() == 0


def test_the_receiver_lists_and_ends_it(as_, session, cast, silenced):
    page = as_(cast.staff).get("/settings/silences").text
    assert cast.colleague.name in page
    silence = session.query(Silence).one()
    for other in (cast.colleague, cast.manager, cast.dx):
        assert as_(other).post(f"/settings/silences/{silence.id}/endings").status_code == 404
        mine = as_(other).get("/settings/silences").text.partition("<main")[2]
        assert cast.colleague.name not in mine
    assert as_(cast.staff).post(f"/settings/silences/{silence.id}/endings").status_code == 303
    assert SAID in as_(cast.staff).get("/cheers").text


def test_silencing_twice_is_one_silence(as_, session, cast, silenced, race, at):
    as_(cast.staff).post(f"/cheers/{silenced}/silences")
    assert session.query(Silence).count() == 1


def test_the_export_of_the_giver_says_nothing_of_it(as_, cast, silenced):
    def told(person):
        answer = as_(person).get("/settings/my-data.zip")
        with zipfile.ZipFile(BytesIO(answer.data)) as archive:
            return json.loads(archive.read("my-data.json"))

    assert told(cast.colleague)["silence"] == []
    assert len(told(cast.staff)["silence"]) == 1
