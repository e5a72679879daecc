"""Marks a quiz. Eighty per cent passes, tries are unlimited, and every answer is explained
afterwards."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from challenges.catalogue.published import Question
from challenges.errors import InvalidField

PASS_PERCENT = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is shown: the keys of its options in the order of this showing."""

    question: Question
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """A quiz that was handed in. ``score`` is in per cent, rounded down."""

    answers: Mapping[str, str]
    right_ids: frozenset[str]
    count: int

    @property
    def right(self) -> int:
        return len(self.right_ids)

    @property
    def score(self) -> int:
        return 100 * self.right // self.count

    @property
    def passed(self) -> bool:
        return self.right * 100 >= PASS_PERCENT * self.count


def right_answers_needed(count: int) -> int:
    """How many of ``count`` questions must be answered right to pass."""
    return -(-PASS_PERCENT * count // 100)


def shuffled(quiz: Sequence[Question]) -> list[Asked]:
    """The questions and their options in a new order each time."""
    questions = random.sample(quiz, len(quiz))
    return [Asked(question, _in_any_order(question)) for question in questions]


def mark(quiz: Sequence[Question], answers: Mapping[str, str]) -> Marked:
    """Mark answers by question id. Raises InvalidField naming the first question without an answer
    it has."""
    given = {question.id: answers.get(question.id, "") for question in quiz}
    for question in quiz:
        if given[question.id] not in question.wording["ja"]["options"]:
            raise InvalidField("まだ答えていない問題があります。", field=question.id)
    right = frozenset(question.id for question in quiz if given[question.id] == question.answer)
    return Marked(given, right, len(quiz))


def _in_any_order(question: Question) -> tuple[str, ...]:
    keys = list(question.wording["ja"]["options"])
    return tuple(random.sample(keys, len(keys)))
