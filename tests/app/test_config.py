"""Settings: what cannot be meant is said in a sentence, and the secret is whole or not there."""

import multiprocessing
from pathlib import Path
from typing import Any

import pytest

from app.config import LIMITS_OF_ONE_WORKER, Config, ConfigWrong, DateStyle
from app.factory import create_app
from challenges.vocabulary import Employment


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting but a folder of our own."""
    for name in (
        "SECRET_KEY",
        "PUBLIC_URL",
        "DATABASE_URL",
        "LIMITS_STORAGE",
        "COUNTED_EMPLOYMENTS",
        "CAMPAIGNS_NEED_TWO",
        "DASHBOARD_PUBLIC",
        "DASHBOARD_EMBED",
        "DATE_STYLE",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STEPUP_INSTANCE", str(tmp_path / "instance"))


def read_secret(barrier: Any, found: Any) -> None:
    barrier.wait()
    found.put(Config.from_environment().secret_key)


@pytest.mark.kill
def test_processes_started_together_share_one_secret() -> None:
    fork = multiprocessing.get_context("fork")
    barrier, found = fork.Barrier(8), fork.Queue()
    processes = [fork.Process(target=read_secret, args=(barrier, found)) for _ in range(8)]
    for process in processes:
        process.start()
    secrets = {found.get(timeout=30) for _ in processes}
    for process in processes:
        process.join()
    assert len(secrets) == 1
    assert len(secrets.pop()) > 40


def test_only_the_owner_can_read_the_secret_file(tmp_path: Path) -> None:
    Config.from_environment()
    [file] = (tmp_path / "instance").iterdir()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kept", ["", " \n", "short"])
def test_a_short_or_empty_secret_key_is_refused(tmp_path: Path, kept: str) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance/secret_key").write_text(kept)
    with pytest.raises(ConfigWrong, match="instance/secret_key must hold at least 16 characters"):
        Config.from_environment()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRET_KEY", "x", "SECRET_KEY must hold at least 16"),
        ("PUBLIC_URL", "https://", "PUBLIC_URL must be an address"),
        ("PUBLIC_URL", "stepup.example.jp", "PUBLIC_URL must be an address"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL must start with"),
    ],
)
def test_an_invalid_setting_is_reported(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigWrong, match=said):
        Config.from_environment()


@pytest.mark.parametrize("storage", ["foo://x", "rubbish"])
def test_an_unusable_limits_storage_is_reported(
    monkeypatch: pytest.MonkeyPatch, storage: str
) -> None:
    monkeypatch.setenv("LIMITS_STORAGE", storage)
    with pytest.raises(ConfigWrong, match="LIMITS_STORAGE cannot be used"):
        create_app(Config.from_environment())


def test_workers_with_separate_counters_get_half_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Config.from_environment().sign_in_limits == LIMITS_OF_ONE_WORKER
    monkeypatch.setenv("LIMITS_STORAGE", "redis://127.0.0.1")
    assert Config.from_environment().sign_in_limits == Config.sign_in_limits


@pytest.mark.parametrize(
    ("listed", "counted"),
    [
        (None, {Employment.REGULAR, Employment.FISCAL_YEAR}),
        ("正規", {Employment.REGULAR}),
        (
            "正規、派遣受入, 委託",
            {Employment.REGULAR, Employment.DISPATCHED, Employment.OUTSOURCED},
        ),
    ],
)
def test_the_kinds_of_employment_that_count_are_a_setting(
    monkeypatch: pytest.MonkeyPatch, listed: str | None, counted: set[Employment]
) -> None:
    if listed:
        monkeypatch.setenv("COUNTED_EMPLOYMENTS", listed)
    assert Config.from_environment().counted_employments == counted


def test_an_unknown_kind_of_employment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTED_EMPLOYMENTS", "正規,臨時")
    with pytest.raises(ConfigWrong, match="臨時"):
        Config.from_environment()


@pytest.mark.parametrize(("said", "needed"), [(None, True), ("yes", True), (" No ", False)])
def test_campaigns_need_two_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, said: str | None, needed: bool
) -> None:
    if said is not None:
        monkeypatch.setenv("CAMPAIGNS_NEED_TWO", said)
    assert Config.from_environment().campaigns_need_two is needed


def test_whether_campaigns_need_two_is_said_clearly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMPAIGNS_NEED_TWO", "maybe")
    with pytest.raises(ConfigWrong, match="CAMPAIGNS_NEED_TWO must be yes or no"):
        Config.from_environment()


def test_dashboard_is_public_and_framed_by_nobody_unless_told() -> None:
    config = Config.from_environment()
    assert config.dashboard_public
    assert config.dashboard_embed == ()
    assert config.date_style is DateStyle.BOTH


def test_hosts_that_frame_the_dashboard_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_EMBED", "https://Intra.pref.example.jp/、*.example.jp:8443")
    found = Config.from_environment().dashboard_embed
    assert found == ("https://intra.pref.example.jp", "*.example.jp:8443")


@pytest.mark.parametrize("listed", ["https://a.jp; script-src *", "'self'", "a.jp/path", "*"])
def test_a_host_is_nothing_else(monkeypatch: pytest.MonkeyPatch, listed: str) -> None:
    monkeypatch.setenv("DASHBOARD_EMBED", listed)
    with pytest.raises(ConfigWrong, match="DASHBOARD_EMBED"):
        Config.from_environment()


def test_date_style_is_one_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATE_STYLE", "Era")
    assert Config.from_environment().date_style is DateStyle.ERA
    monkeypatch.setenv("DATE_STYLE", "roman")
    with pytest.raises(ConfigWrong, match="DATE_STYLE"):
        Config.from_environment()
