"""`campaigns …`: campaigns as files, and what is wrong with them."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.campaign_files import read_file
from app.cli.campaign_lint import lint
from app.cli.console import in_words, plain, say, say_all, say_cells, say_text
from app.cli.personnel_list import person_with
from app.cli.schema import on_newest_schema
from app.clock import now
from app.config import config
from app.db.sessions import database
from app.studio import audit, drafts
from app.studio.importing import Difference, Imported, bring_in
from app.web.wording.campaign_findings import sentences
from challenges.calendar import day_of
from challenges.campaigns import files, publishing
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.facts import gather
from challenges.campaigns.lint import Facts, Finding, Severity
from challenges.campaigns.lint import lint as findings_of
from challenges.campaigns.models import Campaign, CampaignVersion
from challenges.people.held_roles import holds_role
from challenges.vocabulary import CampaignState, Role

group = AppGroup("campaigns")
group.add_command(lint)

STATES = {
    CampaignState.DRAFT: "下書き",
    CampaignState.WAITING: "承認待ち",
    CampaignState.SCHEDULED: "予定",
    CampaignState.OPEN: "開催中",
    CampaignState.CLOSED: "終了",
    CampaignState.ARCHIVED: "しまった",
}
LONGEST_VALUE = 60
"""Letters of a value in a list of differences."""
slug_argument = click.argument("slug")


@group.command("list")
@on_newest_schema
def list_all() -> None:
    """List every campaign, newest first: slug, state, version, days and name."""
    with database().reading() as session:
        campaigns = session.scalars(select(Campaign).order_by(Campaign.id.desc())).all()
        for campaign in campaigns:
            say_cells(*_cells(session, campaign))


def _cells(session: Session, campaign: Campaign) -> list[str]:
    days = f"{campaign.first_day or ''}–{campaign.last_day or ''}".strip("–")
    name = drafts.draft_of(session, campaign.id).definition.wording("ja").name
    version = f"v{campaign.version}" if campaign.version else ""
    return [campaign.slug, STATES[campaign.state], version, days, name]


@group.command()
@slug_argument
@click.argument("file", required=False)
@click.option("--published", is_flag=True, help="What is in force, not the draft.")
@on_newest_schema
def export(slug: str, file: str | None, published: bool) -> None:
    """Write the draft of a campaign as YAML into a new FILE, or print it."""
    with database().reading() as session:
        campaign = _campaign(session, slug)
        text = files.to_yaml(_definition(session, campaign, published=published))
    if file is None:
        say_text(text)
        return
    try:
        # Never over a file that somebody may have edited.
        with Path(file).open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError as error:
        raise click.ClickException(f"ファイル「{file}」は、もうあります。") from error
    except OSError as error:
        raise click.ClickException(f"ファイル「{file}」に書けません: {error.strerror}.") from error
    say(f"{file} に書きました。")


def _definition(session: Session, campaign: Campaign, *, published: bool) -> CampaignDefinition:
    if not published:
        return drafts.draft_of(session, campaign.id).definition
    version = publishing.version_in_force(session, campaign)
    if version is None:
        raise click.ClickException(f"{campaign.slug} は、まだ公開されていません。")
    return CampaignDefinition.model_validate(version.definition)


@group.command("import")
@click.argument("file")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--as", "slug", metavar="SLUG", help="Under another slug than the file says.")
@on_newest_schema
def import_file(file: str, dry_run: bool, slug: str | None) -> None:
    """Make FILE the draft of its campaign, new if there is none. Never publishes it."""
    definition = _renamed(read_file(file), slug)
    with (
        in_words(),
        database().trying() if dry_run else database().writing() as session,
    ):
        found = bring_in(session, definition, by_id=None, at=now())
        is_waiting = found.campaign.submitted_digest is not None
        findings = _findings(session, found.campaign, definition)
    say_all(list(_report(found, findings)))
    if is_waiting and found.differences:
        say("提出した案と違うものになりました。もう一度、承認を依頼してください。")
    if dry_run:
        say("試しに読みました。何も変えていません。")


def _renamed(definition: CampaignDefinition, slug: str | None) -> CampaignDefinition:
    if slug is None:
        return definition
    try:
        return CampaignDefinition.model_validate({**definition.as_data(), "slug": slug})
    except ValidationError as error:
        raise click.ClickException(
            plain(f"「{slug}」は使えません。小文字の英数字を「-」でつないでください。")
        ) from error


def _report(found: Imported, findings: Sequence[Finding]) -> Iterator[str]:
    slug = found.campaign.slug
    if found.is_new:
        yield f"{slug}: 新しい下書き"
    elif found.differences:
        yield f"{slug}: 下書きの変更 {len(found.differences)}件"
    else:
        yield f"{slug}: 変更はありません"
    yield from (f"  ~ {_shown(one)}" for one in found.differences if not found.is_new)
    errors = sum(one.severity is Severity.ERROR for one in findings)
    if findings:
        yield (
            f"公開の前に直すところ {errors}件、考えたいところ {len(findings) - errors}件"
            f"（campaigns lint {slug}）"
        )


def _shown(one: Difference) -> str:
    return f"{one.field}: {_short(one.before)} → {_short(one.after)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


@group.command()
@click.argument("file")
@click.option("--by", "employee_number", required=True, help="Employee number of who approves.")
@on_newest_schema
def publish(file: str, employee_number: str) -> None:
    """Approve and publish the campaign that was submitted, as it was read in FILE (of `export`).

    Refused if the draft has changed since, or if the same person submitted it.
    """
    read = read_file(file)
    at = now()
    with in_words(), database().writing() as session:
        campaign = _campaign(session, read.slug)
        draft = drafts.draft_of(session, campaign.id).definition
        try:
            version = publishing.approve(
                session,
                campaign,
                draft,
                read_digest=read.digest(),
                by_id=_of_the_office(session, employee_number),
                alone_allowed=not config().campaigns_need_two,
                facts=_facts(session, campaign, draft),
                at=at,
            )
        except publishing.HasErrors as error:
            say_all([f"  {sentences(one).what}" for one in error.findings], err=True)
            raise
        _note(session, campaign, version)
    say(f"{campaign.slug} を公開しました（v{version.number}、{campaign.first_day} から）。")


def _note(session: Session, campaign: Campaign, version: CampaignVersion) -> None:
    audit.note(
        session,
        act="approved",
        subject="campaign",
        subject_id=campaign.id,
        subject_name=version.definition.get("ja", {}).get("name", campaign.slug),
        after=version.definition,
        reason=version.reason,
        by_id=version.approved_by_id,
        at=version.published_at,
    )


def _of_the_office(session: Session, employee_number: str) -> int:
    person = person_with(session, employee_number)
    holds = holds_role(Role.DX_OFFICE, person_id=person.id, on=day_of(now()))
    if person.deactivated_at or not session.scalar(select(holds)):
        raise click.ClickException(f"{plain(person.name)} さんは、DX担当ではありません。")
    return person.id


def _campaign(session: Session, slug: str) -> Campaign:
    found = session.scalar(select(Campaign).where(Campaign.slug == slug))
    if found is None:
        raise click.ClickException(plain(f"キャンペーン「{slug}」はありません。"))
    return found


def _findings(
    session: Session, campaign: Campaign, definition: CampaignDefinition
) -> list[Finding]:
    return findings_of(definition, _facts(session, campaign, definition))


def _facts(session: Session, campaign: Campaign, definition: CampaignDefinition) -> Facts:
    return gather(
        session,
        definition,
        campaign_id=campaign.id,
        today=day_of(now()),
        kinds=config().counted_employments,
    )
