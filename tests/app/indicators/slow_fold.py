"""The fold of people and days again, by loops over plain rows: slow and obvious."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.recognition.models import Cheer, Endorsement
from challenges.submissions.models import Completion

DAYS = timedelta(days=90)
Days = dict[tuple[int, date], dict[str, Any]]


def standing(session: Session) -> list[Completion]:
    rows = session.scalars(select(Completion).execution_options(populate_existing=True))
    return [one for one in rows if one.voided_at is None]


def first_words(session: Session) -> dict[int, tuple[date, date]]:
    """By completion: the days of its submission and of its first word."""
    completions = {one.id: one for one in standing(session)}
    found: dict[int, tuple[date, date]] = {}
    endorsed = [one for one in session.scalars(select(Endorsement)) if not one.withdrawn_at]
    cheered = [one for one in session.scalars(select(Cheer)) if not one.taken_back_at]
    for word in sorted([*endorsed, *cheered], key=lambda one: one.given_at, reverse=True):
        if word.completion_id in completions:
            submission = completions[word.completion_id].submission
            submitted_at = submission.submitted_at or completions[word.completion_id].happened_at
            found[word.completion_id] = (day_of(submitted_at), day_of(word.given_at))
    return found


def person_days(session: Session) -> Days:
    """What each person did on each day; numbers that are 0 are left out."""
    words, stands = first_words(session), standing(session)
    days: defaultdict[tuple[int, date], Counter[str]] = defaultdict(Counter)
    worded: defaultdict[tuple[int, date], list[date]] = defaultdict(list)
    for one in stands:
        key = (one.person_id, day_of(one.happened_at))
        days[key].update(_numbers(one, stands))
        if one.id in words:
            worded[key].append(words[one.id][1])
    return {
        key: {**+found, **({"first_word_on": min(worded[key])} if worded[key] else {})}
        for key, found in days.items()
    }


def _numbers(one: Completion, stands: list[Completion]) -> Counter[str]:
    step = one.step
    found = Counter(
        {
            "tries": step.stage == "TRY",
            "habits": step.stage == "HABIT",
            "spreads": step.stage == "SPREAD",
            "by_calendar": one.decided_how == "OVERDUE",
            "failures": step.challenge.slug == "good-failure",
            "quiz_passes": one.decided_how == "QUIZ",
        }
    )
    stages = {other.stage for other in step.challenge.steps}
    for stage, next_, before, became in (
        ("TRY", "HABIT", "tries_before_habit", "became_habit"),
        ("HABIT", "SPREAD", "habits_before_spread", "was_spread"),
    ):
        if step.stage != stage:
            continue
        found[before] += next_ in stages
        later = [
            other
            for other in stands
            if other.person_id == one.person_id
            and other.step.challenge_id == step.challenge_id
            and other.step.stage == next_
        ]
        first = min((day_of(other.happened_at) for other in later), default=date.max)
        if later and first <= day_of(one.happened_at) + DAYS:
            found[became] += 1
            found[f"{became}_by_calendar"] += any(
                other.decided_how == "OVERDUE"
                for other in later
                if day_of(other.happened_at) == first
            )
    return found
