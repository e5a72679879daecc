"""Who asks: people of the database with the cookies they would have after signing in."""

import io
from collections.abc import Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass, replace
from secrets import token_urlsafe

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import Engine, event, insert, select

from app.clock import now
from app.config import Config
from app.db.sessions import database
from app.factory import create_app
from app.indicators.models import Measure
from challenges.calendar import day_of
from challenges.campaigns.audience import is_main_on, whole_audience
from challenges.campaigns.models import Campaign, CampaignUnit, CampaignVersion
from challenges.catalogue.models import Challenge, Step
from challenges.people.models import Membership, Person, RoleGrant, SignIn, Unit
from challenges.submissions.models import Submission
from challenges.vocabulary import CampaignState, MembershipKind
from tests.benchmarks.campaigns import SECOND
from tests.benchmarks.databases import config
from tests.benchmarks.large_team import NUMBER

SLUG = "give-back-15"
"""The challenge that is looked at and submitted to: most people have not climbed it yet."""
OTHER_SLUG = "meeting-inventory"
MIX_SLUG = "first-api-call"
"""Other such ones, for more measurements over the same database: a step is submitted once."""
BELL = "/notices/unread"
SUBMIT = "/challenges/{slug}/steps/1/submissions"

LEFT_BY_SIGNING_IN = {"_fresh": True, "csrf_token": "0" * 40}
"""In everybody's session; without the token every page would sign a new cookie for it."""


@dataclass(frozen=True)
class Somebody:
    """A person with the cookie they would have after signing in."""

    id: int
    cookie: str
    tag: str = ""
    """What the server calls the number at their bell: an ETag, sent as If-None-Match."""


@dataclass(frozen=True)
class People:
    """Who asks."""

    any: list[Somebody]
    managers: list[Somebody]
    office: list[Somebody]
    """Of the DX office."""
    reached: list[Somebody]
    """People whom both open campaigns reach."""
    tagged: list[Somebody]
    """People whose browsers know the number at their bell."""
    beginnings: list[str]
    """What is typed to find people."""
    fresh: list[Somebody]
    """People who have not climbed the challenge yet."""
    leads_many: list[Somebody]
    """The manager of the large team, if there is one."""
    campaign: str
    """The slug of the open campaign for everybody."""
    unit: str
    """The id of a department of which the dashboard shows values; 0 if there is none."""


def people_of(url: str, slug: str) -> People:
    """Like ``people``, with an app of its own."""
    app = create_app(config(url))
    found = people(app, slug)
    app.extensions["stepup_database"].dispose()
    return found


def people(app: Flask, slug: str = SLUG) -> People:
    """Up to 3,000 people, 500 managers, 3,000 whom both campaigns reach, and 20,000 who have not
    climbed that challenge.

    They are spread over everybody.
    """
    climbed = (
        select(Submission.person_id)
        .join(Step, Step.id == Submission.step_id)
        .join(Challenge, Challenge.id == Step.challenge_id)
        .where(Challenge.slug == slug)
    )
    managing = select(Membership.person_id).where(
        Membership.kind == MembershipKind.MANAGER,
        Membership.valid_to.is_(None),
    )
    named = select(CampaignVersion.id).join(Campaign).where(Campaign.slug == SECOND)
    belongs = whole_audience(
        everyone=False,
        managers=False,
        new_since=None,
        units=select(CampaignUnit.unit_id.label("id")).where(CampaignUnit.version_id.in_(named)),
    )
    reached = select(Membership.person_id).where(is_main_on(day_of(now())), belongs)
    return People(
        any=_some(app, 3_000),
        managers=_some(app, 500, Person.id.in_(managing)),
        office=_some(app, 20, Person.id.in_(select(RoleGrant.person_id))),
        reached=_some(app, 3_000, Person.id.in_(reached)),
        tagged=_with_tags(app, _some(app, 200)),
        beginnings=_beginnings(app),
        leads_many=_some(app, 1, Person.employee_number == NUMBER),
        fresh=_some(app, 20_000, Person.id.not_in(climbed)),
        campaign=_open_to_everybody(app),
        unit=_with_values(app),
    )


def _with_values(app: Flask) -> str:
    is_department = select(Unit.id).where(Unit.parent_id.is_(None))
    shown = select(Measure.unit_id).where(
        Measure.unit_id.in_(is_department), Measure.value.is_not(None)
    )
    with app.app_context(), database().reading() as session:
        return str(session.scalars(shown.order_by(Measure.unit_id).limit(1)).first() or 0)


def _open_to_everybody(app: Flask) -> str:
    is_it = (Campaign.state == CampaignState.OPEN) & CampaignVersion.everyone
    slug = select(Campaign.slug).join(CampaignVersion).where(is_it)
    with app.app_context(), database().reading() as session:
        return session.scalars(slug).one()


def _some(app: Flask, count: int, *also: object) -> list[Somebody]:
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    here = select(Person.id, Person.session_epoch).where(Person.deactivated_at.is_(None), *also)
    at = now()
    left = {**LEFT_BY_SIGNING_IN, "seen": int(at.timestamp())}
    with app.app_context(), database().writing() as session:
        rows = session.execute(here.order_by(Person.id)).all()
        chosen = rows[:: max(1, len(rows) // count)][:count]
        sign_ins = [
            {
                "person_id": id_,
                "key": token_urlsafe(16),
                "epoch": epoch,
                "begun_at": at,
                "ends_at": at + Config.sign_in_lasts,
                "last_seen_on": day_of(at),
            }
            for id_, epoch in chosen
        ]
        if sign_ins:
            session.execute(insert(SignIn), sign_ins)
    return [
        Somebody(one["person_id"], signer.dumps({**left, "_user_id": one["key"]}))
        for one in sign_ins
    ]


def _with_tags(app: Flask, who: Sequence[Somebody]) -> list[Somebody]:
    """The same people with what the server calls the number at their bell.

    Raises AssertionError if a browser that knows it is not told that nothing changed.
    """
    found = []
    with redirect_stderr(io.StringIO()):  # request log lines
        for one in who:
            browser = app.test_client()
            browser.set_cookie("stepup", one.cookie)
            tag = browser.get(BELL).headers["ETag"]
            again = browser.get(BELL, headers={"If-None-Match": tag})
            assert again.status_code == 304, again.status_code
            found.append(replace(one, tag=tag))
    return found


def _beginnings(app: Flask) -> list[str]:
    """Beginnings of surnames, given names and kana as people type them, common and rare ones."""
    with app.app_context(), database().reading() as session:
        rows = session.execute(select(Person.name, Person.kana).order_by(Person.id).limit(200))
        names = [(name.split(), kana.split()) for name, kana in rows if " " in name]
    chosen = names[:: max(1, len(names) // 8)]
    typed = {
        words
        for (surname, given), (kana, *_) in chosen
        for words in (surname[:1], surname, given, kana[:2], kana)
    }
    return sorted(typed)


def statements_of(app: Flask, who: Somebody | None, path: str, *, method: str = "GET") -> int:
    """SQL statements of one warm request, counted in this process."""
    seen: list[object] = []
    engine: Engine = app.extensions["stepup_database"].engine
    browser = app.test_client()
    if who:
        browser.set_cookie("stepup", who.cookie)
    address = path.format(id=who.id if who else "")
    form = {"reflection": "bench"} if method == "POST" else None
    headers = {"If-None-Match": who.tag} if who and who.tag else {}

    def count(*rest: object) -> None:
        seen.append(rest[2])

    with redirect_stderr(io.StringIO()):  # request log lines
        browser.get(address if method == "GET" else "/")  # the first one reads the catalogue
        event.listen(engine, "before_cursor_execute", count)
        answer = browser.open(address, method=method, data=form, headers=headers)
        event.remove(engine, "before_cursor_execute", count)
    assert answer.status_code < 400, (path, answer.status_code)
    return len(seen)
