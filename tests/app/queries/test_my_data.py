"""Everybody gets all that is stored of them, and nothing that is secret or somebody else's."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest

from app.clock import now
from app.migrations.tables import metadata
from app.queries.my_data import HANDED_OUT, KEPT_BACK
from challenges.calendar import day_of
from challenges.people.models import Membership
from challenges.recognition import endorsing
from challenges.recognition.models import Endorsement


@pytest.fixture
def taken(as_):
    """``taken(person)``: what is in their file, by name."""

    def take(person):
        answer = as_(person).get("/settings/my-data.zip")
        assert answer.status_code == 200
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    return take


def test_every_column_about_a_person_is_handed_out_or_kept_back():
    named = {
        table.name
        for table in metadata.sorted_tables
        if any(key.column.table.name == "person" for key in table.foreign_keys)
    }
    assert named | {"person"} == HANDED_OUT.keys() | KEPT_BACK.keys()
    assert not HANDED_OUT.keys() & KEPT_BACK.keys()
    for table in metadata.sorted_tables:
        columns = {column.name for column in table.columns if _names_a_person(column)}
        if "person_id" in columns:
            assert table.name in HANDED_OUT or table.name == "changed_day", table.name


def _names_a_person(column):
    return any(key.column.table.name == "person" for key in column.foreign_keys)


def test_the_file_holds_each_table_as_json_and_as_csv(taken, cast, climb):
    climb(cast.staff, "first-hello", at=now()).submission.reflection = "=HYPERLINK(1)"
    files = taken(cast.staff)
    told = json.loads(files["my-data.json"])
    assert told.keys() == HANDED_OUT.keys() | {"practice"}
    assert told["submission"][0]["reflection"] == "=HYPERLINK(1)"
    assert files["submission.csv"].startswith(b"\xef\xbb\xbf")
    [row] = csv.DictReader(io.StringIO(files["submission.csv"].decode("utf-8-sig")))
    assert row["reflection"] == "'=HYPERLINK(1)"
    assert {f"{name}.csv" for name in told} | {"my-data.json"} == files.keys()


def test_nothing_of_others_is_in_it(taken, cast, climb):
    climb(cast.staff, "first-hello", at=now()).submission.reflection = "汐里のひとこと"
    told = json.loads(taken(cast.colleague)["my-data.json"])
    assert "汐里" not in json.dumps(told, ensure_ascii=False)
    assert [one["id"] for one in told["person"]] == [cast.colleague.id]


def test_no_key_to_the_app_is_in_it(taken, cast, session):
    cast.staff.password_hash = "$argon2id$kept"
    session.commit()
    text = b"".join(taken(cast.staff).values())
    assert b"argon2" not in text
    told = json.loads(taken(cast.staff)["my-data.json"])
    assert not {"key", "epoch"} & told["sign_in"][0].keys()


def test_words_received_are_in_it_until_they_are_taken_back(taken, cast, climb, session):
    done = climb(cast.staff, "first-hello", at=now())
    words = "公開の場での一声、心強いです。"
    one = endorsing.endorse(
        session, done, by_id=cast.manager.id, words=words, kinds=["STEADINESS"], at=now()
    )
    session.commit()
    assert words.encode() in taken(cast.staff)["endorsement.csv"]
    assert b"other" in taken(cast.staff)["endorsement.csv"]
    session.get_one(Endorsement, one).withdrawn_at = now()
    session.commit()
    assert words.encode() not in b"".join(taken(cast.staff).values())
    assert words.encode() in taken(cast.manager)["endorsement.csv"]


def test_it_tells_nothing_of_a_transfer_to_come(taken, cast, session):
    before = taken(cast.staff)["membership.csv"]
    today = day_of(now())
    present = session.query(Membership).filter_by(person_id=cast.staff.id).one()
    present.valid_to = today + timedelta(days=2)
    session.add(
        Membership(
            person_id=cast.staff.id,
            unit_id=cast.other_section.id,
            valid_from=today + timedelta(days=3),
        )
    )
    session.commit()
    assert taken(cast.staff)["membership.csv"] == before


def test_a_visitor_gets_no_file(client):
    assert client.get("/settings/my-data.zip").status_code == 302
