"""Whatever was typed wrongly, a script sees exit code 1 and a person a sentence."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db.sessions import Database
from app.migrations.tables import metadata


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["demo", "load", "--staff", "59"], "59 is not in the range 60<=x<=200000"),
        (["demo", "load", "--seed", "one"], "'one' is not a valid integer"),
        (["people", "invite"], "--all-without-password"),
        (["people", "grant", "staff", "boss"], "'boss' is not one of 'coach', 'dx-office'"),
        (["people", "grant", "staff"], "Missing argument"),
        (["people", "import", "FILE", "--at-most", "3"], "--deactivate-missing"),
        (["people", "import", "FILE", "--force"], "No such option"),
        (["people", "fire", "staff"], "No such command 'fire'"),
        (["catalogue", "dump", "FILE"], "is a file"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_bad_input_exits_with_1_and_a_sentence_and_changes_nothing(
    words: list[str], told: str, app: Flask, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("employee_number,name\n", encoding="utf-8")
    before = counts(database)
    result = app.test_cli_runner().invoke(
        args=[str(file) if word == "FILE" else word for word in words]
    )
    assert result.exit_code == 1
    assert told in result.output
    assert counts(database) == before
    assert file.read_text(encoding="utf-8") == "employee_number,name\n"


def counts(database: Database) -> dict[str, int | None]:
    with database.reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table))
            for name, table in metadata.tables.items()
        }
