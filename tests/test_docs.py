"""Docs that cannot rot: what can be set, run or said is named where people look for it."""

import ast
import re
from pathlib import Path

import click
import pytest
from flask import Flask

import app.migrations.tables  # noqa: F401  (loads every model)
from app import cli
from app.serve import WEB

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
    "campaigns list",
    "campaigns lint",
    "campaigns export",
    "campaigns import",
    "history verify",
    "slack manifest",
}


def commands(app: Flask) -> dict[str, click.Command]:
    found = {}
    for name in cli.GROUPS:
        group = app.cli.commands[name]
        assert isinstance(group, click.Group)
        context = click.Context(group)
        with app.app_context():
            for word in group.list_commands(context):
                command = group.get_command(context, word)
                assert command is not None
                found[f"{name} {word}"] = command
    return found


def asked_by(command: click.Command) -> tuple[list[str], set[str]]:
    """Its arguments in order, and its options; one that takes a value ends in "="."""
    arguments = [
        one.human_readable_name for one in command.params if isinstance(one, click.Argument)
    ]
    options = [one for one in command.params if isinstance(one, click.Option)]
    return arguments, {one.opts[0] + ("" if one.is_flag else "=") for one in options}


def asked_in_words(row: str) -> tuple[list[str], set[str]]:
    """The same of a row of the handbook: `UNIT [--from DAY] [--dry-run]`."""
    options = re.findall(r"(--[a-z-]+)( [A-Z]+)?", row)
    arguments = re.findall(r"[A-Z_]+", re.sub(r"--[a-z-]+( [A-Z]+)?", "", row))
    return arguments, {option + ("=" if value else "") for option, value in options}


def settings() -> set[str]:
    """Whatever the app reads from the environment."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "app").rglob("*.py")]
    read = re.compile(r'(?:os\.environ\.get|os\.environ\[|getenv|_number|_yes)\(?\s*"([A-Z_]+)"')
    return {name for source in sources for name in read.findall(source)}


def test_every_command_is_in_the_operators_handbook(app: Flask) -> None:
    assert {command for command in commands(app) if f"`{command}" not in OPERATING} == set()


def test_every_promised_command_is_there(app: Flask) -> None:
    assert PROMISED - commands(app).keys() == set()


def test_the_handbook_says_how_each_command_is_called(app: Flask) -> None:
    table = OPERATING[OPERATING.index("## Commands") :]
    rows = dict(re.findall(r"^\| `([a-z]+ [a-z-]+)([^`]*)`", table, re.M))
    said = {name: asked_in_words(row) for name, row in rows.items()}
    assert said == {name: asked_by(command) for name, command in commands(app).items()}


def test_the_handbook_says_how_a_slash_in_the_name_of_a_unit_is_written() -> None:
    handbook = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert r"A slash inside a name is written `\/`: `UI\/UX課`" in handbook


def test_every_setting_is_in_the_operators_handbook() -> None:
    assert {
        "DATABASE_URL",
        "SECRET_KEY",
        "PUBLIC_URL",
        "SLACK_BOT_TOKEN",
        "PORT",
        "TRUSTED_PROXIES",
    } <= settings()
    assert {name for name in settings() if f"`{name}`" not in OPERATING} == set()


def test_the_unit_of_the_web_server_starts_it_as_app_serve_does() -> None:
    assert f" {WEB} --no-control-socket\n" in OPERATING


def test_every_command_and_option_has_help(app: Flask) -> None:
    silent = []
    for name, command in commands(app).items():
        assert command.help, name
        silent += [
            f"{name} {one.name}"
            for one in command.params
            if isinstance(one, click.Option) and not one.help
        ]
    assert silent == []


def glossary() -> list[list[str]]:
    """The cells of each row of the glossary: code, Japanese, meaning, words that are not used."""
    table = CONTRIBUTING[CONTRIBUTING.index("## Words") : CONTRIBUTING.index("## Done")]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def sources() -> list[Path]:
    packages = ("app", "badges", "challenges")
    every = [path for package in packages for path in (ROOT / package).rglob("*.py")]
    return [path for path in every if path.parent.name != "versions"]


def classes() -> set[str]:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sources()]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return {node.name for node in nodes if isinstance(node, ast.ClassDef)}


def words_of(name: str) -> set[str]:
    """``sent_back`` and ``SentBack`` are both {"Sent", "Back"}; a plural counts as its singular."""
    words = {word.capitalize() for word in re.findall(r"[A-Z]?[a-z]+", name)}
    return words | {word.removesuffix("s") for word in words}


def test_glossary_words_are_words_of_the_code() -> None:
    words = {word.strip() for row in glossary() for word in row[0].split(",")}
    assert {"Person", "Challenge", "Completion", "Badge", "Fact"} <= words
    known = set().union(*(words_of(name) for name in classes() | {path.stem for path in sources()}))
    assert {word for word in words if " " not in word and word not in known} == set()


def test_no_module_or_class_uses_a_word_the_glossary_rules_out() -> None:
    never = {word.strip() for row in glossary() for word in row[3].split(",") if word.strip()}
    assert {"Claim", "User", "Kudos"} <= never
    names = classes() | {path.stem for path in sources()}
    assert {name: used for name in names if (used := words_of(name) & never)} == {}


def test_office_means_the_dx_office_alone() -> None:
    names = classes() | {path.stem for path in sources()}
    known = {"LastOfTheOffice", "OfficeOverview", "last_of_office", "office"}
    assert {name for name in names if "Office" in words_of(name)} == known


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_every_place_a_document_names_exists(name: str) -> None:
    text, _, _later = (
        (ROOT / name).read_text(encoding="utf-8").partition("## Where the coming wings")
    )
    places = re.findall(r"`((?:app|badges|challenges|templates|static|tests|docs)/[\w./-]*)`", text)
    assert places
    assert [place for place in places if not (ROOT / place).exists()] == []


@pytest.mark.parametrize(
    "name",
    ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/operating.md", "docs/architecture.md"],
)
def test_no_document_has_a_broken_link(name: str) -> None:
    document = ROOT / name
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("target", ["run", "setup", "test", "check", "bench"])
def test_make_has_the_promised_targets(target: str) -> None:
    assert re.search(rf"^{target}:.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)


def test_the_readme_says_the_two_commands_and_the_one_arrow() -> None:
    for words in ("make run", "make test", "`app` → `badges` → `challenges`", "docs/operating.md"):
        assert words in README
