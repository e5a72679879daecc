"""The tree of cheers counts the people whom somebody cheered, never how often."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from badges.awards.awarding import recompute
from badges.awards.cheers import cheers_of_many
from badges.awards.deciding import Outcome
from badges.awards.own_deeds import own_deeds
from badges.awards.verifying import differences
from badges.catalogue.published import BadgeCatalogue
from badges.models import Award
from badges.queries import cheered_people, completions_under_badges
from badges.rules.deeds import CheerDeed
from badges.subscribers import people_pending
from challenges.people.consents import set_consent
from challenges.people.models import Membership, Person, Unit
from challenges.recognition import cheering
from challenges.recognition.cheering import Applause
from challenges.recognition.models import Cheer
from challenges.recognition.stamps import Stamp
from challenges.submissions import sharing, voiding
from challenges.submissions.models import Completion
from challenges.vocabulary import Consent, MembershipKind
from tests.badges.awards.conftest import REASON, Climb, held, told

TREE = "cheering-tree"
LONG_AGO = date(2026, 4, 1)
STAMPS = tuple(Stamp)


@pytest.fixture
def others(session: Session, cast: SimpleNamespace, climb: Climb, at: datetime) -> list[Completion]:
    """A step of each of six people: five of the giver's unit, then one of another."""
    elsewhere = session.scalars(select(Unit).where(Unit.id != cast.section.id)).first()
    assert elsewhere is not None
    units = [cast.section.id] * 5 + [elsewhere.id]
    return [_step_of(session, climb, number, unit, at) for number, unit in enumerate(units)]


def _step_of(session: Session, climb: Climb, number: int, unit_id: int, at: datetime) -> Completion:
    person = Person(employee_number=f"cheered-{number}", name=f"歩み {number}", email=None)
    session.add(person)
    session.flush()
    post = {"unit_id": unit_id, "kind": MembershipKind.STAFF, "is_primary": True}
    session.add(Membership(person_id=person.id, valid_from=LONG_AGO, **post))
    done = climb(person, "first-hello")
    done.submission.reflection = "聞いてみたら、三分で済みました。"
    session.flush()
    # Words that are shown are seen in every unit.
    sharing.show_words(session, done.submission, by_id=person.id, at=at)
    return done


@pytest.fixture
def cheer(session: Session, cast: SimpleNamespace, at: datetime) -> Callable[..., Cheer]:
    """``cheer(completion, stamp=…, at=…)``: the staff member cheers it."""

    def make(completion: Completion, number: int = 0, at: datetime = at) -> Cheer:
        applause = Applause(STAMPS[number])
        (made,) = cheering.cheer(session, [completion.id], applause, by_id=cast.staff.id, at=at)
        return session.get_one(Cheer, made)

    return make


Others = Sequence[Completion]


def test_five_people_one_of_another_unit_earn_it(
    session: Session, cast: SimpleNamespace, others: Others, cheer: Any, deliver: Any
) -> None:
    for one in others[:5]:
        cheer(one)
    deliver()
    assert TREE not in held(session, cast.staff), "all of them are of one's own unit"
    cheer(others[5])
    deliver()
    assert TREE in held(session, cast.staff)
    assert told(session, "badge_awarded").count(TREE) == 1
    for one in others:
        receiver = session.get_one(Person, one.person_id)
        assert TREE not in held(session, receiver), "it is the giver's"


def test_four_people_are_too_few_however_often_they_are_cheered(
    session: Session, cast: SimpleNamespace, others: Others, cheer: Any, deliver: Any, at: datetime
) -> None:
    for week in range(3):
        for one in others[2:]:
            for number in (0, 1):
                cheer(one, number + 2 * week, at=at + timedelta(weeks=week))
    deliver()
    assert TREE not in held(session, cast.staff)
    cheer(others[0], at=at + timedelta(weeks=3))
    deliver()
    assert TREE in held(session, cast.staff)


def test_a_cheer_taken_back_takes_it_back_and_another_returns_it(
    session: Session, cast: SimpleNamespace, others: Others, cheer: Any, deliver: Any, at: datetime
) -> None:
    given_ = [cheer(one) for one in others[1:]]
    deliver()
    cheering.take_back(session, given_[0], by_id=cast.staff.id, at=at)
    deliver()
    assert TREE not in held(session, cast.staff)
    award = session.scalars(select(Award).where(Award.badge_slug == TREE)).one()
    assert award.void_reason == "元になった応援が取り消されました。"
    cheer(others[0])
    deliver()
    assert TREE in held(session, cast.staff)
    assert told(session, "badge_awarded").count(TREE) == 1
    assert told(session, "badge_returned") == [TREE]


def test_nobody_loses_it_by_what_others_do_with_their_steps(
    session: Session, cast: SimpleNamespace, others: Others, cheer: Any, deliver: Any, at: datetime
) -> None:
    for one in others[1:]:
        cheer(one)
    voiding.void(session, others[1], by_id=cast.dx.id, reason=REASON, at=at)
    deliver()
    assert TREE in held(session, cast.staff)


def test_transfers_later_change_nothing(
    session: Session,
    cast: SimpleNamespace,
    others: Others,
    cheer: Any,
    deliver: Any,
    published: BadgeCatalogue,
) -> None:
    for one in others[1:]:
        cheer(one)
    deliver()
    session.execute(
        update(Membership)
        .where(Membership.person_id == others[5].person_id)
        .values(unit_id=cast.section.id)
    )
    assert list(differences(session, catalogue=published, pending=())) == []


def test_its_evidence_is_whom_the_giver_cheered(
    session: Session, cast: SimpleNamespace, others: Others, cheer: Any, deliver: Any
) -> None:
    for one in others[1:]:
        cheer(one)
    deliver()
    award = session.scalars(select(Award).where(Award.badge_slug == TREE)).one()
    assert award.evidence == [one.id for one in others[1:]]
    people = cheered_people(session, cast.staff.id, award.evidence)
    assert [one.name for one in people] == [f"歩み {n}" for n in range(1, 6)]
    set_consent(session, cast.staff, Consent.BADGES, given=True, at=award.awarded_at)
    assert completions_under_badges(session, award.evidence) == set(), "the steps are of others"


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["cheer", "cheer", "cheer", "take back", "void", "hear"]),
        st.integers(0, 5),
        st.integers(0, 1),
    ),
    max_size=30,
)


@given(acts=ACTS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_after_any_cheers_the_tree_is_what_the_people_say(
    session: Session,
    cast: SimpleNamespace,
    others: Others,
    cheer: Any,
    deliver: Any,
    published: BadgeCatalogue,
    at: datetime,
    acts: list[tuple[str, int, int]],
) -> None:
    whole = session.begin_nested()
    for number, (act, who, stamp) in enumerate(acts):
        moment = at + timedelta(weeks=number)
        if act == "hear":
            deliver()
        elif act == "void" and others[who].voided_at is None:
            voiding.void(session, others[who], by_id=cast.dx.id, reason=REASON, at=moment)
        elif act != "void":
            _cheer_or_not(session, cast, cheer, act, others[who], stamp, at=moment)
    deliver()
    given_ = session.query(Cheer).filter_by(taken_back_at=None).all()
    people = {one.receiver_id for one in given_}
    is_earned = len(people) >= 5 and others[5].person_id in people
    assert (TREE in held(session, cast.staff)) is is_earned
    assert list(differences(session, catalogue=published, pending=people_pending(session))) == []
    assert recompute(session, catalogue=published, at=at).total(Outcome.ADDED) == 0
    of_one = own_deeds(session, cast.staff.id, catalogue=published).cheers
    of_many = cheers_of_many(session, [cast.staff.id, cast.manager.id])
    assert sorted(of_many[cast.staff.id], key=_place) == sorted(of_one, key=_place)
    assert of_many[cast.manager.id] == []
    whole.rollback()
    session.expire_all()


def _place(deed: CheerDeed) -> tuple[datetime, int]:
    return deed.happened_at, deed.completion_id


def _cheer_or_not(
    session: Session,
    cast: SimpleNamespace,
    cheer: Any,
    act: str,
    completion: Completion,
    stamp: int,
    *,
    at: datetime,
) -> None:
    """Do it, if it is possible now."""
    there = session.scalars(
        select(Cheer).where(
            Cheer.completion_id == completion.id,
            Cheer.stamp == STAMPS[stamp],
            Cheer.taken_back_at.is_(None),
        )
    ).one_or_none()
    if act == "take back" and there:
        cheering.take_back(session, there, by_id=cast.staff.id, at=at)
        session.refresh(there)
    elif act == "cheer" and not there and completion.voided_at is None:
        cheer(completion, stamp, at=at)
