"""`campaigns list|export|import|publish`, as an operator and the DX office use them."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.config import Config
from app.studio import drafts
from app.studio.models import AuditEntry, DraftRevision
from challenges.calendar import day_of
from challenges.campaigns import publishing
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.facts import gather
from challenges.campaigns.files import from_yaml, to_yaml
from challenges.campaigns.models import Campaign, CampaignVersion
from challenges.people.models import RoleGrant
from challenges.vocabulary import CampaignState, Role
from tests.conftest import JULY

TO_COME = {"first_day": "2099-07-01", "last_day": "2099-07-31"}


def july(**changes: Any) -> CampaignDefinition:
    return CampaignDefinition.model_validate({**JULY, **TO_COME, **changes})


@pytest.fixture
def run(app: Flask, session: Session) -> Callable[..., Result]:
    """``run("import", file)``: what the command says. Commits the session, which reads afresh."""

    def do(*words: object) -> Result:
        session.commit()
        result = app.test_cli_runner().invoke(args=["campaigns", *map(str, words)])
        session.expire_all()
        return result

    return do


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """``file(goal=…)``: July's campaign, still to come, as a file with changes."""

    def write(definition: CampaignDefinition | None = None, **changes: Any) -> Path:
        path = tmp_path / "campaign.yaml"
        path.write_text(to_yaml(definition or july(**changes)), encoding="utf-8")
        return path

    return write


def draft(session: Session, slug: str = "light-meetings") -> CampaignDefinition:
    campaign = session.scalars(select(Campaign).where(Campaign.slug == slug)).one()
    return drafts.draft_of(session, campaign.id).definition


def rows(session: Session) -> list[int]:
    tables = (Campaign, DraftRevision, CampaignVersion, AuditEntry)
    return [session.scalars(select(func.count()).select_from(table)).one() for table in tables]


def test_an_import_makes_a_draft_and_never_publishes_it(
    run: Callable[..., Result], file: Callable[..., Path], session: Session
) -> None:
    result = run("import", file())
    assert result.exit_code == 0, result.output
    assert result.output.startswith("light-meetings: 新しい下書き\n")
    campaign = session.scalars(select(Campaign)).one()
    assert (campaign.state, campaign.version) == (CampaignState.DRAFT, 0)
    assert draft(session) == july()
    assert session.scalars(select(AuditEntry.act)).all() == ["imported"]


def test_what_is_exported_is_imported_as_the_same(
    run: Callable[..., Result], file: Callable[..., Path], tmp_path: Path, session: Session
) -> None:
    run("import", file())
    out = tmp_path / "out.yaml"
    assert run("export", "light-meetings", out).exit_code == 0
    assert from_yaml(out.read_text(encoding="utf-8")).digest() == july().digest()
    assert run("export", "light-meetings").output == out.read_text(encoding="utf-8")
    before = rows(session)
    result = run("import", out)
    assert result.output.startswith("light-meetings: 変更はありません\n")
    assert rows(session) == before


def test_a_dry_run_shows_the_differences_and_changes_nothing(
    run: Callable[..., Result], file: Callable[..., Path], session: Session
) -> None:
    run("import", file())
    before = rows(session)
    result = run("import", file(goal={"target": 900}, cover="mikan"), "--dry-run")
    assert result.exit_code == 0, result.output
    assert "light-meetings: 下書きの変更 2件\n" in result.output
    assert '  ~ cover: "tea" → "mikan"\n' in result.output
    assert "  ~ goal.target: 4800 → 900\n" in result.output
    assert result.output.endswith("試しに読みました。何も変えていません。\n")
    assert (rows(session), draft(session)) == (before, july())


def test_an_import_replaces_the_draft_of_its_campaign(
    run: Callable[..., Result], file: Callable[..., Path], session: Session
) -> None:
    run("import", file())
    assert run("import", file(goal={"target": 900})).exit_code == 0
    assert draft(session).goal.target == 900
    assert rows(session)[:2] == [1, 2]


def test_a_file_can_be_imported_under_another_slug(
    run: Callable[..., Result], file: Callable[..., Path], session: Session
) -> None:
    assert run("import", file(), "--as", "light-2099").exit_code == 0
    assert draft(session, "light-2099") == july(slug="light-2099")
    result = run("import", file(), "--as", "Not a slug")
    assert (result.exit_code, "使えません" in result.output) == (1, True)


def test_a_published_campaign_goes_on_by_its_version(
    run: Callable[..., Result],
    file: Callable[..., Path],
    session: Session,
    campaign_of: Callable[..., Campaign],
) -> None:
    campaign = campaign_of(CampaignState.SCHEDULED, **TO_COME)
    assert run("import", file(goal={"target": 900})).exit_code == 0
    assert (campaign.state, campaign.version) == (CampaignState.SCHEDULED, 1)
    text = run("export", "light-meetings", "--published").output
    assert from_yaml(text).goal.target == 4800


def test_a_campaign_that_is_over_is_not_replaced(
    run: Callable[..., Result],
    file: Callable[..., Path],
    session: Session,
    campaign_of: Callable[..., Campaign],
) -> None:
    campaign_of(CampaignState.CLOSED)
    before = rows(session)
    result = run("import", file())
    assert (result.exit_code, "終わっているので" in result.output) == (1, True)
    assert rows(session) == before


def test_each_mistake_in_a_file_is_named_with_its_line(
    run: Callable[..., Result], file: Callable[..., Path], session: Session
) -> None:
    path = file()
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("cover: tea", "cover: beer"), encoding="utf-8")
    result = run("import", path)
    assert result.exit_code == 1
    assert f"{path}:13: cover: " in result.output
    assert "1件の誤りがあります。何も変えていません。" in result.output
    assert rows(session) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "words",
    [
        ("export", "nowhere"),
        ("import", "nowhere.yaml"),
        ("publish", "nowhere.yaml", "--by", "dx"),
        ("export",),
    ],
)
def test_what_is_not_there_gets_a_sentence(
    run: Callable[..., Result], words: tuple[str, ...]
) -> None:
    result = run(*words)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert result.output.strip()


def test_an_export_overwrites_nothing(
    run: Callable[..., Result], file: Callable[..., Path]
) -> None:
    path = file()
    run("import", path)
    before = path.read_bytes()
    result = run("export", "light-meetings", path)
    assert (result.exit_code, "もうあります" in result.output) == (1, True)
    assert path.read_bytes() == before


def test_the_list_says_where_each_campaign_stands(
    run: Callable[..., Result], file: Callable[..., Path], campaign_of: Callable[..., Campaign]
) -> None:
    campaign_of(slug="open-one")
    run("import", file())
    assert run("list").output.splitlines() == [
        "light-meetings\t下書き\t\t\t会議をかるく",
        "open-one\t開催中\tv1\t2026-07-01–2026-07-31\t会議をかるく",
    ]


@pytest.fixture
def submitted(
    run: Callable[..., Result], file: Callable[..., Path], session: Session, cast: SimpleNamespace
) -> Campaign:
    """July's campaign as dx submitted it; manager is of the office, too."""
    run("import", file())
    session.add(RoleGrant(person_id=cast.manager.id, role=Role.DX_OFFICE, granted_at=now()))
    campaign = session.scalars(select(Campaign)).one()
    facts = gather(
        session,
        july(),
        campaign_id=campaign.id,
        today=day_of(now()),
        kinds=Config.counted_employments,
    )
    publishing.submit(session, campaign, july(), by_id=cast.dx.id, facts=facts, at=now())
    return campaign


def test_a_second_person_publishes_the_file_they_read(
    run: Callable[..., Result],
    file: Callable[..., Path],
    submitted: Campaign,
    session: Session,
    cast: SimpleNamespace,
) -> None:
    result = run("publish", file(), "--by", "manager")
    assert result.exit_code == 0, result.output
    version = session.scalars(select(CampaignVersion)).one()
    assert (version.submitted_by_id, version.approved_by_id) == (cast.dx.id, cast.manager.id)
    assert submitted.state is CampaignState.SCHEDULED


@pytest.mark.parametrize(
    ("by", "changes", "sentence"),
    [
        ("dx", {}, "自分が提出したものは、承認できません。"),
        ("staff", {}, "DX担当ではありません。"),
        ("nobody", {}, "の人はいません。"),
        ("manager", {"goal": {"target": 1}}, "下書きが変わっています。"),
    ],
)
def test_publishing_is_refused_as_on_the_page(
    run: Callable[..., Result],
    file: Callable[..., Path],
    submitted: Campaign,
    session: Session,
    by: str,
    changes: dict[str, Any],
    sentence: str,
) -> None:
    result = run("publish", file(**changes), "--by", by)
    assert result.exit_code == 1
    assert sentence in result.output
    assert submitted.version == 0


def test_a_draft_changed_since_it_was_submitted_is_not_published(
    run: Callable[..., Result], file: Callable[..., Path], submitted: Campaign
) -> None:
    later = file(goal={"target": 900})
    assert "もう一度、承認を依頼してください。" in run("import", later).output
    assert run("publish", later, "--by", "manager").exit_code == 1
    assert submitted.version == 0
