"""The numbers that sentences name, each taken from the rule that it states."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from app.identity import passwords
from app.queries.office import RELAY_PATIENCE
from app.web.language import language
from app.web.signed_in import SHARED_IDLE
from challenges.moderation.reporting import LONGEST_NOTE
from challenges.recognition.budgets import BASE, EACH
from challenges.recognition.cheering import LONGEST_WORDS
from challenges.recognition.praising import BEGINNINGS, WORDS_LENGTH
from challenges.recognition.recent import RECENTLY
from challenges.shares import SHARE_STEP, SMALLEST_GROUP
from challenges.submissions.habits import DAYS_BACK
from challenges.submissions.overdue import PATIENCE
from challenges.submissions.reviewing import QUESTION_LENGTH
from challenges.submissions.submitting import LINK_LENGTH, REFLECTION_LENGTH
from challenges.submissions.voiding import REASON_LENGTH
from challenges.submissions.withdrawing import REGRET, WINDOW

_MINUTE = timedelta(minutes=1)
_ENGLISH = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
)
_KANJI = "〇一二三四五六七八九十"

_THINGS = ("零", "一つ", "二つ", "三つ", "四つ", "五つ", "六つ", "七つ", "八つ", "九つ")


@dataclass(frozen=True)
class Rules:
    """The numbers of the rules, as templates use them: ``rules.review_days``.

    Days and minutes are whole ones, lengths are in characters.
    """

    review_days: int = PATIENCE
    """Working days after which a waiting submission is accepted automatically."""
    withdrawal_days: int = WINDOW.days
    undo_minutes: int = REGRET // _MINUTE
    """How long a manager may undo an acceptance."""
    habit_days_back: int = DAYS_BACK
    recent_days: int = RECENTLY.days
    relay_minutes: int = RELAY_PATIENCE // _MINUTE
    """How long the relay or Slack may be silent before the DX office is told."""
    words_shortest: int = WORDS_LENGTH[0]
    words_longest: int = WORDS_LENGTH[1]
    cheers_a_week: int = BASE
    cheers_a_head: int = EACH
    """More for each person whose unit one manages."""
    cheer_longest: int = LONGEST_WORDS
    beginnings: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: BEGINNINGS)
    """How one may begin to praise, by language."""
    question_longest: int = QUESTION_LENGTH[1]
    reason_longest: int = REASON_LENGTH[1]
    note_longest: int = LONGEST_NOTE
    reflection_longest: int = REFLECTION_LENGTH[1]
    link_longest: int = LINK_LENGTH
    password_shortest: int = passwords.LENGTH[0]
    password_longest: int = passwords.LENGTH[1]
    password_example: str = passwords.EXAMPLE
    smallest_group: int = SMALLEST_GROUP
    """People a group needs before its number is shown."""
    share_step: int = SHARE_STEP
    """Points: the finest step in which the share of a unit is told."""
    shared_minutes: int = SHARED_IDLE // _MINUTE
    """How long a sign-in on a shared computer may go unused."""


def spelled(number: int) -> str:
    """Digits in Japanese; in English a word up to ten, as a sentence is written there."""
    if language() == "en" and number < len(_ENGLISH):
        return _ENGLISH[number]
    return str(number)


def things(number: int) -> str:
    """How many things: 二つ, 12個, or two in English."""
    if language() == "en":
        return spelled(number)
    return _THINGS[number] if number < len(_THINGS) else f"{number}個"


def in_words(number: int) -> str:
    """A word up to ten, 三 or three; digits in groups of three above."""
    if language() == "en":
        return _ENGLISH[number] if number < len(_ENGLISH) else f"{number:,}"
    return _KANJI[number] if number < len(_KANJI) else f"{number:,}"
