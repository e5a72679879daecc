"""`campaigns lint SLUG|FILE`: what is wrong with a campaign, for people and for scripts."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.campaign_files import read_file
from app.cli.console import say_text
from app.cli.schema import on_newest_schema
from app.clock import now
from app.config import config
from app.db.sessions import database
from app.studio import drafts
from app.web.wording.campaign_findings import sentences
from challenges.calendar import day_of
from challenges.campaigns.facts import gather
from challenges.campaigns.lint import Finding, Severity, has_errors
from challenges.campaigns.lint import lint as findings_of
from challenges.campaigns.models import Campaign


@click.command()
@click.argument("campaign", metavar="SLUG_OR_FILE")
@click.option("--json", "is_json", is_flag=True, help="A list of findings, for scripts.")
@with_appcontext
@on_newest_schema
def lint(campaign: str, is_json: bool) -> None:
    """Look over a campaign by its slug (its draft, else what is published) or over a FILE.

    Ends with 1 if an error would stop it from being published.
    """
    with database().reading() as session:
        found = list(_findings(session, campaign))
    if is_json:
        data = [_as_data(one) for one in found]
        say_text(json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n")
    else:
        say_text("\n".join([*map(_line, found), _summary(found)]) + "\n")
    if has_errors(found):
        raise click.exceptions.Exit(1)


def _findings(session: Session, named: str) -> Iterator[Finding]:
    path = Path(named)
    definition = read_file(named) if path.is_file() else None
    slug = definition.slug if definition else named
    campaign = session.scalar(select(Campaign).where(Campaign.slug == slug))
    if definition is None:
        if campaign is None:
            raise click.ClickException(f"There is no campaign {named!r}, and no such file.")
        definition = drafts.draft_of(session, campaign.id).definition
    facts = gather(
        session,
        definition,
        campaign_id=campaign.id if campaign else None,
        today=day_of(now()),
        kinds=config().counted_employments,
    )
    yield from findings_of(definition, facts)


def _as_data(finding: Finding) -> dict[str, Any]:
    """The keys stay as they are: scripts read them."""
    words = sentences(finding)
    return {
        **asdict(finding),
        "values": dict(finding.values),
        "what": words.what,
        "why": words.why,
        "mend": words.mend,
    }


def _line(finding: Finding) -> str:
    words = sentences(finding)
    return f"{finding.severity.value} {finding.place}: {words.what}\n  {words.why}\n  {words.mend}"


def _summary(found: list[Finding]) -> str:
    errors = sum(one.severity is Severity.ERROR for one in found)
    warnings = len(found) - errors
    return f"{_count(errors, 'error')}, {_count(warnings, 'warning')}."


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
