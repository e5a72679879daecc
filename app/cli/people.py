"""`people …`: the personnel list, links for first passwords, roles and deputies."""

from collections.abc import Iterable
from datetime import date, datetime

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.cli import personnel_list
from app.cli.console import in_words, say, say_cells
from app.cli.personnel_list import person_with
from app.cli.schema import on_newest_schema
from app.clock import now
from app.config import config
from app.db.sessions import database
from app.identity import invitations
from app.notices.letter_planning import plan_invitation
from app.notices.mail import is_address
from challenges.calendar import day_of
from challenges.dates import read_date
from challenges.people import deputies, roles
from challenges.people.accounts import Account, account_named, accounts_without_password
from challenges.people.deputies import Term
from challenges.people.models import Unit
from challenges.people.units import known_units, unit_key
from challenges.vocabulary import Role

group = AppGroup("people")
group.add_command(personnel_list.import_list)
group.add_command(personnel_list.same)

ROLES = {"dx-office": Role.DX_OFFICE, "coach": Role.COACH}
"""Roles by the name that an operator types."""


class Day(click.ParamType[date]):
    """A day in ISO or Japanese notation."""

    name = "day"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return read_date(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@group.command()
@click.argument("employee_numbers", nargs=-1)
@click.option(
    "--all-without-password", is_flag=True, help="For everybody who never set a password."
)
@click.option("--by-mail", is_flag=True, help="Send each link by e-mail instead of printing it.")
@on_newest_schema
def invite(employee_numbers: tuple[str, ...], all_without_password: bool, by_mail: bool) -> None:
    """Print one-time links to set a password: employee number, name and link, a line each, or send
    them by mail. Good for seven days."""
    if bool(employee_numbers) is all_without_password:
        raise click.UsageError(
            "職員番号を並べるか、--all-without-password のどちらか一方を指定してください。"
        )
    at = now()
    with database().reading() as session:
        named = (
            accounts_without_password(session, on=day_of(at))
            if all_without_password
            else _accounts(session, employee_numbers)
        )
    if by_mail:
        _invite_by_mail(named, at=at)
        return
    for account in named:
        token = invitations.invite(account, secret=config().secret_key, at=at)
        link = f"{config().public_url}/invitations/{token}"
        say_cells(account.employee_number, account.name, link)


def _invite_by_mail(named: list[Account], *, at: datetime) -> None:
    if config().mail_server is None:
        raise click.ClickException("SMTP_URL と MAIL_FROM を設定すると、メールで送れます。")
    without = [one for one in named if not is_address(one.email)]
    with database().writing() as session:
        for account in named:
            if is_address(account.email):
                plan_invitation(session, account.id, at=at)
    say(f"{len(named) - len(without)}人にメールで送ります。")
    if without:
        say("メールアドレスがないので、リンクを手渡してください:")
        for account in without:
            say_cells(account.employee_number, account.name)


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
@click.option(
    "--for-next-post",
    is_flag=True,
    help="The role rests on the post that their next transfer brings.",
)
@on_newest_schema
def grant(employee_number: str, role: str, for_next_post: bool) -> None:
    """Give a person a role. It ends when they leave the unit in which they work today."""
    with in_words(), database().writing() as session:
        person = person_with(session, employee_number)
        is_new = roles.grant_role(
            session, person, ROLES[role], at=now(), for_next_post=for_next_post
        )
    done = f"に {role} の役割を渡しました" if is_new else f"は、もう {role} です"
    say(f"{person.name} さん{done}。")


@group.command()
@click.argument("employee_number")
@click.argument("role", type=click.Choice(sorted(ROLES)))
@on_newest_schema
def revoke(employee_number: str, role: str) -> None:
    """Take a role back."""
    with in_words(), database().writing() as session:
        person = person_with(session, employee_number)
        was_held = roles.revoke_role(session, person, ROLES[role], at=now())
    done = "終えました" if was_held else "渡していません"
    say(f"{person.name} さんの {role} の役割を{done}。")


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
    with in_words(), database().writing() as session:
        person, their_unit = person_with(session, employee_number), _unit(session, unit)
        deputies.name_deputy(session, unit=their_unit, deputy=person, term=term, by=None, at=at)
    days = f"{term.first_day} から {last_day or ''}"
    say(f"{person.name} さんが {their_unit.path} の代理になりました（{days}）。")


@group.command("end-deputy")
@click.argument("unit")
@click.argument("employee_number")
@on_newest_schema
def end_deputy(unit: str, employee_number: str) -> None:
    """End a person's standing in for the manager of UNIT."""
    at = now()
    with in_words(), database().writing() as session:
        person, their_unit = person_with(session, employee_number), _unit(session, unit)
        rows = deputies.deputy_terms(session, unit=their_unit, deputy=person, at=at)
        for row in rows:
            deputies.end_deputy(session, row, by=None, at=at)
    done = "を終えました" if rows else "ではありません"
    say(f"{person.name} さんは {their_unit.path} の代理{done}。")


def _unit(session: Session, path: str) -> Unit:
    known = known_units(session).get(unit_key(path))
    if known is None:
        raise click.ClickException(
            f"所属「{path}」はありません。部/課/班 のように、上の所属から書いてください。"
        )
    return session.get_one(Unit, known.id)
