"""Folds the history into ``PersonDay`` and ``FirstWord``: one pass over the standing completions.

The same statements fold everybody, a range of people or a few of them, always with their whole
history, because a step may settle what an earlier one has led to. verifying.py compares.
"""

from collections.abc import Callable, Collection
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
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.indicators.activity import ChangedDay, FirstWord, FoldProgress, PersonDay
from challenges.catalogue.models import Challenge, Step
from challenges.people.models import Person
from challenges.recognition.models import Cheer, Endorsement
from challenges.storage.days import days_between, month_of, tokyo_day
from challenges.storage.sql import dialect_of, padded_ids, upsert
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
    models: tuple[Any, ...] = (PersonDay, FirstWord)
    for model in models:
        session.execute(delete(model.__table__).where(whose(model.person_id)))
    if dialect_of(session) == "sqlite":
        # Hardly any day has two steps. So adding the second to the first takes half the time of
        # sorting all of them to group them.
        session.execute(_add_each(session, _deeds(whose)))
    else:
        session.execute(_insert(PersonDay, person_days(whose)))
    session.execute(_insert(FirstWord, first_words(whose)))


def _insert(model: Any, rows: Select[*tuple[Any, ...]]) -> Insert:
    target = model.__table__
    return insert(target).from_select([column.name for column in target.c], rows)


def _add_each(session: Session, deeds: Select[*tuple[Any, ...]]) -> Insert:
    """Insert each row, or add it to the one of the same person and day."""
    target: Any = PersonDay.__table__
    added = upsert(session, target).from_select([column.name for column in target.c], deeds)
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
    deeds = _deeds(whose).subquery("deeds")
    key = [column.name for column in PersonDay.__table__.primary_key]
    columns = {
        **{name: deeds.c[name] for name in key},
        **{name: func.sum(deeds.c[name]) for name in _NUMBERS},
        "first_word_on": func.min(deeds.c.first_word_on),
    }
    order = [columns[column.name] for column in PersonDay.__table__.c]
    return select(*order).group_by(*(deeds.c[name] for name in key))


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


_NUMBERS = [column.name for column in PersonDay.__table__.c if isinstance(column.type, Integer)][1:]
"""The columns of ``PersonDay`` that are added up."""


def _deeds(whose: Whose) -> Select[*tuple[Any, ...]]:
    """One row for each standing completion, with the columns of ``PersonDay`` in their order, of
    which it counts 0 or 1."""
    steps, words = _steps(whose), _words(whose)
    is_try, is_habit = steps.c.is_try == 1, steps.c.is_habit == 1
    led_to_habit = is_try & (days_between(steps.c.day, steps.c.habit_on) <= IN_TIME)
    led_to_spread = is_habit & (days_between(steps.c.day, steps.c.spread_on) <= IN_TIME)
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
        "became_habit_by_calendar": _one_if(led_to_habit & (steps.c.habit_by_calendar == 1)),
        "habits_before_spread": steps.c.has_spread,
        "was_spread": _one_if(led_to_spread),
        "was_spread_by_calendar": _one_if(led_to_spread & (steps.c.spread_by_calendar == 1)),
    }
    order = [columns[column.name].label(column.name) for column in PersonDay.__table__.c]
    return (
        select(*order)
        .select_from(steps)
        .outerjoin(words, words.c.completion_id == steps.c.completion_id)
        .where(whose(steps.c.person_id))
    )


def _steps(whose: Whose) -> CTE:
    """One row for each standing completion, with what the same person did in the challenge."""
    stairs = _stairs()
    day = tokyo_day(Completion.happened_at)
    in_the_challenge: Any = (Completion.person_id, stairs.c.challenge_id)
    is_overdue = Completion.decided_how == DecidedHow.OVERDUE

    def first(is_it: ColumnElement[int]) -> ColumnElement[Any]:
        return func.min(case((is_it == 1, day))).over(partition_by=in_the_challenge)

    def by_calendar(is_it: ColumnElement[int]) -> ColumnElement[Any]:
        return func.max(_one_if((is_it == 1) & is_overdue)).over(partition_by=in_the_challenge)

    return (
        select(
            Completion.id.label("completion_id"),
            Completion.person_id,
            day.label("day"),
            *(stairs.c[name] for name in ("is_try", "is_habit", "is_spread", "is_failure")),
            *(stairs.c[name] for name in ("has_habit", "has_spread")),
            _one_if(is_overdue).label("by_calendar"),
            _one_if(Completion.decided_how == DecidedHow.QUIZ).label("by_quiz"),
            first(stairs.c.is_habit).label("habit_on"),
            by_calendar(stairs.c.is_habit).label("habit_by_calendar"),
            first(stairs.c.is_spread).label("spread_on"),
            by_calendar(stairs.c.is_spread).label("spread_by_calendar"),
        )
        .join(stairs, stairs.c.step_id == Completion.step_id)
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
