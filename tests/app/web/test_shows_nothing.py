"""Somebody who shows nothing: their name stands where the personnel list stands, their words reach
whom they were written for, and of their steps nobody sees any.

Every address that answers GET is opened, pages, files and the API, by everybody it could answer.
Then whatever leaves by itself: Slack, letters, and what others take home. A new address fails the
first test until it stands in ``SEEN``.
"""

import json
from datetime import date, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select, update

from app.clock import now
from app.notices import letter_planning, letter_wishes
from app.notices.letter_models import Letter
from app.notices.letter_writing import Writer
from app.slack.posts.models import SlackPost
from app.subscriptions import SUBSCRIPTIONS
from challenges.calendar import day_of
from challenges.outbox import Fact
from challenges.people.models import Membership, Person, RoleGrant, Unit
from challenges.recognition import endorsing
from challenges.submissions import habits, submitting
from challenges.submissions.models import Completion
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import MembershipKind, Role

NAME = "静波 ひそか"
REFLECTION, DAY_OF_HABIT, DRAFT = "だれにも見せない一言", "ある日のないしょ", "書きかけのないしょ"
ASKED, PRAISED = "上司だけに書いた申請", "上司から本人だけへの言葉"
STEP_ID = 7_654_321
"""Of the completion. An address with it would tell that there is a step."""
ROLES = ("visitor", "outsider", "colleague", "manager", "deputy", "head", "coach", "dx")

NOTHING = """
    about.about about.basis about.data api.badges api.campaigns api.challenges
    api.data_catalogue api.description api.index api.indicators api.measures api.projects
    api.units audit.as_csv audit.log badges.badge badges.badges campaign_calendar.every
    campaign_calendar.one campaign_live.campaign campaign_live.days campaign_live.file
    campaign_live.nudge campaign_report.edit campaign_report.file campaign_report.report
    campaigns.campaign campaigns.campaigns campaigns.names campaigns.words challenges.challenge
    challenges.challenges challenges.quiz cheers.cheers cheers.place completions.ask
    copies.copies copies.copy dashboard.dashboard dashboard.file dashboard.indicator
    dashboard.values_file dashboard_screen.screen dashboard_sheet.file dashboard_sheet.sheet
    disclosure.form forgotten.asked forgotten.form healthz home.home letters.ask
    lost_letters.letters measure_imports.imports measure_imports.one measure_imports.preview
    mirror.mirror notice_settings.settings notices.unread office.unnoticed overlooked.band
    programs.guide programs.list_tokens programs.terms projects.project projects.projects
    pulse.office pulse.question put_asides.calendar readyz retention.period retention.periods
    settings.settings sign_in.invitation sign_in.sign_in silences.ask silences.silences
    statements.edit statements.new statements.overview statements.statement studio.campaigns
    studio_approval.approval studio_edit.change studio_edit.changes studio_edit.edit
    studio_handover.handover studio_manage.manage studio_new.export studio_new.new
    studio_pauses.pauses studio_preview.framed studio_preview.preview submissions.moved_claims
    successions.entered team.units units.units way.sheet way.way words.concern reports.case
    reports.consultation reports.reports reports.seal reports.sealed
"""
"""Addresses where nobody is told anything of the person."""
NAME_FOR_STAFF = {"visitor": set(), "*": {"name"}}
WAITS = {"manager": {"name", "asked"}, "deputy": {"name", "asked"}}
SEEN = {
    # The personnel list: name, unit and post, for everybody who is signed in.
    "directory.directory": NAME_FOR_STAFF,
    "directory.unit": NAME_FOR_STAFF,
    "people.person": NAME_FOR_STAFF,
    "search.search": NAME_FOR_STAFF,
    # The submission was written for them.
    "team.team": WAITS,
    "notices.notices": WAITS,
    # What the manager wrote is theirs, with the number of the step that they endorsed.
    "my_data.file": {"manager": {"praised", "step"}},
    "words.mine": {"manager": {"praised"}},
    # Where the DX office takes back and gives again.
    "office.office": {"dx": {"name"}},
    "office.completions": {"dx": {"name", "step"}},
    "office.completion": {"dx": {"name", "step"}},
    **{endpoint: {} for endpoint in NOTHING.split()},
}
"""By endpoint, what whom of ``ROLES`` is told (``*``: everybody else). A new address belongs into
``NOTHING`` unless somebody has to see the person there."""


def seen_on(text: str) -> set[str]:
    """What a page or file tells of the person."""
    words = {"reflection": REFLECTION, "day": DAY_OF_HABIT, "draft": DRAFT}
    words |= {"asked": ASKED, "praised": PRAISED, "name": NAME}
    found = {what for what, said in words.items() if said in text}
    return found | ({"step"} if str(STEP_ID) in text else set())


@pytest.fixture
def quiet(session, cast, climb, step_of, campaign):
    """Somebody of the section who shows nothing, and did something of every kind."""
    person = Person(employee_number="quiet", name=NAME, kana="シズナミ ヒソカ")
    session.add(person)
    session.flush()
    _settle(session, person, cast.section)
    _with_a_known_id(session, climb(person, "first-hello", at=now() - timedelta(hours=3)))
    _begin(session, cast, person, step_of)
    _hear_everything(session)
    session.commit()
    return person


def _settle(session, person, unit, kind=MembershipKind.STAFF):
    since = date(2024, 4, 1)
    session.add(Membership(person_id=person.id, unit_id=unit.id, kind=kind, valid_from=since))
    session.flush()


def _with_a_known_id(session, done):
    """The completion with its own words, under ``STEP_ID``."""
    done.submission.reflection = REFLECTION
    session.flush()
    session.execute(update(Completion).where(Completion.id == done.id).values(id=STEP_ID))
    for fact in session.scalars(select(Fact)):
        if "completion_id" in fact.about:
            fact.about = {**fact.about, "completion_id": STEP_ID}
    session.flush()
    session.expire_all()


def _begin(session, cast, person, step_of):
    """Words of the manager, a submission that waits, a draft, and a day of a habit."""
    done, at = session.get_one(Completion, STEP_ID), now()
    praise = {"by_id": cast.manager.id, "kinds": ["STEADINESS"], "words": PRAISED}
    endorsing.endorse(session, done, **praise, at=at)
    on = [step_of("meeting-as-post"), step_of("good-failure"), step_of("first-hello", 2)]
    waits, draft, habit = (
        {"person_id": person.id, "step": one, "version": one.challenge.version} for one in on
    )
    submitting.submit(session, **waits, evidence=Evidence(ASKED), at=at)
    submitting.save_draft(session, **draft, reflection=DRAFT, link="", at=at)
    habits.record_day(session, **habit, day=day_of(at), reflection=DAY_OF_HABIT, at=at)


def _hear_everything(session):
    """Let badges, campaigns, notices and Slack hear of all that happened."""
    heard = set()
    while new := [one for one in session.scalars(select(Fact)) if one.id not in heard]:
        for fact in new:
            heard.add(fact.id)
            for handler in SUBSCRIPTIONS.get(fact.kind, {}).values():
                handler(session, fact, now())
                session.flush()


@pytest.fixture
def browsers(session, cast, as_, client, quiet):
    """A browser of everybody who may come by."""
    head, coach = (Person(employee_number=one, name=f"職員 {one}") for one in ("head", "coach"))
    session.add_all([head, coach])
    session.flush()
    department = session.get_one(Unit, cast.section.parent_id)
    _settle(session, head, department, MembershipKind.MANAGER)
    _settle(session, coach, cast.other_section)
    session.add(RoleGrant(person_id=coach.id, role=Role.COACH, granted_at=now()))
    session.commit()
    people = {"head": head, "coach": coach}
    people |= {who: getattr(cast, who) for who in ROLES if hasattr(cast, who)}
    return {"visitor": client} | {who: as_(people[who]) for who in ROLES if who in people}


@pytest.fixture
def addresses(app, session, cast, quiet, campaign):
    """By endpoint, its addresses: all that have to do with the person, as far as they can."""
    known = {"person_id": quiet.id, "unit_id": cast.section.id, "completion_id": STEP_ID}
    known |= {"number": 1, "token": "x", "rest": "x", "name": "app.css", "form": "csv"}
    known |= {"what": "units", "kind": "step", "cheer_id": 1, "copy_id": 1, "sealed_id": 1}
    known["text_id"] = session.get_one(Completion, STEP_ID).submission_id
    slugs = {"badges": "first-step", "projects": "learning", "dashboard": "tried-share"}
    urls, found = app.url_map.bind("localhost"), {}
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint == "static":
            continue
        part = rule.endpoint.partition(".")[0]
        slug = campaign.slug if part.startswith(("campaign", "studio")) else slugs.get(part)
        given = {**known, "slug": slug or "first-hello"}
        given |= {"kind": "headline"} if part == "statements" else {}
        address = urls.build(rule.endpoint, {one: given[one] for one in rule.arguments})
        found.setdefault(rule.endpoint, []).append(address)
    for endpoint in ("search.search", "directory.directory", "office.completions"):
        found[endpoint].append(f"{found[endpoint][0]}?q=静波")
    found["challenges.challenge"].append("/challenges/meeting-as-post")
    for ending in ("concern", "mine"):
        found[f"words.{ending}"].append(f"/words/endorsement/1/{ending}")
    return found


def test_every_address_is_judged(addresses):
    new = addresses.keys() - SEEN.keys()
    assert not new, f"say in SEEN who sees what there of somebody who shows nothing: {sorted(new)}"
    assert not SEEN.keys() - addresses.keys()


@pytest.mark.parametrize("who", ROLES)
def test_each_address_tells_what_it_may_and_no_more(browsers, addresses, who):
    told = {}
    for endpoint, ways in addresses.items():
        for address in ways:
            answer = browsers[who].get(address)
            # A redirect to the sign-in holds the address that was asked, and nothing else.
            text = "" if answer.status_code == 302 else text_of(answer).replace(address, "")
            told.setdefault(endpoint, set()).update(seen_on(text))
    may = {endpoint: SEEN[endpoint].get(who, SEEN[endpoint].get("*", set())) for endpoint in told}
    too_much = {one: told[one] - may[one] for one in told if told[one] - may[one]}
    assert too_much == {}


def text_of(answer):
    """The page, or the texts in an archive."""
    if answer.mimetype != "application/zip":
        return answer.get_data(as_text=True)
    with ZipFile(BytesIO(answer.data)) as archive:
        return "\n".join(archive.read(name).decode("utf-8-sig") for name in archive.namelist())


@pytest.mark.usefixtures("quiet")
def test_slack_hears_nothing(session):
    waiting = session.scalars(select(SlackPost.message)).all()
    assert not any(seen_on(json.dumps(one, ensure_ascii=False)) for one in waiting)


@pytest.mark.parametrize("who", ["colleague", "manager", "deputy", "outsider", "dx"])
def test_letters_of_others_tell_nothing(session, cast, config, quiet, who):
    letter_wishes.want_letter(session, getattr(cast, who).id, at=now() - timedelta(days=9))
    letter_planning.plan_weekly(session, after=0, limit=100, at=now())
    mails = Writer(config).write(session, session.scalars(select(Letter)).all(), at=now())
    assert not any(seen_on(mail.text + mail.html) for mail in mails.values())
