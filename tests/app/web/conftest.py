"""Every page of the app, as the people see it who may open it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.config import Config
from app.identity import invitations
from app.indicators import import_preview, statements
from app.indicators.statement_models import Statement, StatementKind
from app.jobs.importing import begin as begin_import
from app.mail_server import read_mail_server
from app.notices.letter_wishes import sign_stop
from app.studio import beginning, drafts
from app.web.seen_texts import proof
from challenges.calendar import day_of
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign
from challenges.moderation import passing_on, reporting
from challenges.moderation.texts import find_text
from challenges.people.accounts import account
from challenges.people.consents import set_consent
from challenges.people.models import Person
from challenges.recognition import cheering
from challenges.recognition.cheering import Applause
from challenges.recognition.models import Cheer
from challenges.recognition.stamps import Stamp
from challenges.submissions import reviewing
from challenges.submissions.models import Completion, Submission
from challenges.vocabulary import CampaignState, Consent
from challenges.words.kinds import SealedBecause, TextKind, TextRef, Written
from challenges.words.models import SealedWords
from challenges.words.sealing import seal
from tests.app.figures import JULY_CHALLENGES, take

SAMPLES = {
    "challenges.challenge": [{"slug": "first-hello"}, {"slug": "why-the-seal"}],
    "challenges.quiz": [{"slug": "dx-words"}, {"slug": "safety-ten"}],
    "badges.badge": [{"slug": "first-step"}, {"slug": "noticed"}],
    "projects.project": [{"slug": "learning"}],
    "directory.unit": [{"unit_id": "unit"}],
    "people.person": [{"person_id": "staff"}, {"person_id": "manager"}],
    "cheers.place": [{"completion_id": "seen"}],
    "silences.ask": [{"cheer_id": "cheer id"}],
    "words.concern": [{"kind": "cheer", "text_id": "cheer id", "seen": "shown to the manager"}],
    "words.mine": [{"kind": "cheer", "text_id": "cheer id"}],
    "copies.copy": [{"copy_id": "copy"}],
    "reports.case": [{"kind": "cheer", "text_id": "cheer id"}],
    "reports.seal": [{"sealed_id": "sealed"}],
    "completions.ask": [{"completion_id": "completion"}],
    "statements.new": [{"kind": "problem"}],
    "statements.statement": [{"number": "statement"}],
    "statements.edit": [{"number": "statement"}],
    "measure_imports.preview": [{"number": "preview"}],
    "measure_imports.one": [{"number": "import"}],
    "office.completion": [{"completion_id": "completion"}],
    "sign_in.invitation": [{"token": "token"}],
    "letters.ask": [{"token": "stop"}],
    "campaign_live.campaign": [{"slug": "july"}],
    "campaign_live.days": [{"slug": "july"}],
    "campaign_live.nudge": [{"slug": "july"}],
    "campaign_report.report": [{"slug": "july"}],
    "campaign_report.edit": [{"slug": "july"}],
    "studio_approval.approval": [{"slug": "designed"}],
    "studio_edit.changes": [{"slug": "designed"}],
    "studio_edit.edit": [{"slug": "designed"}],
    "studio_manage.manage": [{"slug": "designed"}],
    "studio_preview.framed": [{"slug": "designed"}],
    "studio_preview.preview": [{"slug": "designed"}],
    "studio_edit.change": [{"slug": "designed", "number": 2}],
    "campaigns.campaign": [{"slug": "light-meetings"}],
    "campaigns.words": [{"slug": "light-meetings"}],
    "campaigns.names": [{"slug": "light-meetings"}],
    "retention.period": [{"kind": "step"}],
    "dashboard.indicator": [{"slug": "tried-share"}, {"slug": "copier-pages"}],
}
"""Values for the placeholders of an address. A new page with placeholders needs a line here."""

NO_PAGES = {
    "audit.as_csv",
    "campaign_calendar.every",
    "campaign_calendar.one",
    "campaign_live.file",
    "campaign_report.file",
    "dashboard.file",
    "my_data.file",
    "put_asides.calendar",
    "dashboard.values_file",
    "dashboard_sheet.file",
    "healthz",
    "notices.unread",
    "readyz",
    "studio_new.export",
    "submissions.moved_claims",
}


@pytest.fixture
def config(config: Config) -> Config:
    """Of an installation with a mail server, so that every page is there. Nothing is sent to it."""
    server = read_mail_server("smtp://127.0.0.1:9", "stepup@pref.example.jp")
    return replace(config, mail_server=server)


@dataclass(frozen=True)
class Shown:
    """A page, as it was once shown."""

    address: str
    text: str

    @property
    def title(self) -> str:
        """What the tab of the browser says."""
        found = re.findall(r"<title>(.*?)</title>", self.text, re.DOTALL)
        assert len(found) == 1, self.address
        return str(found[0])


@dataclass(frozen=True)
class Opened(Shown):
    """A page, with the browser that may open it."""

    browser: FlaskClient


@pytest.fixture
def begun(
    session: Session, as_: Callable[[Person], FlaskClient], cast: SimpleNamespace
) -> Completion:
    """What staff did: a completion, a draft, a day of a habit, and a step that came back."""
    browser = as_(cast.staff)
    for slug, step, words in (
        ("first-hello", 1, {"reflection": "書きました"}),
        ("first-hello", 2, {"reflection": "一日目", "day": f"{now():%Y-%m-%d}"}),
        ("good-failure", 1, {"reflection": "途中です", "draft": "1"}),
        ("why-the-seal", 1, {"reflection": "要領を調べました"}),
    ):
        kind = "days" if "day" in words else "submissions"
        answer = browser.post(f"/challenges/{slug}/steps/{step}/{kind}", data=words)
        assert answer.status_code == 303, answer.text
    waiting = next(one for one in session.scalars(select(Submission)) if one.state == "WAITING")
    reviewing.send_back(
        session, waiting, by_id=cast.manager.id, question="どの様式ですか。", at=now()
    )
    session.commit()
    return session.scalars(select(Completion)).one()


@pytest.fixture
def designed(session: Session, cast: SimpleNamespace) -> Campaign:
    """A campaign of the DX office with a draft that was changed once."""
    definition = CampaignDefinition.model_validate({"slug": "designed", "ja": {"name": "下書き"}})
    campaign = beginning.begin(session, definition, by_id=cast.dx.id, at=now())
    drafts.save_part(
        session, campaign, "what", {"ja.motto": "一枚"}, read=1, by_id=cast.dx.id, at=now()
    )
    session.commit()
    return campaign


@pytest.fixture
def statement(session: Session, cast: SimpleNamespace) -> Statement:
    """A draft of what the dashboard shall say."""
    content = {"month": "2026-06", "ja": "二つ良くなりました。", "en": "Two got better."}
    one = statements.begin(session, StatementKind.HEADLINE, content, by_id=cast.dx.id, at=now())
    session.commit()
    return one


@pytest.fixture
def files(session: Session, cast: SimpleNamespace) -> dict[str, int]:
    """A file of measures that is looked over, and one that is taken in."""
    data = "指標,月,値\ncopier-pages,2026-05,114\n".encode()
    kept = import_preview.keep(session, data, file_name="a.csv", by_id=cast.dx.id, at=now())
    begun = begin_import(
        session,
        data=data,
        file_name="a.csv",
        mapping=None,
        by_id=cast.dx.id,
        token_id=None,
        at=now(),
    )
    session.commit()
    return {"preview": kept.id, "import": begun.id}


@pytest.fixture
def seen(session: Session, cast: SimpleNamespace, climb: Callable[..., Completion]) -> int:
    """A completion of the manager, who shows it and was cheered for it; its id."""
    set_consent(session, cast.manager, Consent.STEPS, given=True, at=now())
    done = climb(cast.manager, "first-hello", at=now())
    applause = Applause(Stamp.HELPED, CHEERED)
    cheering.cheer(session, [done.id], applause, by_id=cast.staff.id, at=now())
    session.commit()
    return done.id


CHEERED = "窓口でも、やってみます。"


@pytest.fixture
def reported(app: Flask, session: Session, cast: SimpleNamespace, seen: int) -> dict[str, object]:
    """The words of that cheer: reported and copied by their receiver, and earlier ones sealed."""
    cheer_id = session.scalars(select(Cheer.id)).one()
    ref = TextRef(TextKind.CHEER, cheer_id)
    text = find_text(session, ref)
    assert text is not None
    told = {"by_id": cast.manager.id, "at": now()}
    reporting.report(session, text, concern="PRIVATE", note="", **told)
    copy_id = passing_on.keep_copy(session, text, **told)
    seal(
        session,
        TextRef(TextKind.CHEER, cheer_id + 1),
        Written(words="前の言葉", writer_id=cast.staff.id, at=now()),
        because=SealedBecause.TAKEN_BACK,
        at=now(),
    )
    session.commit()
    with app.app_context():
        shown = proof(ref, CHEERED, viewer_id=cast.manager.id)
    sealed_id = session.scalars(select(SealedWords.id)).one()
    return {
        "cheer id": cheer_id,
        "copy": copy_id,
        "sealed": sealed_id,
        "shown to the manager": shown,
    }


@pytest.fixture
def campaign(campaign_of: Callable[..., Campaign]) -> Campaign:
    """A campaign that is on today, with a board by name."""
    today = day_of(now())
    days = {"first_day": today, "last_day": today + timedelta(days=16)}
    campaign = campaign_of(at=now(), **days)
    campaign.has_board = True
    return campaign


@pytest.fixture
def every_page(
    app: Flask,
    session: Session,
    client: FlaskClient,
    as_: Callable[[Person], FlaskClient],
    cast: SimpleNamespace,
    begun: Completion,
    campaign: Campaign,
    campaign_of: Callable[..., Campaign],
    designed: Campaign,
    statement: Statement,
    files: dict[str, int],
    seen: int,
    reported: dict[str, object],
) -> list[Opened]:
    """Each address that answers GET with a page, opened by the first of the cast who may."""
    july = campaign_of(slug="july", challenges=JULY_CHALLENGES, state=CampaignState.CLOSED)
    take(session, july, day_of(now()) - timedelta(days=1), now())
    session.commit()
    account_of_outsider = account(session, cast.outsider.id)
    assert account_of_outsider is not None
    known = {
        "seen": seen,
        "staff": cast.staff.id,
        "unit": cast.section.id,
        "manager": cast.manager.id,
        "completion": begun.id,
        "statement": statement.id,
        **files,
        **reported,
        "stop": sign_stop(cast.staff.id, secret="for tests only"),
        "token": invitations.invite(account_of_outsider, secret="for tests only", at=now()),
    }
    browsers = [as_(cast.staff), as_(cast.manager), as_(cast.dx), client]
    found = []
    for address in _addresses(app, known):
        answers = ((browser, browser.get(address)) for browser in browsers)
        browser, answer = next((one for one in answers if one[1].status_code == 200), (None, None))
        assert browser is not None, f"nobody can open {address}"
        found.append(Opened(address, answer.text, browser))
    return found


@pytest.fixture(scope="session")
def _shown_once() -> list[Shown]:
    return []


@pytest.fixture
def pages_shown(
    request: pytest.FixtureRequest, app: Flask, _shown_once: list[Shown]
) -> list[Shown]:
    """What ``every_page`` shows, for tests that only read it. It is opened once for all of them,
    which takes as long as forty other tests."""
    if not _shown_once:
        _shown_once += request.getfixturevalue("every_page")
    return _shown_once


def _addresses(app: Flask, known: dict[str, object]) -> list[str]:
    urls = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        is_page = rule.endpoint not in NO_PAGES and not rule.endpoint.startswith("api.")
        if "GET" not in (rule.methods or ()) or not is_page:
            continue
        samples = SAMPLES.get(rule.endpoint, [] if rule.arguments else [{}])
        assert samples, f"{rule.endpoint} needs sample values in tests/app/web/conftest.py"
        found += [
            urls.build(rule.endpoint, {key: known.get(one, one) for key, one in sample.items()})
            for sample in samples
        ]
    return found
