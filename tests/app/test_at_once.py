"""What thirty-two people, tabs or clicks do at once ends as if it had been done once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.clock import now
from app.migrations.tables import metadata
from app.slack.posts import planning
from app.slack.posts.models import SlackPost
from badges.catalogue import loading as badge_loading
from badges.events import BadgeAwarded
from badges.models import Award, BadgeVersion
from challenges.calendar import day_of
from challenges.catalogue import loading
from challenges.catalogue.models import ChallengeVersion, Step
from challenges.errors import RuleBroken
from challenges.outbox import Fact, record
from challenges.people import consents, deputies, leaving, org_chart, roles
from challenges.people.deputies import Term
from challenges.people.models import (
    ConsentGiven,
    FormerNumber,
    Membership,
    Person,
    Rest,
    RoleGrant,
    Unit,
)
from challenges.people.renumbering import give_new_number
from challenges.people.roster.applying import import_people
from challenges.people.roster.reading import PersonnelList
from challenges.recognition import endorsing
from challenges.recognition.models import Endorsement
from challenges.storage.verifying import doubled_rows
from challenges.submissions import habits, submitting, voiding, withdrawing
from challenges.submissions.models import Completion, CompletionVoid, Practice, Submission
from challenges.vocabulary import Consent, MembershipKind, Role
from tests.shipped import BADGES, CATALOGUE

HEADINGS = "職員番号,氏名,フリガナ,メール,所属,職名,管理職,発令日"
CAST = ("staff", "colleague", "manager", "deputy", "outsider", "dx")
Act = Callable[[Session], Any]
Race = Callable[..., list[Any]]


def by(cast: SimpleNamespace) -> dict[str, int]:
    """Ids, because objects belong to the session of one thread."""
    return {name: row.id for name, row in vars(cast).items()}


def faults(outcomes: list[Any]) -> list[Exception]:
    """Errors that are no sentence for a person."""
    return [
        one for one in outcomes if isinstance(one, Exception) and not isinstance(one, RuleBroken)
    ]


@pytest.fixture
def sound(session: Session) -> Callable[[], bool]:
    """Whether nothing is there twice."""

    def ask() -> bool:
        session.rollback()
        session.expire_all()
        return list(doubled_rows(session, metadata)) == []

    return ask


def deputies_of(session: Session, person_id: int) -> list[Membership]:
    named = select(Membership).where(
        Membership.person_id == person_id, Membership.kind == MembershipKind.DEPUTY
    )
    return list(session.scalars(named))


def name(ids: dict[str, int], at: datetime, term: Term, who: str = "colleague") -> Act:
    def act(own: Session) -> Membership:
        return deputies.name_deputy(
            own,
            unit=own.get_one(Unit, ids["section"]),
            deputy=own.get_one(Person, ids[who]),
            term=term,
            by=own.get_one(Person, ids["manager"]),
            at=at,
        )

    return act


def test_a_deputy_is_named_once_and_ending_it_ends_the_power(
    session: Session, cast: SimpleNamespace, at: datetime, race: Race, sound
) -> None:
    ids, today = by(cast), day_of(at)
    session.commit()
    outcomes = race(name(ids, at, Term(today)))
    assert sorted(type(one).__name__ for one in outcomes) == ["AlreadyDeputy"] * 31 + ["Membership"]
    [row] = deputies_of(session, ids["colleague"])
    session.commit()

    def end(own: Session) -> None:
        deputies.end_deputy(own, own.get_one(Membership, row.id), by=None, at=at)

    assert faults(race(end)) == []
    assert sound()
    assert not org_chart.manages(session, ids["colleague"], unit_id=ids["section"], on=today)


def test_terms_that_overlap_are_not_both_kept(
    session: Session, cast: SimpleNamespace, at: datetime, race: Race, sound
) -> None:
    ids, day = by(cast), timedelta(days=1)
    session.commit()
    terms = [Term(day_of(at) + n * day, day_of(at) + (n + 2) * day) for n in range(4)]
    outcomes = race(*(name(ids, at, term) for term in terms), times=8)
    assert faults(outcomes) == []
    assert sound()
    kept = [one for one in outcomes if not isinstance(one, RuleBroken)]
    assert len(kept) == len(deputies_of(session, ids["colleague"])) >= 1


def test_a_deputyship_to_come_is_taken_back_once(
    session: Session, cast: SimpleNamespace, at: datetime, race: Race
) -> None:
    ids = by(cast)
    row = name(ids, at, Term(day_of(at) + timedelta(days=1)))(session)
    session.commit()
    seen = select(Membership).where(Membership.id == row.id)

    def end(own: Session) -> None:
        if (found := own.scalar(seen)) is not None:
            deputies.end_deputy(own, found, by=None, at=at)

    assert faults(race(end)) == []
    session.expire_all()
    assert deputies_of(session, ids["colleague"]) == []


@pytest.mark.parametrize("what", ["deputy", "role"])
def test_nobody_who_leaves_keeps_what_they_get_at_that_moment(
    session: Session, cast: SimpleNamespace, at: datetime, race: Race, what: str
) -> None:
    ids = by(cast)
    session.commit()

    def grant(own: Session) -> bool:
        return roles.grant_role(own, own.get_one(Person, ids["colleague"]), Role.COACH, at=at)

    def leave(own: Session) -> None:
        leaving.deactivate(own, own.get_one(Person, ids["colleague"]), at=at)

    give = grant if what == "role" else name(ids, at, Term(day_of(at)))
    assert faults(race(give, leave, times=16)) == []
    session.expire_all()
    assert session.get_one(Person, ids["colleague"]).session_epoch == 1
    tomorrow = day_of(at) + timedelta(days=1)
    assert not org_chart.manages(session, ids["colleague"], unit_id=ids["section"], on=tomorrow)
    held = select(RoleGrant).where(
        RoleGrant.person_id == ids["colleague"], RoleGrant.revoked_at.is_(None)
    )
    assert session.scalars(held).all() == []


def grant_role(own: Session, ids: dict[str, int], at: datetime) -> None:
    roles.grant_role(own, own.get_one(Person, ids["staff"]), Role.COACH, at=at)


def consent(own: Session, ids: dict[str, int], at: datetime) -> None:
    person = own.get_one(Person, ids["staff"])
    consents.set_consent(own, person, Consent.SLACK, given=True, at=at)


def rest(own: Session, ids: dict[str, int], at: datetime) -> None:
    consents.pause(own, own.get_one(Person, ids["staff"]), at=at)


def draft(own: Session, ids: dict[str, int], at: datetime) -> None:
    step = own.get_one(Step, ids["first"])
    words = {"reflection": "途中まで", "link": ""}
    submitting.save_draft(own, person_id=ids["staff"], step=step, version=1, at=at, **words)


def practise(own: Session, ids: dict[str, int], at: datetime) -> None:
    step = own.get_one(Step, ids["habit"])
    one = {"day": day_of(at), "reflection": "今日もできました"}
    habits.record_day(own, person_id=ids["staff"], step=step, version=1, at=at, **one)


def endorse(own: Session, ids: dict[str, int], at: datetime) -> None:
    completion, words = own.get_one(Completion, ids["completion"]), "手順を残したのが良かったです。"
    endorsing.endorse(
        own, completion, by_id=ids["manager"], kinds=["STEADINESS"], words=words, at=at
    )


def void(own: Session, ids: dict[str, int], at: datetime) -> None:
    completion = own.get_one(Completion, ids["completion"])
    voiding.void(own, completion, by_id=ids["dx"], reason="取り違えでした", at=at)


def withdraw(own: Session, ids: dict[str, int], at: datetime) -> None:
    completion = own.get_one(Completion, ids["completion"])
    withdrawing.withdraw(own, completion, by_id=ids["staff"], at=at)


def plan_post(own: Session, ids: dict[str, int], at: datetime) -> None:
    fact = own.scalars(select(Fact).where(Fact.kind == BadgeAwarded.kind)).one()
    planning.on_badge_awarded(own, fact, at)


@pytest.mark.parametrize(
    ("act", "noun"),
    [
        (grant_role, RoleGrant),
        (consent, ConsentGiven),
        (rest, Rest),
        (draft, Submission),
        (practise, Practice),
        (endorse, Endorsement),
        (void, CompletionVoid),
        (withdraw, CompletionVoid),
        (plan_post, SlackPost),
    ],
)
def test_what_is_done_at_once_is_there_once(
    session: Session,
    cast: SimpleNamespace,
    climb: Callable[..., Completion],
    step_of: Callable[..., Step],
    at: datetime,
    race: Race,
    sound: Callable[[], bool],
    act: Callable[..., None],
    noun: Any,
) -> None:
    ids = by(cast) | {"first": step_of("meeting-as-post").id}
    if act is practise:
        climb(cast.staff, "quick-hands")
        ids["habit"] = step_of("quick-hands", 2).id
    if act in (endorse, void, withdraw):
        ids["completion"] = climb(cast.staff, "first-hello").id
    if act is plan_post:
        award_a_badge(session, cast, at)
    rows = select(func.count()).select_from(noun).where(*of(noun, ids))
    assert session.scalar(rows) == 0
    session.commit()
    assert faults(race(lambda own: act(own, ids, at))) == []
    assert sound()
    assert session.scalar(rows) == 1


def of(noun: Any, ids: dict[str, int]) -> list[Any]:
    if noun is RoleGrant:
        return [RoleGrant.person_id == ids["staff"]]
    return [Submission.step_id == ids["first"]] if noun is Submission else []


def award_a_badge(session: Session, cast: SimpleNamespace, at: datetime) -> None:
    row = {"badge_slug": "first-step", "badge_version": 1, "evidence": []}
    award = Award(person_id=cast.staff.id, awarded_at=at, recorded_at=at, **row)
    session.add(award)
    session.add(ConsentGiven(person_id=cast.staff.id, consent=Consent.SLACK, given_at=at))
    session.flush()
    told = {"award_id": award.id, "person_id": cast.staff.id, "badge": "first-step"}
    record(session, BadgeAwarded(occurred_at=at, **told))


def test_one_main_appointment_is_kept_of_many_written_at_once(
    session: Session, cast: SimpleNamespace, at: datetime, race: Race, sound
) -> None:
    """Written past every activity, so that only the database stands between."""
    newcomer = Person(employee_number="9001", name="新任 一", kana="")
    session.add(newcomer)
    session.flush()
    row = {"person_id": newcomer.id, "unit_id": cast.section.id, "post": "", "is_primary": True}
    row |= {"kind": MembershipKind.STAFF, "valid_from": day_of(at)}
    session.commit()
    outcomes = race(lambda own: own.execute(insert(Membership).values(row)))
    assert len([one for one in outcomes if not isinstance(one, Exception)]) == 1
    assert sound()


def test_a_personnel_list_brought_in_at_once_is_brought_in_once(
    session: Session, at: datetime, race: Race, sound
) -> None:
    lines = [f"90{n:02},新任 {n},,,新しい部/新しい課,,,{day_of(at)}" for n in range(3)]
    listed = PersonnelList("\n".join([HEADINGS, *lines]).encode()).people
    assert len(listed) == 3
    session.commit()
    outcomes = race(lambda own: import_people(own, listed, at=at))
    assert faults(outcomes) == []
    assert sorted(len(report.added) for report in outcomes) == [0] * 31 + [3]
    assert sorted(len(report.unchanged) for report in outcomes) == [0] + [3] * 31
    assert sound()


def test_a_catalogue_loaded_at_once_makes_one_version(
    session: Session, at: datetime, race: Race, sound
) -> None:
    shipped = CATALOGUE
    first, *others = shipped.challenges
    wording = first.ja.model_copy(update={"title": "あたらしい一声"})
    first = first.model_copy(update={"ja": wording})
    catalogue = shipped.model_copy(update={"challenges": [first, *others]})
    count = select(func.count()).select_from(ChallengeVersion)
    before = session.scalar(count)
    session.commit()
    outcomes = race(lambda own: loading.load(own, catalogue, used_steps=(), at=at))
    assert faults(outcomes) == []
    assert sorted(len(diff.changed) for diff in outcomes) == [0] * 31 + [1]
    assert sound()
    assert session.scalar(count) == before + 1


def test_badges_loaded_at_once_make_one_version(
    session: Session, at: datetime, race: Race, sound
) -> None:
    shipped = BADGES
    first, *others = shipped.badges
    rule = {"at_least": {"n": 7, "of": "challenge", "matching": {}}}
    first = type(first).model_validate(first.as_data() | {"rule": rule})
    catalogue = shipped.model_copy(update={"badges": [first, *others]})
    count = select(func.count()).select_from(BadgeVersion)
    before = session.scalar(count)
    session.commit()
    outcomes = race(lambda own: badge_loading.load(own, catalogue, at=at))
    assert faults(outcomes) == []
    assert sorted(len(diff.changed) for diff in outcomes) == [0] * 31 + [1]
    assert sound()
    assert session.scalar(count) == before + 1


@pytest.mark.parametrize("is_there", [False, True], ids=["new number", "imported before"])
def test_a_person_gets_a_new_number_once(
    session: Session, cast: SimpleNamespace, at: datetime, race: Race, sound, is_there: bool
) -> None:
    if is_there:
        double = Person(employee_number="R8-1", name=cast.staff.name)
        session.add(double)
        session.flush()
        post = {"unit_id": cast.other_section.id, "valid_from": day_of(at)}
        session.add(Membership(person_id=double.id, **post))
    ids = by(cast)
    session.commit()

    def same(own: Session) -> None:
        # What an operator named is read before the turn is taken, as the command does.
        person = own.scalar(select(Person).where(Person.employee_number == "staff"))
        if person is not None:
            give_new_number(own, person, "R8-1", at=now())

    assert faults(race(same)) == []
    assert sound()
    session.expire_all()
    assert session.get_one(Person, ids["staff"]).employee_number == "R8-1"
    assert session.scalars(select(FormerNumber.employee_number)).all() == ["staff"]
    every = select(func.count()).select_from(Person)
    assert session.scalar(every) == len(CAST)


def test_numbers_given_in_a_circle_at_once_leave_everybody_one_number(
    session: Session, cast: SimpleNamespace, race: Race, sound
) -> None:
    session.commit()

    def give(old: str, new: str) -> Act:
        def act(own: Session) -> None:
            person = own.scalar(select(Person).where(Person.employee_number == old))
            if person is not None:
                give_new_number(own, person, new, at=now())

        return act

    outcomes = race(give("staff", "R8-1"), give("R8-1", "R8-2"), give("R8-2", "staff"), times=8)
    assert faults(outcomes) == []
    assert sound()
    every = select(func.count()).select_from(Person)
    assert session.scalar(every) == len(CAST)


@pytest.mark.own_app
def test_thirty_two_forms_name_one_deputy(
    app: Flask, session: Session, cast: SimpleNamespace, sign_in
) -> None:
    form = {"unit": cast.section.id, "deputy": "colleague", "first_day": "2099-01-01"}
    ids, browsers = by(cast), [sign_in(app.test_client(), cast.manager) for _ in range(32)]
    session.commit()
    statuses: list[int] = []

    def send(browser: Any) -> None:
        statuses.append(browser.post("/deputies", data=form).status_code)

    threads = [Thread(target=send, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303] + [422] * 31
    assert len(deputies_of(session, ids["colleague"])) == 1
