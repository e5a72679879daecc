"""Shuffles and marks a quiz. Tries are unlimited, and every answer is explained afterwards.

Stores nothing: a quiz that is passed becomes the evidence of a submission.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from challenges.catalogue.published import Question
from challenges.errors import InvalidField

PASS_PERCENT = 80
"""Share of right answers that passes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is shown, with the keys of its options in the order of this try."""

    question: Question
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """A quiz that was handed in, with the answers by the ids of the questions."""

    answers: Mapping[str, str]
    right_ids: frozenset[str]
    count: int

    @property
    def right(self) -> int:
        """Number of right answers."""
        return len(self.right_ids)

    @property
    def score(self) -> int:
        """In per cent, rounded down."""
        return 100 * self.right // self.count

    @property
    def passed(self) -> bool:
        """Whether enough answers are right."""
        # Not by ``score``, which is rounded.
        return self.right * 100 >= PASS_PERCENT * self.count


def right_answers_needed(count: int) -> int:
    """How many of ``count`` questions must be answered right to pass."""
    return -(-PASS_PERCENT * count // 100)


def shuffled(quiz: Sequence[Question], *, order: str) -> list[Asked]:
    """The questions and their options in an order that depends on ``order`` alone.

    So a page that is opened again, or goes back, asks the same questions in the same places.
    """
    chance = random.Random(order)
    questions = chance.sample(quiz, len(quiz))
    return [Asked(question, _options_of(question, chance)) for question in questions]


def mark(quiz: Sequence[Question], answers: Mapping[str, str]) -> Marked:
    """Mark the answers, given by the ids of the questions.

    Raises InvalidField, naming the first question without one of its options as the answer.
    """
    given = {question.id: answers.get(question.id, "") for question in quiz}
    for question in quiz:
        if given[question.id] not in question.wording["ja"]["options"]:
            raise InvalidField("まだ答えていない問題があります。", field=question.id)
    right = frozenset(question.id for question in quiz if given[question.id] == question.answer)
    return Marked(answers=given, right_ids=right, count=len(quiz))


def _options_of(question: Question, chance: random.Random) -> tuple[str, ...]:
    keys = list(question.wording["ja"]["options"])
    return tuple(chance.sample(keys, len(keys)))
