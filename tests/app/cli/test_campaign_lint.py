"""`flask campaigns lint SLUG|FILE`: for people, and as JSON for scripts."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from app.cli.campaign_lint import lint
from app.studio.models import DraftRevision
from challenges.campaigns.models import Campaign
from challenges.catalogue import yaml_files
from challenges.vocabulary import CampaignState
from tests.conftest import JULY

Lint = Callable[..., Result]
NEXT_YEAR = {"first_day": "2027-07-01", "last_day": "2027-07-30"}


@pytest.fixture
def linted(app: Flask, session: Session) -> Lint:
    """``linted("light-meetings", "--json")``: what the command says."""

    def run(*args: str) -> Result:
        session.commit()
        return app.test_cli_runner().invoke(lint, args)

    return run


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., str]:
    """``file(goal=…)``: July's campaign as a file, a year later, with changes."""

    def write(**changes: Any) -> str:
        path = tmp_path / "campaign.yaml"
        yaml_files.write(path, {"schema_version": 1, **JULY, **NEXT_YEAR, **changes})
        return str(path)

    return write


def test_a_published_campaign_is_looked_over(
    linted: Lint, campaign_of: Any, cast: SimpleNamespace
) -> None:
    campaign_of(state=CampaignState.OPEN).owner_id = cast.dx.id
    said = linted("light-meetings")
    assert said.exit_code == 0, said.output
    assert "「はじめの一声」だけなら、5分で参加のバッジが届きます。" in said.output
    assert said.output.endswith("0 errors, 1 warning.\n")


def test_an_error_ends_with_1_and_says_what_would_mend_it(
    linted: Lint, file: Callable[..., str]
) -> None:
    said = linted(file(goal={"kind": "steps", "target": 0}))
    assert said.exit_code == 1
    assert "error goal: みんなの目あてがまだ決まっていません。" in said.output
    assert "数を入れてください。" in said.output
    assert "1 error, 1 warning." in said.output


def test_json_is_a_list_of_findings_with_fixed_keys(linted: Lint, file: Callable[..., str]) -> None:
    said = linted(file(last_day="2027-06-01"), "--json")
    assert said.exit_code == 1
    found = json.loads(said.stdout)
    assert [(one["severity"], one["code"], one["place"]) for one in found] == [
        ("error", "days_reversed", "last_day"),
        ("warning", "quick_badge", "challenges"),
    ]
    assert list(found[0]) == ["severity", "code", "place", "values", "what", "why", "mend"]
    assert found[0]["values"]["last_day"] == "2027-06-01"
    assert found[1]["values"]["challenges"] == [{"ja": "はじめの一声", "en": "First hello"}]


def test_the_newest_draft_goes_before_what_is_published(
    linted: Lint, campaign_of: Callable[..., Campaign], session: Session, at: Any
) -> None:
    campaign = campaign_of(state=CampaignState.SCHEDULED)
    for number, target in ((1, 4800), (2, 0)):
        session.add(
            DraftRevision(
                campaign_id=campaign.id,
                number=number,
                part="when",
                definition={**JULY, "goal": {"kind": "steps", "target": target}},
                saved_at=at,
            )
        )
    assert "goal_missing" in linted("light-meetings", "--json").output


def test_a_campaign_without_a_word_has_every_error(linted: Lint, session: Session, at: Any) -> None:
    session.add(Campaign(slug="empty", created_at=at))
    said = linted("empty")
    assert said.exit_code == 1
    assert "first_day" in said.output


def test_what_is_neither_campaign_nor_file_is_refused(linted: Lint) -> None:
    said = linted("no-such-one")
    assert (said.exit_code, said.stderr) == (
        1,
        "Error: There is no campaign 'no-such-one', and no such file.\n",
    )


def test_a_file_that_cannot_be_read_names_its_line(linted: Lint, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(
        "slug: july\nfirst_day: soon\nmascot: crane\nschema_version: 1\n", encoding="utf-8"
    )
    said = linted(str(path))
    assert said.exit_code == 1
    assert "broken.yaml:2: first_day" in said.stderr
    assert "broken.yaml:3: mascot" in said.stderr


def test_a_file_of_another_schema_is_refused_as_by_import(linted: Lint, tmp_path: Path) -> None:
    path = tmp_path / "later.yaml"
    path.write_text("schema_version: 2\nslug: july\n", encoding="utf-8")
    said = linted(str(path))
    assert said.exit_code == 1
    assert "later.yaml:1: schema_version" in said.stderr
