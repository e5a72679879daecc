"""A program hands in a file of measures, with a token of the office."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.indicators.import_cells import FORMS_OF_MONTHS
from app.indicators.models import MeasureImport
from app.jobs.models import Job
from app.studio import tokens
from app.studio.models import AuditEntry

FILE = "指標,月,値\ncopier-pages,2026-06,114\nwithin-45-minutes,2026-06,41\n"


@pytest.fixture
def secret(session: Session, cast: SimpleNamespace) -> str:
    made = tokens.make(
        session, name="取込み", scopes=["IMPORT"], days=30, by_id=cast.dx.id, at=now()
    )
    session.commit()
    return made


def hand_in(app: Flask, secret: str | None, text: str = FILE, **changes: Any) -> Any:
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    headers["Accept-Language"] = changes.pop("language", "ja")
    asked = {"content_type": "text/csv", "query_string": {"file_name": "六月.csv"}, **changes}
    return app.test_client().post("/api/v1/imports", data=text.encode(), headers=headers, **asked)


def test_a_file_is_taken_in_by_a_job(app: Flask, session: Session, secret: str) -> None:
    answer = hand_in(app, secret)
    assert answer.status_code == 202, answer.text
    assert answer.json["lines"] == 2
    one = session.scalars(select(MeasureImport)).one()
    assert (one.id, one.file_name) == (answer.json["id"], "六月.csv")
    assert one.token_id is not None
    assert session.scalars(select(Job.kind)).all() == ["import-measures"]
    # The log of the office names the program, which is no person.
    noted = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (noted.act, noted.subject_id, noted.by_id) == ("taken_in", one.id, None)
    assert noted.after == {"lines": 2, "token": "取込み"}


def test_the_history_of_imports_names_the_program(
    app: Flask, session: Session, cast: SimpleNamespace, secret: str, as_: Any
) -> None:
    number = hand_in(app, secret).json["id"]
    for address in ("/office/dashboard/imports", f"/office/dashboard/imports/{number}"):
        assert "プログラム「取込み」" in as_(cast.dx).get(address).text


def test_every_wrong_line_is_named_and_nothing_taken_in(
    app: Flask, session: Session, secret: str
) -> None:
    answer = hand_in(app, secret, FILE + "copier-pages,六月,多い\nranking,2026-06,1\n")
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert {one["line"] for one in answer.json["errors"]} == {4, 5}
    assert [one["detail"] for one in answer.json["errors"]] == [
        f"「六月」という月を読めません。{FORMS_OF_MONTHS} のように書いてください。",
        "「ranking」という指標はありません。",
    ]
    assert session.scalars(select(MeasureImport)).all() == []


def test_what_is_wrong_is_said_in_the_language_of_the_program(app: Flask, secret: str) -> None:
    told = {
        FILE + "copier-pages,2026-05,many\n": "“many” is not a number.",
        'indicator,month,value\n"x': 'A quotation mark (") is not closed.',
    }
    for data, sentence in told.items():
        answer = hand_in(app, secret, data, language="en")
        assert [one["detail"] for one in answer.json["errors"]] == [sentence]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"content_type": "application/json"}, 415),
        ({"query_string": {}}, 422),
        ({"query_string": {"file_name": "a.csv", "filename": "b"}}, 422),
    ],
)
def test_what_cannot_be_read_is_a_problem(
    app: Flask, secret: str, changes: dict[str, Any], status: int
) -> None:
    answer = hand_in(app, secret, **changes)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_only_a_token_for_imports_hands_anything_in(
    app: Flask, session: Session, cast: SimpleNamespace, as_: Any
) -> None:
    reading = tokens.make(
        session, name="読む", scopes=["READ"], days=30, by_id=cast.dx.id, at=now()
    )
    session.commit()
    assert hand_in(app, None).status_code == 401
    assert hand_in(app, "stepup_x").status_code == 401
    assert hand_in(app, reading).status_code == 403
    # Nor does the cookie of somebody of the office.
    office = as_(cast.dx)
    answer = office.post("/api/v1/imports?file_name=a.csv", data=FILE, content_type="text/csv")
    assert answer.status_code == 401
    assert session.scalars(select(MeasureImport)).all() == []


def test_the_description_names_it_with_its_token(app: Flask) -> None:
    described: Any = app.test_client().get("/api/v1/openapi.json").json
    operation = described["paths"]["/imports"]["post"]
    assert operation["security"] == [{"token": []}]
    assert operation["parameters"][-1]["name"] == "file_name"
