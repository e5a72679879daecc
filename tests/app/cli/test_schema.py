"""A database that was not migrated is answered with a sentence, by every command that works on
one."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.db.sessions import Database

OLD = "Error: The database has not been migrated: run `flask --app wsgi db upgrade`.\n"
NEWER = "Error: The database is newer than this release (it is at 9999, the release knows up to "
COMMANDS = [
    ["relay", "once"],
    ["relay", "run"],
    ["history", "verify"],
    ["badges", "recompute"],
    ["catalogue", "load"],
    ["catalogue", "dump", "FOLDER"],
    ["demo", "load"],
    ["people", "import", "FILE"],
    ["people", "invite", "staff"],
    ["people", "grant", "staff", "dx-office"],
    ["people", "revoke", "staff", "dx-office"],
    ["people", "deputy", "デジタル部/改革課", "staff"],
    ["people", "end-deputy", "デジタル部/改革課", "staff"],
]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("DROP TABLE alembic_version", OLD),
        ("DELETE FROM alembic_version", OLD),
        ("UPDATE alembic_version SET version_num = '0001'", OLD),
        ("UPDATE alembic_version SET version_num = '9999'", NEWER),
    ],
)
def test_without_the_newest_schema_every_command_says_what_to_do(
    change: str, sentence: str, app: Flask, database: Database, tmp_path: Path
) -> None:
    with database.writing() as session:
        session.execute(text(change))
    people = tmp_path / "people.csv"
    people.write_text("employee_number,name\n", encoding="utf-8")
    given = {"FILE": str(people), "FOLDER": str(tmp_path / "dumped")}
    for words in COMMANDS:
        result = app.test_cli_runner().invoke(args=[given.get(word, word) for word in words])
        assert (result.exit_code, result.output[: len(sentence)]) == (1, sentence), words
        assert result.output.count("\n") == 1, words


def test_an_unreachable_database_gets_a_sentence(app: Flask, tmp_path: Path) -> None:
    app.extensions["stepup_database"] = away = Database(f"sqlite:///{tmp_path}/nowhere/stepup.db")
    result = app.test_cli_runner().invoke(args=["history", "verify"])
    assert (result.exit_code, result.output) == (1, "Error: The database does not answer.\n")
    away.dispose()
