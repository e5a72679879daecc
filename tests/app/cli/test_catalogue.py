"""`catalogue check`, `load` and `dump`, as an operator uses them."""

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.sessions import Database
from badges.catalogue import definitions as badge_definitions
from badges.models import BadgeVersion
from challenges.catalogue import definitions
from challenges.catalogue.models import CatalogueLoad, ChallengeVersion
from challenges.submissions.models import Completion
from tests.shipped import CATALOGUE


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    return lambda *words: app.test_cli_runner().invoke(args=["catalogue", *map(str, words)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped catalogue in a folder of one's own."""
    shutil.copytree(definitions.CONTENT, tmp_path / "mine" / "challenges")
    shutil.copytree(badge_definitions.CONTENT, tmp_path / "mine" / "badges")
    return tmp_path / "mine"


def rows(database: Database) -> list[int]:
    """How much was ever published."""
    tables = (CatalogueLoad, ChallengeVersion, BadgeVersion)
    with database.reading() as session:
        return [session.scalars(select(func.count()).select_from(table)).one() for table in tables]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_catalogue_is_valid(run: Callable[..., Result]) -> None:
    result = run("check")
    assert result.exit_code == 0
    assert result.output == "24 challenges and 24 badges are right.\n"


def test_check_reports_each_mistake_with_file_and_line(
    run: Callable[..., Result], folder: Path
) -> None:
    edit(folder / "challenges" / "quick-hands.yaml", "minutes: 20", "minutes: 0")
    edit(folder / "badges" / "first-step.yaml", "position: 10", "position: -1")
    (folder / "badges" / "forgotten.yml").write_text("slug: forgotten\n")
    result = run("check", folder)
    assert result.exit_code == 1
    assert f"{folder}/challenges/quick-hands.yaml:6: minutes: " in result.output
    assert f"{folder}/badges/first-step.yaml:2: position: " in result.output
    assert f"{folder}/badges/forgotten.yml:1: is not read" in result.output
    assert "3 mistakes in the catalogue; nothing was changed." in result.output


def test_check_reports_a_badge_that_needs_an_unknown_challenge(
    run: Callable[..., Result], folder: Path
) -> None:
    edit(
        folder / "badges" / "good-failure.yaml",
        "challenge: [good-failure]",
        "challenge: [fine-failure]",
    )
    result = run("check", folder)
    assert result.exit_code == 1
    assert f"{folder}/badges/good-failure.yaml:" in result.output
    assert "fine-failure" in result.output


def test_check_reports_a_badge_without_an_image(run: Callable[..., Result], folder: Path) -> None:
    (folder / "badges" / "first-step.yaml").rename(folder / "badges" / "second-step.yaml")
    edit(folder / "badges" / "second-step.yaml", "slug: first-step", "slug: second-step")
    result = run("check", folder)
    assert result.exit_code == 1
    assert f"{folder}/badges/second-step.yaml:1: slug: has no face" in result.output


def test_a_missing_folder_gets_a_sentence(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("check", tmp_path / "nowhere")
    assert result.exit_code == 1
    assert f"{tmp_path}/nowhere/challenges: there is no such folder" in result.output


def test_a_path_that_is_no_file_gets_a_sentence(run: Callable[..., Result], folder: Path) -> None:
    (folder / "challenges" / "folder.yaml").mkdir()
    (folder / "challenges" / "gone.yaml").symlink_to(folder / "nowhere")
    result = run("check", folder)
    assert result.exit_code == 1
    assert f"{folder}/challenges/folder.yaml:1: cannot be read: Is a directory" in result.output
    assert f"{folder}/challenges/gone.yaml:1: cannot be read: No such file" in result.output


def test_a_project_is_dumped_once(run: Callable[..., Result], folder: Path) -> None:
    projects = folder / "challenges" / "projects.yaml"
    projects.write_text(projects.read_text(encoding="utf-8") * 2, encoding="utf-8")
    result = run("check", folder)
    assert result.exit_code == 1
    assert (
        "projects.yaml:1: projects: Value error, each project stands there once, but not"
        in result.output
    )


def test_a_dump_that_cannot_be_written_gets_a_sentence(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    result = run("dump", tmp_path / "file" / "below")
    assert result.exit_code == 1
    assert "cannot be written" in result.output


def test_loading_the_same_catalogue_changes_nothing(
    run: Callable[..., Result], database: Database
) -> None:
    before = rows(database)
    result = run("load")
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "challenges: 0 added, 0 changed, 0 retired, 24 unchanged",
        "badges: 0 added, 0 changed, 0 retired, 24 unchanged",
    ]
    assert rows(database) == before


def test_load_shows_what_is_new_changed_and_gone(
    run: Callable[..., Result], folder: Path, database: Database
) -> None:
    edit(folder / "challenges" / "quick-hands.yaml", "minutes: 20", "minutes: 25")
    (folder / "challenges" / "thread-week.yaml").unlink()
    before = rows(database)
    result = run("load", folder)
    assert result.exit_code == 0, result.output
    assert "challenges: 0 added, 1 changed, 1 retired, 22 unchanged" in result.output
    assert "  ~ quick-hands: minutes\n" in result.output
    assert "  - thread-week: retired\n" in result.output
    assert "`badges recompute`" in result.output
    assert "--quietly" in result.output
    assert rows(database) == [before[0] + 1, before[1] + 1, before[2]]


def test_a_dry_run_shows_the_same_and_changes_nothing(
    run: Callable[..., Result], folder: Path, database: Database
) -> None:
    edit(folder / "challenges" / "quick-hands.yaml", "minutes: 20", "minutes: 25")
    before = rows(database)
    result = run("load", folder, "--dry-run")
    assert "  ~ quick-hands: minutes\n" in result.output
    assert "Dry run: nothing was changed." in result.output
    assert rows(database) == before


def test_a_catalogue_with_a_mistake_is_not_loaded_at_all(
    run: Callable[..., Result], folder: Path, database: Database
) -> None:
    edit(folder / "challenges" / "quick-hands.yaml", "minutes: 20", "minutes: 25")
    edit(folder / "badges" / "first-step.yaml", "position: 10", "position: -1")
    before = rows(database)
    assert run("load", folder).exit_code == 1
    assert rows(database) == before


def test_removing_a_step_below_completed_steps_is_refused(
    run: Callable[..., Result],
    folder: Path,
    database: Database,
    session: Session,
    cast: SimpleNamespace,
    climb: Callable[..., Completion],
) -> None:
    climb(cast.staff, "quick-hands", 2)
    session.commit()
    path = folder / "challenges" / "quick-hands.yaml"
    text = path.read_text(encoding="utf-8")
    habit = text[text.index("  - stage: HABIT") : text.index("  - stage: SPREAD")]
    path.write_text(text.replace(habit, "").replace("minutes: 20", "minutes: 25"), encoding="utf-8")
    edit(folder / "challenges" / "thread-week.yaml", "minutes: ", "minutes: 1")
    before = rows(database)
    for words in ([], ["--dry-run"]):
        result = run("load", folder, *words)
        assert result.exit_code == 1
        assert result.output.splitlines() == [
            "quick-hands.yaml: steps: step 2 is HABIT and would become SPREAD; a step that people"
            " have worked on keeps its place; steps may be added or removed only at the top",
            "Error: 1 mistake in the catalogue; nothing was changed.",
        ]
    assert rows(database) == before


def test_a_dump_loads_back_without_changes(run: Callable[..., Result], tmp_path: Path) -> None:
    assert run("dump", tmp_path / "out").exit_code == 0
    assert run("check", tmp_path / "out").exit_code == 0
    assert "0 added, 0 changed, 0 retired, 24 unchanged" in run("load", tmp_path / "out").output
    shipped, dumped = (
        CATALOGUE,
        definitions.read_folder(tmp_path / "out/challenges"),
    )
    assert dumped == shipped


def test_dump_overwrites_nothing(run: Callable[..., Result], folder: Path) -> None:
    before = (folder / "challenges" / "quick-hands.yaml").read_bytes()
    result = run("dump", folder)
    assert (result.exit_code, "is not empty" in result.output) == (1, True)
    assert (folder / "challenges" / "quick-hands.yaml").read_bytes() == before
