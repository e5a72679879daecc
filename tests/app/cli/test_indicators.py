"""`indicators import`, as an operator uses it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.indicators.models import ImportState, Measure, MeasureImport
from app.indicators.published import published

GOOD = "指標,月,値\ncopier-pages,2026-05,114\n週次利用率,R8.5,61\n"


@pytest.fixture
def run(app: Flask, session: Session, tmp_path: Path) -> Callable[..., Result]:
    """``run(text, "--dry-run")``: what the command says of a file with that text."""

    def do(text: str, *options: str, name: str = "指標.csv") -> Result:
        session.commit()
        path = tmp_path / name
        path.write_text(text, encoding="cp932")
        words = ["indicators", "import", str(path), *options]
        result = app.test_cli_runner().invoke(args=words)
        session.expire_all()
        return result

    return do


def measures(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Measure)) or 0


def test_a_file_is_taken_in_and_shown(run: Callable[..., Result], session: Session) -> None:
    result = run(GOOD)
    assert result.exit_code == 0, result.output
    assert "new: 2 新しい値" in result.output
    assert {one.value for one in published(session, until=now())} == {114, 61}
    assert session.scalars(select(MeasureImport.state)).one() is ImportState.SHOWN
    assert session.scalars(select(MeasureImport.file_name)).one() == "指標.csv"


def test_a_dry_run_tells_the_same_and_writes_nothing(
    run: Callable[..., Result], session: Session
) -> None:
    result = run(GOOD, "--dry-run")
    assert result.exit_code == 0
    assert "new: 2 新しい値" in result.output
    assert "何も変えていません" in result.output
    assert measures(session) == 0
    assert session.scalars(select(MeasureImport)).all() == []


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_every_bad_line_is_named_and_it_ends_with_1(
    run: Callable[..., Result], session: Session, options: tuple[str, ...]
) -> None:
    result = run(GOOD + "tried-share,2026-05,1\ncopier-pages,5月,1\n", *options)
    assert result.exit_code == 1
    assert "4行目「指標」" in result.output
    assert "5行目「月」" in result.output
    assert "2件の誤りがあります。何も変えていません。" in result.output
    assert measures(session) == 0


def test_the_same_file_again_changes_nothing(run: Callable[..., Result], session: Session) -> None:
    run(GOOD)
    result = run(GOOD)
    assert result.exit_code == 0
    assert "前と同じ内容です" in result.output
    assert measures(session) == 2


def test_a_changed_value_is_told_with_the_one_before(run: Callable[..., Result]) -> None:
    run(GOOD)
    result = run(GOOD.replace("114", "112"))
    assert "changed: 1 変わる値" in result.output
    assert "複合機の使用面数 2026-05: 114 → 112" in result.output


def test_a_file_that_is_not_there_ends_with_1(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["indicators", "import", "/nowhere.csv"])
    assert result.exit_code == 1
    assert "読めません" in result.output
