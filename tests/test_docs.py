"""Docs that cannot rot: what can be set, run or said is named where people look for it."""

import re
from pathlib import Path

import click
import pytest
from flask import Flask

import badges.models
import challenges.models
from app import cli

ROOT = Path(__file__).resolve().parents[1]
OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROMISED = {
    "db upgrade",
    "demo load",
    "catalogue check",
    "catalogue load",
    "catalogue dump",
    "people import",
    "people invite",
    "relay run",
    "relay once",
    "badges recompute",
    "history verify",
    "slack manifest",
}


def commands(app: Flask) -> set[str]:
    found = set()
    for name in cli.GROUPS:
        group = app.cli.commands[name]
        assert isinstance(group, click.Group)
        with app.app_context():
            found |= {f"{name} {command}" for command in group.list_commands(click.Context(group))}
    return found


def settings() -> set[str]:
    """Whatever the app reads from the environment."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "app").rglob("*.py")]
    read = re.compile(r'(?:environ\.get|environ\[|getenv|_number)\(?\s*"([A-Z_]+)"')
    return {name for source in sources for name in read.findall(source)}


def test_every_command_is_in_the_operators_handbook(app: Flask) -> None:
    assert {command for command in commands(app) if f"`{command}" not in OPERATING} == set()


def test_every_promised_command_is_there(app: Flask) -> None:
    assert PROMISED - commands(app) == set()


def test_the_handbook_names_no_command_that_is_not_there(app: Flask) -> None:
    table = OPERATING[OPERATING.index("## Commands") :]
    named = set(re.findall(r"^\| `([a-z]+ [a-z-]+)", table, re.M))
    assert named == commands(app)


def test_every_setting_is_in_the_operators_handbook() -> None:
    assert {"DATABASE_URL", "SECRET_KEY", "PUBLIC_URL", "SLACK_BOT_TOKEN", "PORT", "TRUSTED_PROXIES"} <= settings()
    assert {name for name in settings() if f"`{name}`" not in OPERATING} == set()


def test_every_option_of_a_command_explains_itself(app: Flask) -> None:
    silent = []
    for name in cli.GROUPS:
        group = app.cli.commands[name]
        assert isinstance(group, click.Group)
        for word in group.list_commands(click.Context(group)):
            command = group.get_command(click.Context(group), word)
            assert command is not None
            assert command.help, f"{name} {word}"
            silent += [
                f"{name} {word} {one.name}" for one in command.params if isinstance(one, click.Option) and not one.help
            ]
    assert silent == []


def test_the_words_of_the_glossary_are_the_words_of_the_code() -> None:
    table = CONTRIBUTING[CONTRIBUTING.index("## Words") : CONTRIBUTING.index("## Done")]
    rows = re.findall(r"^\| ([A-Z][\w, ]+) \|", table, re.M)
    words = {word.strip() for row in rows for word in row.split(",")}
    assert {"Person", "Challenge", "Completion", "Badge", "Fact"} <= words
    known = {*vars(challenges.models), *vars(badges.models)}
    assert words - known == set()


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/operating.md"])
def test_no_link_of_a_document_leads_nowhere(name: str) -> None:
    document = ROOT / name
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("target", ["run", "setup", "test", "check", "bench"])
def test_make_has_what_was_promised(target: str) -> None:
    assert re.search(rf"^{target}:.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)


def test_the_readme_says_the_two_commands_and_the_one_arrow() -> None:
    for words in ("make run", "make test", "`app` → `badges` → `challenges`", "docs/operating.md"):
        assert words in README
