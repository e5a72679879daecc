"""Folds the history into ``PersonDay`` and ``FirstWord``: one pass over the standing completions.

The same statements fold everybody, a range of people or a few of them, always with their whole
history, because a step may settle what an earlier one has led to. verifying.py compares.
"""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    case,
    delete,
    func,
    insert,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.indicators.activity import ChangedDay, FirstWord, FoldProgress, PersonDay
from challenges.catalogue.models import Challenge, Step
from challenges.people.models import Person
from challenges.recognition.models import Cheer, Endorsement
from challenges.storage.days import days_between, tokyo_day
from challenges.storage.sql import padded_ids, upsert
from challenges.submissions.models import Completion, Submission
from challenges.vocabulary import DecidedHow, Stage

FAILURE_CARD = "good-failure"
"""The challenge in which people tell of a failure."""
IN_TIME = 90
"""Days within which a try becomes a habit, and a habit is spread, for indicators."""
PEOPLE_AT_ONCE = 5_000

Ids = ColumnElement[int] | InstrumentedAttribute[int]
Whose = Callable[[Ids], ColumnElement[bool]]
"""Chooses people by the column that holds their ids."""


def everybody() -> Whose:
    """All people."""
    return lambda _ids: true()


def people_between(after: int, last: int) -> Whose:
    """The people whose ids are above ``after`` and at most ``last``."""
    return lambda ids: (ids > after) & (ids <= last)


def these_people(person_ids: Collection[int]) -> Whose:
    """The people with these ids."""
    wanted = padded_ids(person_ids)
    return lambda ids: ids.in_(wanted)


def fold(session: Session, whose: Whose) -> None:
    """Replace what is folded of these people by what their history says. Four statements.

    Others who fold the same people have to wait, see ``lock``.
    """
    for table, true_rows in ((PersonDay, person_days(whose)), (FirstWord, first_words(whose))):
        target: Any = table.__table__
        columns = [column.name for column in target.c]
        session.execute(delete(target).where(whose(target.c.person_id)))
        session.execute(insert(target).from_select(columns, true_rows))


def fold_all(session: Session, *, at_once: int = PEOPLE_AT_ONCE) -> None:
    """Fold the whole history in this transaction, for a database that nobody else uses yet."""
    after = 0
    while (last := next_person(session, after=after, limit=at_once)) is not None:
        fold(session, people_between(after, last))
        after = last
    session.execute(delete(ChangedDay))
    done = {"folded_until": None}
    progress = upsert(session, FoldProgress).values(id=1, **done)
    session.execute(progress.on_conflict_do_update(index_elements=["id"], set_=done))


def next_person(session: Session, *, after: int, limit: int) -> int | None:
    """The id of the last of the next ``limit`` people. None: there are no more."""
    some = select(Person.id).where(Person.id > after).order_by(Person.id).limit(limit).subquery()
    last: int | None = session.scalar(select(func.max(some.c.id)))
    return last


def lock(session: Session, whose: Whose) -> None:
    """Let others who fold these people wait until this transaction ends."""
    # FOR NO KEY UPDATE holds up nobody who only refers to a person, as a new submission does.
    # SQLite ignores it; there, only one transaction writes at a time.
    session.execute(
        select(Person.id)
        .where(whose(Person.id))
        .order_by(Person.id)
        .with_for_update(key_share=True)
    )


def person_days(whose: Whose) -> Select[*tuple[Any, ...]]:
    """The rows of ``PersonDay`` as the history gives them, columns in their order."""
    steps = _steps(whose)

    def count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(*conditions)

    is_try, is_habit = steps.c.stage == Stage.TRY, steps.c.stage == Stage.HABIT
    led_to_habit = days_between(steps.c.day, steps.c.habit_on) <= IN_TIME
    led_to_spread = days_between(steps.c.day, steps.c.spread_on) <= IN_TIME
    columns = {
        "person_id": steps.c.person_id,
        "day": steps.c.day,
        "tries": count(is_try),
        "habits": count(is_habit),
        "spreads": count(steps.c.stage == Stage.SPREAD),
        "by_calendar": count(steps.c.decided_how == DecidedHow.OVERDUE),
        "failures": count(steps.c.slug == FAILURE_CARD),
        "quiz_passes": count(steps.c.decided_how == DecidedHow.QUIZ),
        "first_word_on": func.min(steps.c.worded_on),
        "tries_before_habit": count(is_try, steps.c.has_habit == 1),
        "became_habit": count(is_try, led_to_habit),
        "became_habit_by_calendar": count(is_try, led_to_habit, steps.c.habit_by_calendar == 1),
        "habits_before_spread": count(is_habit, steps.c.has_spread == 1),
        "was_spread": count(is_habit, led_to_spread),
        "was_spread_by_calendar": count(is_habit, led_to_spread, steps.c.spread_by_calendar == 1),
    }
    order = [columns[column.name] for column in PersonDay.__table__.c]
    return select(*order).group_by(steps.c.person_id, steps.c.day)


def first_words(whose: Whose) -> Select[*tuple[Any, ...]]:
    """The rows of ``FirstWord`` as the history gives them, columns in their order."""
    words = _words(whose)
    submitted_at = func.coalesce(Submission.submitted_at, Completion.happened_at)
    return (
        select(
            Completion.id,
            Completion.person_id,
            tokyo_day(submitted_at),
            words.c.worded_on,
        )
        .join(words, words.c.completion_id == Completion.id)
        .join(Submission, Submission.id == Completion.submission_id)
        .where(whose(Completion.person_id), Completion.voided_at.is_(None))
    )


def _steps(whose: Whose) -> CTE:
    """One row for each standing completion, with what the same person did in the challenge."""
    words, staircases = _words(whose), _staircases()
    day = tokyo_day(Completion.happened_at)
    in_the_challenge: Any = (Completion.person_id, Step.challenge_id)

    def first(stage: Stage) -> ColumnElement[Any]:
        return func.min(case((Step.stage == stage, day))).over(partition_by=in_the_challenge)

    def by_calendar(stage: Stage) -> ColumnElement[Any]:
        is_it = (Step.stage == stage) & (Completion.decided_how == DecidedHow.OVERDUE)
        return func.max(case((is_it, 1), else_=0)).over(partition_by=in_the_challenge)

    return (
        select(
            Completion.person_id,
            day.label("day"),
            Step.stage,
            Completion.decided_how,
            staircases.c.slug,
            staircases.c.has_habit,
            staircases.c.has_spread,
            words.c.worded_on,
            first(Stage.HABIT).label("habit_on"),
            by_calendar(Stage.HABIT).label("habit_by_calendar"),
            first(Stage.SPREAD).label("spread_on"),
            by_calendar(Stage.SPREAD).label("spread_by_calendar"),
        )
        .join(Step, Step.id == Completion.step_id)
        .join(staircases, staircases.c.challenge_id == Step.challenge_id)
        .outerjoin(words, words.c.completion_id == Completion.id)
        .where(whose(Completion.person_id), Completion.voided_at.is_(None))
        .cte("steps")
    )


def _words(whose: Whose) -> CTE:
    """The day of the first standing endorsement or cheer of each completion that has one."""
    endorsed = select(Endorsement.completion_id, Endorsement.given_at).where(
        whose(Endorsement.person_id), Endorsement.withdrawn_at.is_(None)
    )
    cheered = select(Cheer.completion_id, Cheer.given_at).where(
        whose(Cheer.receiver_id), Cheer.taken_back_at.is_(None)
    )
    given = union_all(endorsed, cheered).subquery("given")
    first = tokyo_day(func.min(given.c.given_at))
    return (
        select(given.c.completion_id, first.label("worded_on"))
        .group_by(given.c.completion_id)
        .cte("words")
    )


def _staircases() -> CTE:
    """Each challenge, and whether it has a habit and a spread step."""

    def has(stage: Stage) -> ColumnElement[int]:
        return func.max(case((Step.stage == stage, 1), else_=0))

    return (
        select(
            Challenge.id.label("challenge_id"),
            Challenge.slug,
            has(Stage.HABIT).label("has_habit"),
            has(Stage.SPREAD).label("has_spread"),
        )
        .join(Step, Step.challenge_id == Challenge.id)
        .group_by(Challenge.id, Challenge.slug)
        .cte("staircases")
    )
