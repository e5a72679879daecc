"""What each person did on each day is folded as the history says, however it came about."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.indicators.activity import ChangedDay, FirstWord, PersonDay
from app.indicators.changed_days import (
    HEARD,
    on_completion_changed,
    people_pending,
)
from app.indicators.folding import fold_all
from app.indicators.nightly import fold_changed
from app.indicators.verifying import differences
from challenges.errors import RuleBroken
from challenges.outbox import Fact, record
from challenges.people.models import Person
from challenges.recognition import endorsing
from challenges.recognition.events import Cheered, CheerTakenBack
from challenges.recognition.models import Cheer, Endorsement
from challenges.recognition.praising import Praise
from challenges.recognition.stamps import Stamp
from challenges.submissions import completing, submitting, voiding
from challenges.submissions.models import Completion
from challenges.vocabulary import DecidedHow, PraiseKind
from tests.app.indicators import slow_fold

Climb = Callable[..., Completion]
PEOPLE = ("staff", "colleague", "manager")
STEPS = (
    ("first-hello", 1),
    *((slug, number) for slug in ("good-failure", "why-the-seal") for number in (1, 2, 3)),
    ("why-the-seal", 4),
)
HOW = (DecidedHow.SELF, DecidedHow.OVERDUE, DecidedHow.QUIZ)
START = date(2026, 3, 1)
VERBS = [*["climb"] * 6, *["undo"] * 2, "restore", *["praise"] * 2, "take_back"]
VERBS += ["cheer", "take_cheer_back", "hear", "night"]
acts = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(0, 2), st.integers(0, 140), st.integers(0, 11)),
    max_size=30,
)
any_time = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def stored(session: Session) -> slow_fold.Days:
    """What is folded; numbers that are 0 are left out."""
    rows = session.execute(select(*PersonDay.__table__.c)).mappings()
    return {
        (row["person_id"], row["day"]): {
            name: value
            for name, value in row.items()
            if value and name not in ("person_id", "month", "day")
        }
        for row in rows
    }


def stored_words(session: Session) -> dict[int, tuple[date, date]]:
    rows = session.scalars(select(FirstWord).execution_options(populate_existing=True))
    return {one.completion_id: (one.submitted_on, one.worded_on) for one in rows}


class Play:
    """Acts of people, with the facts that follow from them."""

    def __init__(self, session: Session, cast: SimpleNamespace, step_of: Any) -> None:
        self.session, self.cast, self.step_of = session, cast, step_of
        self.now = datetime.fromisoformat("2026-08-20T10:00+09:00")

    def act(self, verb: str, who: int, day: int, which: int) -> None:
        """Do it, if it is possible now."""
        self.now += timedelta(hours=7)
        person: Person = getattr(self.cast, PEOPLE[who])
        with suppress(RuleBroken):
            getattr(self, f"_{verb}")(person, START + timedelta(days=day), which)
        self.session.flush()

    def hear_all(self) -> None:
        heard = select(Fact).where(Fact.fanned_out_at.is_(None), Fact.kind.in_(HEARD))
        for fact in self.session.scalars(heard).all():
            on_completion_changed(self.session, fact, self.now)
            fact.fanned_out_at = self.now
        self.session.flush()

    def fold(self) -> None:
        while fold_changed(self.session, today=date(2026, 8, 20), limit=2):
            pass

    def _climb(self, person: Person, on: date, which: int) -> None:
        slug, number = STEPS[which % len(STEPS)]
        step = self.step_of(slug, number)
        mine = self._completions(person, stands=True)
        if step.id in [one.step_id for one in mine]:
            return
        moment = datetime.fromisoformat(f"{on}T{(which * 5) % 24:02}:30+09:00")
        submission = submitting.open_submission(
            self.session,
            person_id=person.id,
            step_id=step.id,
            version=step.challenge.version,
            at=moment,
        )
        how = HOW[which % len(HOW)]
        completing.complete(self.session, submission, happened_at=moment, how=how, at=self.now)

    def _undo(self, person: Person, _on: date, which: int) -> None:
        if found := self._completions(person, stands=True):
            one = found[which % len(found)]
            voiding.void(
                self.session, one, by_id=self.cast.dx.id, reason="別の人のものでした。", at=self.now
            )

    def _restore(self, person: Person, _on: date, which: int) -> None:
        if found := self._completions(person, stands=False):
            one = found[which % len(found)]
            self.session.refresh(one.submission)
            voiding.restore(self.session, one, at=self.now)

    def _praise(self, person: Person, _on: date, which: int) -> None:
        if found := self._completions(person, stands=True):
            endorsing.vouch(
                self.session,
                found[which % len(found)],
                by_id=(self.cast.deputy, self.cast.outsider)[which % 2].id,
                praise=Praise("朝の三行、続いていますね。", (PraiseKind.STEADINESS,)),
                at=self.now - timedelta(days=which),
            )

    def _take_back(self, person: Person, _on: date, _which: int) -> None:
        given = select(Endorsement).where(
            Endorsement.person_id == person.id, Endorsement.withdrawn_at.is_(None)
        )
        one = self.session.scalars(given.execution_options(populate_existing=True)).first()
        if one is not None:
            endorsing.withdraw(self.session, one, by_id=one.endorser_id, at=self.now)

    def _cheer(self, person: Person, _on: date, which: int) -> None:
        if found := self._completions(person, stands=True):
            one = found[which % len(found)]
            cheer = Cheer(
                completion_id=one.id,
                giver_id=self.cast.dx.id,
                receiver_id=person.id,
                stamp=list(Stamp)[which % len(Stamp)],
                given_at=self.now - timedelta(days=which),
                week=date(2026, 8, 17),
            )
            try:
                with self.session.begin_nested():
                    self.session.add(cheer)
            except IntegrityError:  # that stamp lies there
                return
            self._record(Cheered, cheer)

    def _take_cheer_back(self, person: Person, _on: date, _which: int) -> None:
        given = select(Cheer).where(Cheer.receiver_id == person.id, Cheer.taken_back_at.is_(None))
        cheer = self.session.scalars(given).first()
        if cheer is not None:
            cheer.taken_back_at = self.now
            self._record(CheerTakenBack, cheer)

    def _record(self, event: type[Cheered] | type[CheerTakenBack], cheer: Cheer) -> None:
        about = event(
            cheer_id=cheer.id,
            giver_id=cheer.giver_id,
            receiver_id=cheer.receiver_id,
            completion_id=cheer.completion_id,
            occurred_at=self.now,
        )
        record(self.session, about)

    def _hear(self, _person: Person, _on: date, _which: int) -> None:
        self.hear_all()

    def _night(self, _person: Person, _on: date, _which: int) -> None:
        self.fold()

    def _completions(self, person: Person, *, stands: bool) -> list[Completion]:
        is_it = Completion.voided_at.is_(None) if stands else Completion.voided_at.is_not(None)
        rows = select(Completion).where(Completion.person_id == person.id, is_it)
        return list(
            self.session.scalars(
                rows.order_by(Completion.id).execution_options(populate_existing=True)
            )
        )


@any_time
@given(acts=acts)
def test_what_is_folded_day_by_day_is_what_the_history_says(
    session: Session, cast: SimpleNamespace, step_of: Any, acts: list[Any]
) -> None:
    whole = session.begin_nested()
    fold_all(session)
    play = Play(session, cast, step_of)
    for act in acts:
        play.act(*act)
        pending = people_pending(session)
        assert list(differences(session, pending=pending)) == []
    play.hear_all()
    play.fold()

    assert stored(session) == slow_fold.person_days(session)
    assert stored_words(session) == slow_fold.first_words(session)
    assert list(differences(session)) == []
    whole.rollback()
    session.expire_all()


def test_a_day_counts_each_stage_and_what_the_calendar_accepted(
    session: Session, cast: SimpleNamespace, climb: Climb, praise: Any, at: datetime
) -> None:
    first = climb(cast.staff, "good-failure", 1, at=at)
    climb(cast.staff, "good-failure", 2, at=at + timedelta(days=90))
    first.decided_how = DecidedHow.OVERDUE
    praise(first, by=cast.manager, at=at + timedelta(days=2))
    fold_all(session)

    assert stored(session)[cast.staff.id, date(2026, 7, 15)] == {
        "tries": 1,
        "by_calendar": 1,
        "failures": 1,
        "first_word_on": date(2026, 7, 17),
        "tries_before_habit": 1,
        "became_habit": 1,
    }


def test_a_habit_of_the_ninety_first_day_is_too_late(
    session: Session, cast: SimpleNamespace, climb: Climb, at: datetime
) -> None:
    climb(cast.staff, "good-failure", 1, at=at)
    climb(cast.staff, "good-failure", 2, at=at + timedelta(days=91))
    fold_all(session)

    assert "became_habit" not in stored(session)[cast.staff.id, date(2026, 7, 15)]


def test_a_day_is_one_of_tokyo(session: Session, cast: SimpleNamespace, climb: Climb) -> None:
    climb(cast.staff, "first-hello", at=datetime.fromisoformat("2026-06-30T15:30+00:00"))
    fold_all(session)

    assert [day for _, day in stored(session)] == [date(2026, 7, 1)]


def test_a_difference_is_named(
    session: Session, cast: SimpleNamespace, climb: Climb, at: datetime
) -> None:
    fold_all(session)
    climb(cast.staff, "first-hello", at=at)
    missing = f"person {cast.staff.id}, 2026-07-15: what is folded of the day is missing or wrong"
    assert list(differences(session)) == [missing]
    assert list(differences(session, pending=[cast.staff.id])) == []


def test_a_mark_is_made_once(
    session: Session, cast: SimpleNamespace, climb: Climb, at: datetime
) -> None:
    climb(cast.staff, "first-hello", at=at)
    fact = session.scalars(select(Fact)).one()
    on_completion_changed(session, fact, at)
    on_completion_changed(session, fact, at)

    marks = [(one.person_id, one.day) for one in session.scalars(select(ChangedDay))]
    assert marks == [(cast.staff.id, date(2026, 7, 15))]
