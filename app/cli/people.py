"""`people …`: the personnel list, links for first passwords, roles and deputies."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

import click
from flask.cli import AppGroup
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.cli.schema import on_newest_schema
from app.clock import now
from app.config import config
from app.db.sessions import database
from app.demo.models import DemoLoad
from app.identity import invitations
from challenges.calendar import day_of
from challenges.errors import RuleBroken
from challenges.people import deputies, roles
from challenges.people.accounts import Account, account_named, accounts_without_password
from challenges.people.deputies import Term
from challenges.people.models import Person, Unit
from challenges.people.roster.applying import ImportReport, Named, import_people
from challenges.people.roster.dates import read_date
from challenges.people.roster.planning import problems_with
from challenges.people.roster.reading import PersonnelList, read_personnel_list
from challenges.people.units import known_units, unit_key
from challenges.vocabulary import Role

group = AppGroup("people")

ROLES = {"dx-office": Role.DX_OFFICE, "coach": Role.COACH}
"""Roles by the name that an operator types."""
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
_WHY_UNREADABLE: dict[type[OSError], str] = {
    FileNotFoundError: "ありません。",
    IsADirectoryError: "フォルダです。",
    PermissionError: "読む権限がありません。",
}
COUNTED_ONLY = frozenset({"added", "unchanged"})
"""Parts of the report without names, because they may be thousands."""


class Day(click.ParamType[date]):
    """A day in ISO or Japanese notation."""

    name = "day"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return read_date(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@group.command("import")
@click.argument("file")
@click.option("--dry-run", is_flag=True, help="Show the same report and change nothing.")
@click.option(
    "--deactivate-missing", is_flag=True, help="End the time of everybody who is not in FILE."
)
@click.option(
    "--at-most", type=click.IntRange(min=0), help="Of so many; if left out, a tenth of all or 20."
)
@on_newest_schema
def import_list(file: str, dry_run: bool, deactivate_missing: bool, at_most: int | None) -> None:
    """Bring the personnel list FILE (CSV, UTF-8 or CP932) into the database: all of it, or nothing
    and every error."""
    if at_most is not None and not deactivate_missing:
        raise click.UsageError("--at-most は、--deactivate-missing と一緒に使います。")
    listed, at = read_personnel_list(_bytes_of(file)), now()
    for notice in listed.notices:
        click.echo(f"（お知らせ）{notice}", err=True)
    opened = database().trying() if dry_run else database().writing()
    with _in_words(), opened as session:
        if not dry_run:
            _must_not_be_demo(session)
        _must_be_right(session, listed, at, deactivate_missing=deactivate_missing)
        report = import_people(
            session, listed.people, at=at, deactivate_missing=deactivate_missing, at_most=at_most
        )
    _print(report)
    if dry_run:
        click.echo("試しに読みました。何も変えていません。")


def _bytes_of(file: str) -> bytes:
    """The content of the file, or of the standard input for "-"."""
    try:
        with click.open_file(file, "rb") as opened:
            return bytes(opened.read())
    except OSError as error:
        why = _WHY_UNREADABLE.get(type(error), error.strerror or str(error))
        raise click.ClickException(f"ファイル「{file}」を読めません: {why}") from error


def _must_be_right(
    session: Session, listed: PersonnelList, at: datetime, *, deactivate_missing: bool
) -> None:
    """End the command if the file is wrong by itself or against the database, with every line."""
    people = (*listed.people, *listed.doubtful)
    report = listed.report(
        problems_with(session, people, at=at, deactivate_missing=deactivate_missing)
    )
    for line in report:
        click.echo(line, err=True)
    if report:
        raise click.ClickException(f"{len(report)}件の誤りがあります。何も変えていません。")


def _must_not_be_demo(session: Session) -> None:
    if session.scalar(select(exists(select(DemoLoad.id)))):
        raise click.ClickException(
            "このデータベースにはデモのデータが入っています。"
            "本物の名簿は、新しいデータベースに読み込んでください。"
        )


def _print(report: ImportReport) -> None:
    for key, word in WORDS.items():
        found: list[Named | str] = list(getattr(report, key))
        click.echo(f"{key}: {len(found)} {word}")
        for one in found if key not in COUNTED_ONLY else []:
            click.echo(f"  {one if isinstance(one, str) else ' '.join(one)}")
    if report.reactivated:
        click.echo(
            "戻ってきた人の役割（dx-office、coach）は、終わったままです。"
            "必要なら people grant で渡してください。"
        )


@group.command()
@click.argument("employee_numbers", nargs=-1)
@click.option(
    "--all-without-password", is_flag=True, help="For everybody who never set a password."
)
@on_newest_schema
def invite(employee_numbers: tuple[str, ...], all_without_password: bool) -> None:
    """Print one-time links to set a password: employee number, name and link, a line each. Good for
    seven days."""
    if bool(employee_numbers) is all_without_password:
        raise click.UsageError(
            "職員番号を並べるか、--all-without-password のどちらか一方を指定してください。"
        )
    with database().reading() as session:
        named = (
            accounts_without_password(session)
            if all_without_password
            else _accounts(session, employee_numbers)
        )
    at = now()
    for account in named:
        token = invitations.invite(account, secret=config().secret_key, at=at)
        click.echo(
            f"{account.employee_number}\t{account.name}\t{config().public_url}/invitations/{token}"
        )


def _accounts(session: Session, employee_numbers: Iterable[str]) -> list[Account]:
    found = {number: account_named(session, number) for number in employee_numbers}
    unknown = [
        number for number, account in found.items() if account is None or not account.is_active
    ]
    if unknown:
        raise click.ClickException(f"在籍していない職員番号です: {'、'.join(unknown)}")
    return [account for account in found.values() if account]


@group.command()
@click.argument("employee_number")
@click.argument("role", type=click.Choice(sorted(ROLES)))
@on_newest_schema
def grant(employee_number: str, role: str) -> None:
    """Give a person a role."""
    with _in_words(), database().writing() as session:
        person = _person(session, employee_number)
        is_new = roles.grant_role(session, person, ROLES[role], at=now())
    done = f"に {role} の役割を渡しました" if is_new else f"は、もう {role} です"
    click.echo(f"{person.name} さん{done}。")


@group.command()
@click.argument("employee_number")
@click.argument("role", type=click.Choice(sorted(ROLES)))
@on_newest_schema
def revoke(employee_number: str, role: str) -> None:
    """Take a role back."""
    with _in_words(), database().writing() as session:
        person = _person(session, employee_number)
        was_held = roles.revoke_role(session, person, ROLES[role], at=now())
    done = "終えました" if was_held else "渡していません"
    click.echo(f"{person.name} さんの {role} の役割を{done}。")


@group.command()
@click.argument("unit")
@click.argument("employee_number")
@click.option("--from", "first_day", type=Day(), help="First day; today if left out.")
@click.option("--to", "last_day", type=Day(), help="Last day; open if left out.")
@on_newest_schema
def deputy(unit: str, employee_number: str, first_day: date | None, last_day: date | None) -> None:
    """Let a person stand in for the manager of UNIT (its path, 部/課/班)."""
    at = now()
    term = Term(first_day or day_of(at), last_day)
    with _in_words(), database().writing() as session:
        person, their_unit = _person(session, employee_number), _unit(session, unit)
        deputies.name_deputy(session, unit=their_unit, deputy=person, term=term, by=None, at=at)
    days = f"{term.first_day} から {last_day or ''}"
    click.echo(f"{person.name} さんが {their_unit.path} の代理になりました（{days}）。")


@group.command("end-deputy")
@click.argument("unit")
@click.argument("employee_number")
@on_newest_schema
def end_deputy(unit: str, employee_number: str) -> None:
    """End a person's standing in for the manager of UNIT."""
    at = now()
    with _in_words(), database().writing() as session:
        person, their_unit = _person(session, employee_number), _unit(session, unit)
        rows = deputies.deputy_terms(session, unit=their_unit, deputy=person, at=at)
        for row in rows:
            deputies.end_deputy(session, row, by=None, at=at)
    done = "を終えました" if rows else "ではありません"
    click.echo(f"{person.name} さんは {their_unit.path} の代理{done}。")


@contextmanager
def _in_words() -> Iterator[None]:
    """End the command with the sentence of a broken rule. A session within has rolled back."""
    try:
        yield
    except RuleBroken as error:
        raise click.ClickException(str(error)) from error


def _person(session: Session, employee_number: str) -> Person:
    person = session.scalar(select(Person).where(Person.employee_number == employee_number))
    if person is None:
        raise click.ClickException(f"職員番号 {employee_number} の人はいません。")
    return person


def _unit(session: Session, path: str) -> Unit:
    known = known_units(session).get(unit_key(path))
    if known is None:
        raise click.ClickException(
            f"所属「{path}」はありません。部/課/班 のように、上の所属から書いてください。"
        )
    return session.get_one(Unit, known.id)
