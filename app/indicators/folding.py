"""Folds the history into ``PersonDay`` and ``FirstWord``: one pass over the standing completions.

The same statements fold everybody, a range of people or a few of them, always with their whole
history, because a step may settle what an earlier one has led to. verifying.py compares.
"""

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Insert,
    Integer,
    Select,
    case,
    delete,
    func,
    insert,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from app.indicators.activity import ChangedDay, FirstWord, FoldProgress, PersonDay
from app.indicators.chosen_people import Choice, Whose, next_person, people_between
from challenges.catalogue.models import Challenge, Step
from challenges.recognition.models import Cheer, Endorsement
from challenges.storage.days import month_of, tokyo_day, tokyo_day_number
from challenges.storage.sql import dialect_of, insert_in, upsert
from challenges.submissions.models import Completion, Submission
from challenges.vocabulary import DecidedHow, Stage

FAILURE_CARD = "good-failure"
"""The challenge in which people tell of a failure."""
IN_TIME = 90
"""Days within which a try becomes a habit, and a habit is spread, for indicators."""
PEOPLE_AT_ONCE = 5_000


def fold(session: Session, whose: Whose) -> None:
    """Replace what is folded of these people by what their history says. Four statements.

    Others who fold the same people have to wait, see ``lock``.
    """
    for statement in _statements(dialect_of(session), whose.choice):
        session.execute(statement, whose.asked)


@cache
def _statements(dialect: str, choice: Choice) -> list[Any]:
    models: tuple[Any, ...] = (PersonDay, FirstWord)
    forget = [delete(model.__table__).where(choice(model.person_id)) for model in models]
    # Hardly any day has two steps. So adding the second to the first takes half the time of
    # sorting all of them to group them. Only SQLite can add to a row of the same statement.
    is_added = dialect == "sqlite"
    days = _add_each(_deeds(choice)) if is_added else _insert(PersonDay, person_days(choice))
    return [*forget, days, _insert(FirstWord, first_words(choice))]


def _insert(model: Any, rows: Select[*tuple[Any, ...]]) -> Insert:
    target = model.__table__
    return insert(target).from_select([column.name for column in target.c], rows)


def _add_each(deeds: Select[*tuple[Any, ...]]) -> Insert:
    """Insert each row, or add it to the one of the same person and day."""
    target: Any = PersonDay.__table__
    added = insert_in("sqlite", target).from_select([column.name for column in target.c], deeds)
    sums = {name: target.c[name] + added.excluded[name] for name in _NUMBERS}
    before, new = target.c.first_word_on, added.excluded.first_word_on
    first_word_on = case((before.is_(None) | (new < before), new), else_=before)
    return added.on_conflict_do_update(
        index_elements=list(target.primary_key), set_={**sums, "first_word_on": first_word_on}
    )


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


def person_days(choice: Choice) -> Select[*tuple[Any, ...]]:
    """The rows of ``PersonDay`` as the history gives them, columns in their order."""
    deeds = _deeds(choice).subquery("deeds")
    key = [column.name for column in PersonDay.__table__.primary_key]
    columns = {
        **{name: deeds.c[name] for name in key},
        **{name: func.sum(deeds.c[name]) for name in _NUMBERS},
        "first_word_on": func.min(deeds.c.first_word_on),
    }
    order = [columns[column.name] for column in PersonDay.__table__.c]
    return select(*order).group_by(*(deeds.c[name] for name in key))


def first_words(choice: Choice) -> Select[*tuple[Any, ...]]:
    """The rows of ``FirstWord`` as the history gives them, columns in their order."""
    words = _words(choice)
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
        .where(choice(Completion.person_id), Completion.voided_at.is_(None))
    )


def meaning_of_steps(session: Session, step_ids: Collection[int]) -> list[tuple[Any, ...]]:
    """What the fold takes these steps for. If it changes, everybody has to be folded again."""
    stairs = _stairs()
    rows = session.execute(select(stairs).order_by(stairs.c.step_id))
    return [tuple(row) for row in rows if row.step_id in step_ids]


_NUMBERS = [column.name for column in PersonDay.__table__.c if isinstance(column.type, Integer)][1:]
"""The columns of ``PersonDay`` that are added up."""


def _deeds(choice: Choice) -> Select[*tuple[Any, ...]]:
    """One row for each standing completion, with the columns of ``PersonDay`` in their order, of
    which it counts 0 or 1."""
    steps, words = _steps(choice), _words(choice)
    ways = _ways(steps)
    led_to_habit = (steps.c.is_try == 1) & _is_in_time(steps, ways.c.habit)
    led_to_spread = (steps.c.is_habit == 1) & _is_in_time(steps, ways.c.spread)
    columns = {
        "person_id": steps.c.person_id,
        "month": month_of(steps.c.day),
        "day": steps.c.day,
        "tries": steps.c.is_try,
        "habits": steps.c.is_habit,
        "spreads": steps.c.is_spread,
        "by_calendar": steps.c.by_calendar,
        "failures": steps.c.is_failure,
        "quiz_passes": steps.c.by_quiz,
        "first_word_on": words.c.worded_on,
        "tries_before_habit": steps.c.has_habit,
        "became_habit": _one_if(led_to_habit),
        "became_habit_by_calendar": _one_if(led_to_habit & _is_by_calendar(ways.c.habit)),
        "habits_before_spread": steps.c.has_spread,
        "was_spread": _one_if(led_to_spread),
        "was_spread_by_calendar": _one_if(led_to_spread & _is_by_calendar(ways.c.spread)),
    }
    order = [columns[column.name].label(column.name) for column in PersonDay.__table__.c]
    of_the_way = (ways.c.person_id == steps.c.person_id) & (
        ways.c.challenge_id == steps.c.challenge_id
    )
    return (
        select(*order)
        .select_from(steps)
        .outerjoin(words, words.c.completion_id == steps.c.completion_id)
        .outerjoin(ways, of_the_way)
    )


def _steps(choice: Choice) -> CTE:
    """One row for each standing completion."""
    stairs = _stairs()
    flags = ("is_try", "is_habit", "is_spread", "is_failure", "has_habit", "has_spread")
    return (
        select(
            Completion.id.label("completion_id"),
            Completion.person_id,
            tokyo_day(Completion.happened_at).label("day"),
            tokyo_day_number(Completion.happened_at).label("number"),
            _one_if(Completion.decided_how == DecidedHow.OVERDUE).label("by_calendar"),
            _one_if(Completion.decided_how == DecidedHow.QUIZ).label("by_quiz"),
            stairs.c.challenge_id,
            *(stairs.c[name] for name in flags),
        )
        .join(stairs, stairs.c.step_id == Completion.step_id)
        .where(choice(Completion.person_id), Completion.voided_at.is_(None))
        .cte("steps")
    )


def _ways(steps: CTE) -> CTE:
    """How far each person came in each challenge: the first habit and the first spread.

    Twice the number of its day, and one more if the calendar did not accept it: one number, of
    which the least is the first.
    """
    number = steps.c.number * 2 + 1 - steps.c.by_calendar
    return (
        select(
            steps.c.person_id,
            steps.c.challenge_id,
            func.min(case((steps.c.is_habit == 1, number))).label("habit"),
            func.min(case((steps.c.is_spread == 1, number))).label("spread"),
        )
        .where(steps.c.is_try == 0)
        .group_by(steps.c.person_id, steps.c.challenge_id)
        .cte("ways")
    )


def _is_in_time(steps: CTE, first: ColumnElement[int]) -> ColumnElement[bool]:
    return first // 2 - steps.c.number <= IN_TIME


def _is_by_calendar(first: ColumnElement[int]) -> ColumnElement[bool]:
    return first % 2 == 0


def _words(choice: Choice) -> CTE:
    """The day of the first standing endorsement or cheer of each completion that has one."""
    endorsed = select(Endorsement.completion_id, Endorsement.given_at).where(
        choice(Endorsement.person_id), Endorsement.withdrawn_at.is_(None)
    )
    cheered = select(Cheer.completion_id, Cheer.given_at).where(
        choice(Cheer.receiver_id), Cheer.taken_back_at.is_(None)
    )
    given = union_all(endorsed, cheered).subquery("given")
    first = tokyo_day(func.min(given.c.given_at))
    return (
        select(given.c.completion_id, first.label("worded_on"))
        .group_by(given.c.completion_id)
        .cte("words")
    )


def _stairs() -> CTE:
    """Each step as numbers, which are sorted faster than words: its stage, whether its challenge is
    that of failures, and whether a try has a habit, or a habit a spread, to lead to."""

    def has(stage: Stage) -> ColumnElement[int]:
        return func.max(_one_if(Step.stage == stage)).over(partition_by=Step.challenge_id)

    is_try, is_habit = (_one_if(Step.stage == stage) for stage in (Stage.TRY, Stage.HABIT))
    return (
        select(
            Step.id.label("step_id"),
            Step.challenge_id,
            is_try.label("is_try"),
            is_habit.label("is_habit"),
            _one_if(Step.stage == Stage.SPREAD).label("is_spread"),
            _one_if(Challenge.slug == FAILURE_CARD).label("is_failure"),
            (is_try * has(Stage.HABIT)).label("has_habit"),
            (is_habit * has(Stage.SPREAD)).label("has_spread"),
        )
        .join(Challenge, Challenge.id == Step.challenge_id)
        .cte("stairs")
    )


def _one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)
