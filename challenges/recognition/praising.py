"""What an endorsement says: words of one's own, and the kinds of what was good. Pure.

A manager may begin with a phrase of ours, but never send only that.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from challenges.errors import N_, InvalidField
from challenges.text import as_written, has_length
from challenges.vocabulary import PraiseKind

WORDS_LENGTH = (10, 400)

KINDS: Mapping[PraiseKind, str] = {
    PraiseKind.CREATIVITY: N_("創造性"),
    PraiseKind.DESIGN: N_("仕組みの良さ"),
    PraiseKind.STEADINESS: N_("地道さ"),
    PraiseKind.TEAMWORK: N_("チームワーク"),
    PraiseKind.RESULTS: N_("成果"),
}
"""Their words, in the order of the screens. They stand here alone: pages translate them, and Slack
shows them as they are."""

BEGINNINGS: Mapping[str, tuple[str, ...]] = {
    "ja": ("助かったのは、", "ほかの課にも、", "参考にしたいのは、"),
    "en": ("What helped was ", "Other divisions could ", "I would like to borrow "),
}
"""How one may begin, by the language of the page."""


@dataclass(frozen=True, slots=True)
class Praise:
    """What was good, in words and in kinds."""

    words: str
    kinds: tuple[PraiseKind, ...]


def checked(words: str, kinds: Iterable[str]) -> Praise:
    """The praise of a form as it is stored. Raises InvalidField for "words" that are too short, too
    long or only a beginning, and for "praise" that names no kind."""
    return Praise(checked_words(words), checked_kinds(kinds))


def checked_words(words: str) -> str:
    """The words as they are stored. Raises InvalidField if they are too short or too long, or only
    a beginning of ours."""
    words = as_written(words)
    shortest, longest = WORDS_LENGTH
    if _is_only_beginnings(words):
        raise InvalidField("書き出しの続きを、あなたの言葉で書いてください。", field="words")
    if not has_length(words, WORDS_LENGTH):
        raise InvalidField(
            "何が良かったかを%(shortest)s文字から%(longest)s文字で書いてください。",
            field="words",
            shortest=shortest,
            longest=longest,
        )
    return words


def checked_kinds(kinds: Iterable[str]) -> tuple[PraiseKind, ...]:
    """The kinds in their order, each once. Raises InvalidField if there is none, or one that is
    unknown."""
    named: Collection[str] = set(kinds)
    found = tuple(kind for kind in PraiseKind if kind in named)
    if not found or len(found) != len(named):
        raise InvalidField("どこが良かったかを、一つ以上選んでください。", field="praise")
    return found


def _is_only_beginnings(words: str) -> bool:
    """Whether nothing is left of the words without our beginnings, however often they stand
    there."""
    rest = words
    for beginning in (one for ones in BEGINNINGS.values() for one in ones):
        rest = rest.replace(beginning.strip("、 "), "")
    return rest != words and not any(letter.isalnum() for letter in rest)
