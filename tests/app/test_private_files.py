"""What the app writes belongs to its owner alone, whatever the umask."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app.config import ROOT, Config
from app.db.sessions import Database
from app.private_files import make_folder


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    """New files and folders are for everybody, unless somebody sees to it."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """The modes of everything in the folder, and of the folder itself as "."."""
    paths = [folder, *folder.rglob("*")]
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in paths}


def test_a_database_and_its_side_files_are_their_owners(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/stepup.db")
    with database.writing() as session:
        session.execute(text("CREATE TABLE one (id INTEGER)"))
    found = modes(tmp_path)
    database.dispose()
    names = {"stepup.db", "stepup.db-wal", "stepup.db-shm", "stepup.db-next", "stepup.db-turn"}
    assert {name: found[name] for name in names} == dict.fromkeys(names, 0o600)


def test_files_of_an_older_release_are_closed_to_others(tmp_path: Path) -> None:
    names = ["stepup.db", "stepup.db-next", "stepup.db-turn"]
    for name in names:
        (tmp_path / name).touch(mode=0o666)
    database = Database(f"sqlite:///{tmp_path}/stepup.db")
    with database.writing() as session:
        session.execute(text("CREATE TABLE one (id INTEGER)"))
    database.dispose()
    assert {name: modes(tmp_path)[name] for name in names} == dict.fromkeys(names, 0o600)


def test_the_instance_folder_and_its_secret_are_their_owners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STEPUP_INSTANCE", str(tmp_path / "new" / "instance"))
    Config.from_environment()
    assert modes(tmp_path / "new" / "instance") == {".": 0o700, "secret_key": 0o600}


def test_an_open_folder_and_secret_are_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("STEPUP_INSTANCE", str(tmp_path))
    tmp_path.chmod(0o755)
    (tmp_path / "secret_key").write_text("a secret of an older release\n")
    Config.from_environment()
    assert modes(tmp_path) == {".": 0o700, "secret_key": 0o600}


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    make_folder(tmp_path / "there")
    make_folder(tmp_path / "there")
    assert modes(tmp_path / "there") == {".": 0o700}


def test_whatever_a_command_writes_is_its_owners(tmp_path: Path) -> None:
    instance, settings = tmp_path / "instance", dict(os.environ)
    for name in ("DATABASE_URL", "SECRET_KEY"):
        settings.pop(name, None)
    settings["STEPUP_INSTANCE"] = str(instance)
    for words in (["db", "upgrade"], ["backup", "create", str(instance / "backup.db")]):
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        subprocess.run(command, cwd=ROOT, env=settings, check=True, capture_output=True)
    found = modes(instance)
    assert {"stepup.db", "secret_key", "backup.db"} <= found.keys()
    assert {name for name, mode in found.items() if mode & 0o077} == set()
