"""A manager vouches for what somebody did, in words."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from challenges.errors import (
    CannotEndorseOneself,
    InvalidField,
    NotAllowed,
    NotTheirManager,
    RuleBroken,
)
from challenges.outbox import Fact
from challenges.people.models import Membership
from challenges.recognition import endorsing, praising
from challenges.recognition.models import Endorsement
from challenges.submissions import withdrawing
from challenges.submissions.models import Completion
from challenges.vocabulary import MembershipKind, PraiseKind

GOOD = "手順を残したので、次の人が助かります。"


def endorse(session, completion, by, at, words=GOOD):
    return endorsing.endorse(
        session, completion, by_id=by.id, kinds=["STEADINESS"], words=words, at=at
    )


def facts(session):
    return [
        kind for kind in session.scalars(select(Fact.kind).order_by(Fact.id)) if "endors" in kind
    ]


@pytest.mark.parametrize("who", ["manager", "deputy"])
def test_managers_and_deputies_can_endorse(session, cast, climb, at, who):
    completion = climb(cast.staff, "first-hello")
    given = session.get_one(Endorsement, endorse(session, completion, getattr(cast, who), at))
    assert (given.person_id, given.words, given.given_at) == (cast.staff.id, GOOD, at)
    fact = session.scalars(select(Fact).where(Fact.kind == "completion_endorsed")).one()
    assert fact.about == {
        "endorsement_id": given.id,
        "completion_id": completion.id,
        "person_id": cast.staff.id,
    }


@pytest.mark.parametrize("who", ["colleague", "outsider", "dx"])
def test_nobody_else_can_endorse(session, cast, climb, at, who):
    with pytest.raises(NotTheirManager):
        endorse(session, climb(cast.staff, "first-hello"), getattr(cast, who), at)
    assert facts(session) == []


def test_nobody_endorses_themselves(session, cast, climb, at):
    with pytest.raises(CannotEndorseOneself):
        endorse(session, climb(cast.manager, "first-hello"), cast.manager, at)


@pytest.mark.parametrize(
    ("length", "fits"), [(9, False), (10, True), (11, True), (399, True), (400, True), (401, False)]
)
def test_words_have_ten_to_four_hundred_characters(session, cast, climb, at, length, fits):
    completion = climb(cast.staff, "first-hello")
    if fits:
        assert endorse(session, completion, cast.manager, at, words="あ" * length)
        return
    with pytest.raises(InvalidField) as error:
        endorse(session, completion, cast.manager, at, words="あ" * length)
    assert error.value.field == "words"


def test_surrounding_whitespace_does_not_count(session, cast, climb, at):
    with pytest.raises(InvalidField):
        endorse(
            session,
            climb(cast.staff, "first-hello"),
            cast.manager,
            at,
            words="　よかった　" + " " * 20,
        )


def test_a_null_character_is_left_out(session, cast, climb, at):
    given = endorse(session, climb(cast.staff, "first-hello"), cast.manager, at, words="\0" + GOOD)
    assert session.get_one(Endorsement, given).words == GOOD


def test_each_person_endorses_a_step_once(session, cast, climb, at):
    completion = climb(cast.staff, "first-hello")
    endorse(session, completion, cast.manager, at)
    with pytest.raises(RuleBroken):
        endorse(session, completion, cast.manager, at, words="もう一度、よかったと言いたい")
    assert endorse(session, completion, cast.deputy, at)
    assert facts(session) == ["completion_endorsed"] * 2


def test_two_clicks_at_once_make_one_endorsement(database, session, cast, climb, at):
    completion_id = climb(cast.staff, "first-hello").id
    session.commit()
    start = Barrier(8)

    def click():
        start.wait()
        try:
            with database.writing() as writing:
                endorse(writing, writing.get_one(Completion, completion_id), cast.manager, at)
        except RuleBroken:
            pass

    threads = [Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as reading:
        assert reading.scalar(select(func.count(Endorsement.id))) == 1
        assert facts(reading) == ["completion_endorsed"]


def test_an_undone_completion_cannot_be_endorsed(session, cast, climb, at):
    completion = climb(cast.staff, "first-hello")
    withdrawing.withdraw(session, completion, by_id=cast.staff.id, at=at)
    session.refresh(completion)
    with pytest.raises(RuleBroken):
        endorse(session, completion, cast.manager, at)


def test_an_endorsement_can_be_taken_back_once_and_given_again(session, cast, climb, at):
    completion = climb(cast.staff, "first-hello")
    given = session.get_one(Endorsement, endorse(session, completion, cast.manager, at))
    for _ in range(2):
        endorsing.withdraw(session, given, by_id=cast.manager.id, at=at)
    later = at + timedelta(hours=1)
    assert (
        endorse(session, completion, cast.manager, later, words="あらためて、よくできていました。")
        == given.id
    )
    session.refresh(given)
    assert (given.words, given.given_at, given.withdrawn_at) == (
        "あらためて、よくできていました。",
        later,
        None,
    )
    assert facts(session) == ["completion_endorsed", "endorsement_withdrawn", "completion_endorsed"]


@pytest.mark.parametrize("who", ["deputy", "staff", "outsider"])
def test_only_the_giver_withdraws_an_endorsement(session, cast, climb, at, who):
    given = session.get_one(
        Endorsement, endorse(session, climb(cast.staff, "first-hello"), cast.manager, at)
    )
    with pytest.raises(NotAllowed):
        endorsing.withdraw(session, given, by_id=getattr(cast, who).id, at=at)
    assert given.withdrawn_at is None


def test_after_a_transfer_both_managers_can_endorse(session, cast, climb, at):
    completion = climb(cast.staff, "first-hello", at=at - timedelta(days=3))
    post = session.scalars(select(Membership).where(Membership.person_id == cast.staff.id)).one()
    post.valid_to = at.date() - timedelta(days=1)
    session.add(
        Membership(person_id=cast.staff.id, unit_id=cast.other_section.id, valid_from=at.date())
    )
    session.flush()
    assert endorse(session, completion, cast.manager, at)
    assert endorse(session, completion, cast.outsider, at)


def test_the_manager_of_a_concurrent_appointment_can_endorse(session, cast, climb, at):
    concurrent = Membership(
        person_id=cast.staff.id,
        unit_id=cast.other_section.id,
        is_primary=False,
        valid_from=at.date(),
    )
    session.add(concurrent)
    assert endorse(session, climb(cast.staff, "first-hello"), cast.outsider, at)


def test_a_deputy_of_another_unit_cannot_endorse(session, cast, climb, at):
    session.add(
        Membership(
            person_id=cast.staff.id,
            unit_id=cast.other_section.id,
            kind=MembershipKind.DEPUTY,
            is_primary=False,
            valid_from=at.date(),
        )
    )
    with pytest.raises(NotTheirManager):
        endorse(session, climb(cast.staff, "first-hello"), cast.outsider, at)


# What was good, and rewording.


def test_the_kinds_are_kept_in_their_order_and_each_once(session, cast, climb, at):
    completion = climb(cast.staff, "first-hello")
    kinds = ["TEAMWORK", "CREATIVITY", "TEAMWORK"]
    given = endorsing.endorse(
        session, completion, by_id=cast.manager.id, words=GOOD, kinds=kinds, at=at
    )
    session.expire_all()
    assert session.get_one(Endorsement, given).praise == (
        PraiseKind.CREATIVITY,
        PraiseKind.TEAMWORK,
    )


@pytest.mark.parametrize("kinds", [[], ["POINTS"], ["TEAMWORK", "POINTS"]])
def test_at_least_one_known_kind_is_named(session, cast, climb, at, kinds):
    completion = climb(cast.staff, "first-hello")
    with pytest.raises(InvalidField) as error:
        endorsing.endorse(
            session, completion, by_id=cast.manager.id, words=GOOD, kinds=kinds, at=at
        )
    assert error.value.field == "praise"
    assert facts(session) == []


BEGINNING = praising.BEGINNINGS["ja"]


@pytest.mark.parametrize(
    "words",
    [
        *BEGINNING,
        *praising.BEGINNINGS["en"],
        "".join(BEGINNING),
        f"{BEGINNING[0]}\r\n{BEGINNING[0]}{BEGINNING[0]}",
        f"{BEGINNING[2]}……！！！",
    ],
)
def test_a_beginning_alone_is_never_sent(session, cast, climb, at, words):
    completion = climb(cast.staff, "first-hello")
    with pytest.raises(InvalidField, match="書き出しの続き") as error:
        endorse(session, completion, cast.manager, at, words=words)
    assert error.value.field == "words"


def test_a_beginning_with_words_of_ones_own_is_sent(session, cast, climb, at):
    words = f"{BEGINNING[0]}手順の三枚目です。"
    assert endorse(session, climb(cast.staff, "first-hello"), cast.manager, at, words=words)


OTHER = "根拠まで戻って確かめたところが良かったです。"
DAY = timedelta(days=1)


@pytest.fixture
def given(session, cast, climb, at):
    number = endorse(session, climb(cast.staff, "first-hello"), cast.manager, at)
    return session.get_one(Endorsement, number)


def reword(session, given, by, at, words=OTHER, kinds=("RESULTS",)):
    endorsing.reword(session, given, by_id=by.id, words=words, kinds=kinds, at=at)
    session.refresh(given)


def test_rewording_keeps_the_day_and_is_told(session, cast, given, at):
    later = at + timedelta(hours=1)
    reword(session, given, cast.manager, later)
    assert (given.words, given.praise) == (OTHER, (PraiseKind.RESULTS,))
    assert (given.given_at, given.edited_at) == (at, later)
    assert facts(session) == ["completion_endorsed", "completion_endorsed"]


@pytest.mark.parametrize(
    ("after", "fits"),
    [(DAY - timedelta(seconds=1), True), (DAY, False), (DAY + timedelta(seconds=1), False)],
)
def test_it_may_be_reworded_for_a_day(session, cast, given, at, after, fits):
    if fits:
        reword(session, given, cast.manager, at + after)
        assert given.words == OTHER
        return
    with pytest.raises(RuleBroken, match="一日のあいだ"):
        reword(session, given, cast.manager, at + after)
    assert given.words == GOOD


@pytest.mark.parametrize("who", ["deputy", "colleague", "outsider", "dx", "staff"])
def test_only_the_giver_rewords(session, cast, given, at, who):
    with pytest.raises(NotAllowed):
        reword(session, given, getattr(cast, who), at)
    assert given.words == GOOD


def test_the_same_again_changes_nothing(session, cast, given, at):
    reword(session, given, cast.manager, at + 2 * DAY, words=GOOD, kinds=["STEADINESS"])
    assert given.edited_at is None
    assert facts(session) == ["completion_endorsed"]


def test_what_was_withdrawn_is_not_reworded(session, cast, given, at):
    endorsing.withdraw(session, given, by_id=cast.manager.id, at=at)
    with pytest.raises(RuleBroken, match="一日のあいだ"):
        reword(session, given, cast.manager, at)
    assert facts(session) == ["completion_endorsed", "endorsement_withdrawn"]


def test_rewording_and_withdrawing_at_once_leaves_it_withdrawn(database, session, cast, given, at):
    number, manager_id = given.id, cast.manager.id
    session.commit()
    start = Barrier(2)

    def act(change):
        start.wait()
        try:
            with database.writing() as other:
                change(other, other.get_one(Endorsement, number))
        except RuleBroken:
            pass

    threads = [
        Thread(target=act, args=(change,))
        for change in (
            lambda s, one: endorsing.reword(
                s, one, by_id=manager_id, words=OTHER, kinds=["RESULTS"], at=at
            ),
            lambda s, one: endorsing.withdraw(s, one, by_id=manager_id, at=at),
        )
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.expire_all()
    assert given.withdrawn_at is not None
    assert facts(session)[-1] == "endorsement_withdrawn"
