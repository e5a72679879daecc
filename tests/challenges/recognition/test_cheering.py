"""Anyone cheers a completion they see, with a stamp and words."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from challenges.errors import InvalidField, NotAllowed, RuleBroken
from challenges.outbox import Fact
from challenges.people import consents
from challenges.recognition import cheering
from challenges.recognition.budgets import BudgetSpent, budget_of
from challenges.recognition.cheering import Applause, CannotCheerOneself, CompletionNotSeen
from challenges.recognition.models import Cheer
from challenges.recognition.stamps import Stamp
from challenges.recognition.verifying import budgets_that_disagree
from challenges.submissions import sharing, withdrawing
from challenges.vocabulary import Consent

TAP = Applause(Stamp.HELPED)


def cheer(session, completions, by, at, applause=TAP, **more):
    ids = [one.id for one in completions]
    return cheering.cheer(session, ids, applause, by_id=by.id, at=at, **more)


def left(session, person, at):
    return budget_of(session, person.id, at=at).left


def kinds(session):
    facts = session.scalars(select(Fact.kind).order_by(Fact.id))
    return [kind for kind in facts if "cheer" in kind]


def test_a_tap_leaves_a_stamp_and_tells_of_it(session, cast, climb, allow, at):
    allow(cast.staff)
    done = climb(cast.staff, "first-hello")
    [cheer_id] = cheer(session, [done], cast.colleague, at)
    row = session.get_one(Cheer, cheer_id)
    assert (row.giver_id, row.receiver_id, row.stamp, row.words, row.shown_to_others) == (
        cast.colleague.id,
        cast.staff.id,
        Stamp.HELPED,
        "",
        False,
    )
    fact = session.scalars(select(Fact).where(Fact.kind == "cheered")).one()
    assert fact.about == {
        "cheer_id": cheer_id,
        "giver_id": cast.colleague.id,
        "receiver_id": cast.staff.id,
        "completion_id": done.id,
    }
    assert left(session, cast.colleague, at) == 9


def test_nobody_cheers_themselves(session, cast, climb, allow, at):
    allow(cast.staff)
    with pytest.raises(CannotCheerOneself):
        cheer(session, [climb(cast.staff, "first-hello")], cast.staff, at)


@pytest.mark.parametrize("who", ["outsider", "dx"])
def test_who_does_not_see_a_step_cannot_cheer_it(session, cast, climb, allow, at, who):
    allow(cast.staff)
    done = climb(cast.staff, "first-hello")
    with pytest.raises(CompletionNotSeen):
        cheer(session, [done], getattr(cast, who), at)
    assert kinds(session) == []


def test_what_nobody_has_and_what_nobody_shows_are_refused_alike(session, cast, climb, at):
    done = climb(cast.staff, "first-hello")
    with pytest.raises(CompletionNotSeen) as hidden:
        cheer(session, [done], cast.colleague, at)
    with pytest.raises(CompletionNotSeen) as missing:
        cheering.cheer(session, [987654], TAP, by_id=cast.colleague.id, at=at)
    assert str(hidden.value) == str(missing.value)


def test_whoever_takes_a_rest_cannot_be_seen(session, cast, climb, allow, at):
    allow(cast.staff)
    done = climb(cast.staff, "first-hello")
    consents.pause(session, cast.staff, at=at)
    with pytest.raises(CompletionNotSeen):
        cheer(session, [done], cast.colleague, at)
    consents.resume(session, cast.staff, at=at)
    assert len(cheer(session, [done], cast.colleague, at)) == 1


def test_whoever_left_cannot_be_seen(session, cast, climb, allow, at):
    allow(cast.staff)
    done = climb(cast.staff, "first-hello")
    cast.staff.deactivated_at = at
    with pytest.raises(CompletionNotSeen):
        cheer(session, [done], cast.colleague, at)


def test_words_that_are_shown_can_be_cheered_by_everybody(session, cast, climb, at):
    done = climb(cast.staff, "first-hello")
    done.submission.reflection = "聞いてみたら、三分で済みました。"
    session.flush()
    sharing.show_words(session, done.submission, by_id=cast.staff.id, at=at)
    assert len(cheer(session, [done], cast.outsider, at)) == 1


def test_a_badge_that_is_seen_lets_its_completion_be_cheered(session, cast, climb, at):
    done = climb(cast.staff, "first-hello")
    assert len(cheer(session, [done], cast.outsider, at, under_badges=[done.id])) == 1


def test_what_was_withdrawn_cannot_be_cheered(session, cast, climb, allow, at):
    allow(cast.staff)
    done = climb(cast.staff, "first-hello")
    withdrawing.withdraw(session, done, by_id=cast.staff.id, at=at)
    with pytest.raises(CompletionNotSeen):
        cheer(session, [done], cast.colleague, at, under_badges=[done.id])


@pytest.mark.parametrize(("length", "fits"), [(199, True), (200, True), (201, False)])
def test_words_have_up_to_two_hundred_characters(session, cast, climb, allow, at, length, fits):
    allow(cast.staff)
    done = climb(cast.staff, "first-hello")
    applause = Applause(Stamp.CAREFUL, "あ" * length)
    if fits:
        assert len(cheer(session, [done], cast.colleague, at, applause)) == 1
        return
    with pytest.raises(InvalidField) as refused:
        cheer(session, [done], cast.colleague, at, applause)
    assert refused.value.field == "words"


def test_several_at_once_cost_one_a_head(session, cast, climb, allow, at):
    people = [cast.staff, cast.manager, cast.deputy]
    for person in people:
        allow(person)
    done = [climb(person, "first-hello") for person in people]
    assert len(cheer(session, done, cast.colleague, at)) == 3
    assert left(session, cast.colleague, at) == 7


def test_one_who_cannot_be_seen_stops_all_of_them(database, session, cast, climb, allow, at):
    allow(cast.staff)
    done = [climb(cast.staff, "first-hello"), climb(cast.deputy, "first-hello")]
    session.commit()
    with pytest.raises(CompletionNotSeen), database.writing() as own:
        cheer(own, done, cast.colleague, at)
    with database.reading() as reading:
        assert reading.scalar(select(func.count(Cheer.id))) == 0
        assert left(reading, cast.colleague, at) == 10


def test_more_heads_than_are_left_cheer_nobody(database, session, cast, climb, allow, at):
    allow(cast.staff)
    slugs = ["first-hello", "give-back-15", "dx-words"]
    done = [climb(cast.staff, slug) for slug in slugs]
    for stamp in [Stamp.CAREFUL, Stamp.IMITATE, Stamp.QUESTION]:
        cheer(session, done[:3], cast.colleague, at, Applause(stamp))
    session.commit()
    with pytest.raises(BudgetSpent) as refused, database.writing() as own:
        cheer(own, done, cast.colleague, at)
    assert (refused.value.values["left"], refused.value.values["wanted"]) == (1, 3)
    with database.reading() as reading:
        assert reading.scalar(select(func.count(Cheer.id))) == 9


@pytest.mark.parametrize("count", [0, cheering.MOST_AT_ONCE + 1])
def test_nobody_or_too_many_at_once_are_refused(session, cast, at, count):
    with pytest.raises(RuleBroken):
        cheering.cheer(session, range(1, count + 1), TAP, by_id=cast.staff.id, at=at)


def test_a_double_tap_makes_one_row_and_costs_one(database, session, cast, climb, allow, at, race):
    allow(cast.staff)
    done = climb(cast.staff, "first-hello")
    session.commit()
    outcomes = race(lambda own: cheer(own, [done], cast.colleague, at), times=8)
    assert sorted(map(len, outcomes)) == [0] * 7 + [1]
    with database.reading() as reading:
        assert reading.scalar(select(func.count(Cheer.id))) == 1
        assert left(reading, cast.colleague, at) == 9
        assert kinds(reading) == ["cheered"]


def test_the_same_stamp_with_other_words_is_refused(session, cast, climb, allow, at):
    allow(cast.staff)
    done = climb(cast.staff, "first-hello")
    cheer(session, [done], cast.colleague, at)
    with pytest.raises(RuleBroken):
        cheer(session, [done], cast.colleague, at, Applause(Stamp.HELPED, "ほんとうに。"))


def test_taken_back_in_its_week_a_cheer_is_refunded_once(session, cast, climb, allow, at):
    allow(cast.staff)
    row = _given(session, cast, climb, at)
    for _ in range(2):
        cheering.take_back(session, row, by_id=cast.colleague.id, at=at + timedelta(days=4))
    session.refresh(row)
    assert row.refunded
    assert left(session, cast.colleague, at) == 10
    assert kinds(session) == ["cheered", "cheer-taken-back"]
    assert list(budgets_that_disagree(session)) == []


def test_taken_back_a_week_later_a_cheer_is_not_refunded(session, cast, climb, allow, at):
    allow(cast.staff)
    row = _given(session, cast, climb, at)
    later = at + timedelta(days=5)
    cheering.take_back(session, row, by_id=cast.colleague.id, at=later)
    session.refresh(row)
    assert row.taken_back_at == later
    assert not row.refunded
    assert left(session, cast.colleague, at) == 9
    assert left(session, cast.colleague, later) == 10


@pytest.mark.parametrize("who", ["staff", "manager", "outsider", "dx"])
def test_only_the_giver_takes_a_cheer_back(session, cast, climb, allow, at, who):
    allow(cast.staff)
    row = _given(session, cast, climb, at)
    with pytest.raises(NotAllowed):
        cheering.take_back(session, row, by_id=getattr(cast, who).id, at=at)
    assert row.taken_back_at is None


def test_taken_back_at_once_by_many_refunds_one(database, session, cast, climb, allow, at, race):
    allow(cast.staff)
    cheer_id = _given(session, cast, climb, at).id
    session.commit()

    def take_back(own):
        cheering.take_back(own, own.get_one(Cheer, cheer_id), by_id=cast.colleague.id, at=at)

    assert set(race(take_back, times=8)) == {None}
    with database.reading() as reading:
        assert left(reading, cast.colleague, at) == 10
        assert list(budgets_that_disagree(reading)) == []


def test_after_it_was_taken_back_a_stamp_can_be_left_again(session, cast, climb, allow, at):
    allow(cast.staff)
    row = _given(session, cast, climb, at)
    cheering.take_back(session, row, by_id=cast.colleague.id, at=at)
    assert len(cheer(session, [row.completion], cast.colleague, at)) == 1
    assert left(session, cast.colleague, at) == 9


def _given(session, cast, climb, at):
    [cheer_id] = cheer(session, [climb(cast.staff, "first-hello")], cast.colleague, at)
    return session.get_one(Cheer, cheer_id)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["give", "take back"]),
        st.sampled_from(["staff", "deputy"]),
        st.sampled_from(list(Stamp)),
        st.integers(0, 13),
    ),
    max_size=25,
)


@given(acts=ACTS)
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_budgets_stay_the_fold_whatever_happens(session, cast, climb, allow, at, acts):
    with session.begin_nested() as undone:
        done = {who: climb(getattr(cast, who), "first-hello") for who in ("staff", "deputy")}
        for who in done:
            allow(getattr(cast, who), Consent.STEPS)
        for act, who, stamp, day in sorted(acts, key=lambda one: one[3]):
            _do(session, act, done[who], stamp, by=cast.colleague, at=at + timedelta(days=day))
        assert list(budgets_that_disagree(session)) == []
        undone.rollback()


def _do(session, act, completion, stamp, *, by, at):
    if act == "give":
        try:
            with session.begin_nested():
                cheer(session, [completion], by, at, Applause(stamp))
        except BudgetSpent:
            pass
        return
    rows = session.scalars(
        select(Cheer).filter_by(completion_id=completion.id, giver_id=by.id, stamp=stamp)
    )
    for row in rows.all():
        cheering.take_back(session, row, by_id=by.id, at=at)
