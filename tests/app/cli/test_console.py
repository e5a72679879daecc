"""No command prints what a terminal would obey, wherever the text came from."""

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.config import ROOT
from challenges.catalogue.models import Challenge, ChallengeVersion
from challenges.people.models import Unit

OBEYED = "\a\u202e\x9b\u2028"
"""A bell, a turn of the writing direction, an escape sequence of one character, a line."""


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    return lambda *words: app.test_cli_runner().invoke(args=[str(word) for word in words])


def must_be_plain(result: Result, *, told: str) -> None:
    """Each of the four is printed as �, beside what was to be told."""
    assert "\ufffd" * len(OBEYED) in result.output
    assert told in result.output
    assert [char for char in result.output if not char.isprintable() and char not in "\n\t"] == []


@pytest.mark.parametrize("words", [("badges", "recompute"), ("history", "verify")])
def test_what_stands_in_the_database_is_printed_plain(
    run: Callable[..., Result], session: Session, words: tuple[str, str]
) -> None:
    session.execute(
        update(Challenge).where(Challenge.slug == "first-hello").values(slug=f"first{OBEYED}")
    )
    session.execute(update(ChallengeVersion).values(definition={}))
    session.commit()
    must_be_plain(run(*words), told="its definition cannot be read")


def test_a_file_with_mistakes_is_named_plain(run: Callable[..., Result], tmp_path: Path) -> None:
    for kind in ("challenges", "badges"):
        (tmp_path / kind).mkdir()
    (tmp_path / "challenges" / f"x{OBEYED}.yaml").write_text("slug: x", encoding="utf-8")
    must_be_plain(run("catalogue", "check", tmp_path), told=".yaml")


def test_the_folder_of_a_dump_is_named_plain(run: Callable[..., Result], tmp_path: Path) -> None:
    folder = tmp_path / f"out{OBEYED}"
    must_be_plain(run("catalogue", "dump", folder), told="Wrote")
    must_be_plain(run("catalogue", "dump", folder), told="is not empty")


def test_a_backup_that_is_not_there_is_named_plain(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    result = run("backup", "restore", tmp_path / f"lost{OBEYED}", "--replace")
    assert result.exit_code == 1
    must_be_plain(result, told="is not there.")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("people", "invite", OBEYED), "在籍していない職員番号です"),
        (("people", "grant", OBEYED, "coach"), "の人はいません"),
        (("people", "deputy", OBEYED, "colleague"), "はありません"),
        (("people", "deputy", "デジタル部", "staff", "--from", OBEYED), "Invalid value"),
    ],
    ids=["number", "person", "unit", "day"],
)
def test_what_was_typed_wrongly_is_told_plain(
    run: Callable[..., Result], words: tuple[str, ...], told: str
) -> None:
    result = run(*words)
    assert result.exit_code == 1
    must_be_plain(result, told=told)


def test_the_line_of_an_invitation_keeps_its_three_cells(
    run: Callable[..., Result], session: Session, cast: SimpleNamespace
) -> None:
    cast.staff.name = f"浜口\t{OBEYED}汐里"
    session.commit()
    result = run("people", "invite", "staff")
    must_be_plain(result, told="汐里")
    assert len(result.output.rstrip("\n").split("\t")) == 3


def test_the_name_of_a_unit_is_printed_plain(
    run: Callable[..., Result], session: Session, cast: SimpleNamespace
) -> None:
    session.execute(
        update(Unit).where(Unit.id == cast.section.id).values(path=f"デジタル部/改革課{OBEYED}")
    )
    session.commit()
    must_be_plain(
        run("people", "deputy", f"デジタル部/改革課{OBEYED}", "colleague"), told="代理になりました"
    )


def test_every_command_prints_through_the_console() -> None:
    others = [path for path in (ROOT / "app/cli").glob("*.py") if path.name != "console.py"]
    past = {
        path.name: found
        for path in others
        if (found := re.findall(r"click\.s?echo|\bprint\(|sys\.stdout", path.read_text("utf-8")))
    }
    assert past == {}, "print with say, say_cells or say_all of app/cli/console.py"
