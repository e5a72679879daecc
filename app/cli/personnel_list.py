"""`people import` and `people same`: the personnel list, and one person under two numbers."""

from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.cli.console import in_words, say, say_all
from app.cli.given_files import open_given
from app.cli.schema import on_newest_schema
from app.clock import now
from app.db.sessions import database
from app.demo.models import DemoLoad
from challenges.people.models import Person
from challenges.people.renumbering import give_new_number
from challenges.people.roster.applying import PersonnelListWrong, import_people
from challenges.people.roster.guards import GUARDS, TooManyChanges
from challenges.people.roster.planning import Plan
from challenges.people.roster.reading import PersonnelList

WORDS = {
    "added": "新しい人",
    "reactivated": "戻ってきた人",
    "transferred": "異動した人",
    "changed": "ほかの変更があった人",
    "unchanged": "変わりのない人",
    "missing": "名簿にない人",
    "deactivated": "在籍を終えた人",
    "units_created": "新しい所属",
}
COUNTED_ONLY = frozenset({"added", "unchanged"})
"""Parts of the report without names, because they may be thousands."""


class Allowed(click.ParamType[tuple[str, int]]):
    """How many people a kind of change may touch: ``transferred=300``."""

    name = "allowed"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        kind, _, number = str(value).partition("=")
        if kind not in GUARDS or not (number.isascii() and number.isdigit()):
            kinds = "、".join(GUARDS)
            self.fail(f"「{value}」は new=120 のように書いてください（{kinds}）。", param, ctx)
        return kind, int(number)


@click.command("import")
@click.argument("file")
@click.option("--dry-run", is_flag=True, help="Show the same report and change nothing.")
@click.option(
    "--deactivate-missing", is_flag=True, help="End the time of everybody who is not in FILE."
)
@click.option(
    "--accept-new-numbers",
    is_flag=True,
    help="Admit new employee numbers that look like known ones.",
)
@click.option("--at-most", type=click.IntRange(min=0), help="The same as --allow ended=N.")
@click.option(
    "--allow",
    "allowed",
    type=Allowed(),
    multiple=True,
    metavar="KIND=N",
    help=f"Let a kind of change touch up to N people: {', '.join(GUARDS)}.",
)
@with_appcontext
@on_newest_schema
def import_list(
    file: str,
    dry_run: bool,
    deactivate_missing: bool,
    accept_new_numbers: bool,
    at_most: int | None,
    allowed: tuple[tuple[str, int], ...],
) -> None:
    """Bring the personnel list FILE (Excel workbook or CSV) into the database: all of it, or
    nothing and every error."""
    limits = dict(allowed) if at_most is None else {**dict(allowed), "ended": at_most}
    if "ended" in limits and not deactivate_missing:
        raise click.UsageError("--at-most は、--deactivate-missing と一緒に使います。")
    listed = _read(file)
    say_all([f"（お知らせ）{one}" for one in listed.notices], err=True)
    choices: dict[str, Any] = {
        "at": now(),
        "deactivate_missing": deactivate_missing,
        "accept_new_numbers": accept_new_numbers,
        "is_dry_run": dry_run,
        "at_most": limits,
    }
    with in_words(), database().reading() if dry_run else database().writing() as session:
        if not dry_run:
            _must_not_be_demo(session)
        _print(_import(session, listed, choices))
    if dry_run:
        say("試しに読みました。何も変えていません。")


def _import(session: Session, listed: PersonnelList, choices: dict[str, Any]) -> Plan:
    """Do it, or end the command with every mistake of the list by itself and against the
    database."""
    try:
        return import_people(session, listed.people, is_wrong=bool(listed.problems), **choices)
    except PersonnelListWrong as error:
        report = listed.report(error.problems)
        say_all(report, err=True)
        raise click.ClickException(
            f"{len(report)}件の誤りがあります。何も変えていません。"
        ) from error
    except TooManyChanges as error:
        _print(error.plan)
        raise


def _read(file: str) -> PersonnelList:
    """The list in the file, or in the standard input for "-"."""
    with open_given(file) as opened:
        return PersonnelList(opened if opened.seekable() else opened.read())


def _must_not_be_demo(session: Session) -> None:
    if session.scalar(select(exists(select(DemoLoad.id)))):
        raise click.ClickException(
            "このデータベースにはデモのデータが入っています。"
            "本物の名簿は、新しいデータベースに読み込んでください。"
        )


def _print(plan: Plan) -> None:
    say_all([f"（お知らせ）{one}" for one in plan.notices], err=True)
    for key, word in WORDS.items():
        found: list[Any] = getattr(plan, key)
        say(f"{key}: {len(found)} {word}")
        lines = [
            one if isinstance(one, str) else f"{one.employee_number} {one.name}" for one in found
        ]
        say_all([f"  {line}" for line in lines] if key not in COUNTED_ONLY else [])
    if plan.reactivated:
        say(
            "戻ってきた人の役割（dx-office、coach）は、終わったままです。"
            "必要なら people grant で渡してください。"
        )


@click.command()
@click.argument("old")
@click.argument("new")
@with_appcontext
@on_newest_schema
def same(old: str, new: str) -> None:
    """Say that the employee numbers OLD and NEW are one person, who goes on under NEW."""
    with in_words(), database().writing() as session:
        person = person_with(session, old)
        give_new_number(session, person, new, at=now())
    say(
        f"{person.name} さんの職員番号は、{old} から {new} になりました。"
        "これまでの記録は、そのまま続きます。"
    )


def person_with(session: Session, employee_number: str) -> Person:
    """The person with that number, or the end of the command."""
    person = session.scalar(select(Person).where(Person.employee_number == employee_number))
    if person is None:
        raise click.ClickException(f"職員番号 {employee_number} の人はいません。")
    return person
