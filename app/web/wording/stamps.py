"""The words of the stamps of cheers, and the hues of their drawings."""

from app.web.language import sentence as _
from challenges.recognition.stamps import WORDS, Stamp

HUES = {
    Stamp.HELPED: "CHALLENGE",
    Stamp.IMITATE: "LEARN",
    Stamp.QUESTION: "LEARN",
    Stamp.CAREFUL: "CHALLENGE",
    Stamp.FIRST_STEP: "PRODUCE",
    Stamp.KEEPS_ON: "LEARN",
    Stamp.CONNECTED: "PRODUCE",
    Stamp.WELL_DONE: "PRODUCE",
}
"""The mindset whose colour a drawing takes. It says nothing beyond that."""


def stamp_word(stamp: str) -> str:
    """The word of a ``Stamp`` or its value. Raises ValueError for anything else."""
    return _(WORDS[Stamp(stamp)])


def stamp_words() -> dict[str, str]:
    """The word of each stamp by its value, in the order of the screens."""
    return {stamp.value: _(word) for stamp, word in WORDS.items()}


def hue_of(stamp: str) -> str:
    """The mindset whose colour the drawing of a stamp takes."""
    return HUES[Stamp(stamp)]
