"""What is shown of a person's words. THE one answer: every page, post, file and letter asks it.

Words that must not be seen any more leave their column, and a standing sentence takes their place.
So nothing that reads the column can show them, not even what forgets to ask here; what was there
lies in ``SealedWords``, or nowhere.
"""

from enum import StrEnum

from challenges.errors import N_

_UNSEEN = "\u2060"
"""Begins every standing sentence. ``text.as_written`` takes it out of whatever people write, so
nobody can write such a sentence."""


class Withheld(StrEnum):
    """What stands in a column in place of words, and is stored as such. It does not change."""

    MASKED = f"{_UNSEEN}（この言葉は、DX事務局が伏せています）"
    EXPIRED = f"{_UNSEEN}（保存期間が過ぎたため、この言葉は残していません）"


SENTENCES = {
    Withheld.MASKED: N_("（この言葉は、DX事務局が伏せています）"),
    Withheld.EXPIRED: N_("（保存期間が過ぎたため、この言葉は残していません）"),
}
"""The standing sentences as people read them, to be translated where there are two languages."""


def withheld(words: str | None) -> Withheld | None:
    """Why these words of a column are not shown, or None if they are words."""
    return Withheld(words) if words and words.startswith(_UNSEEN) else None


def shown(words: str) -> str:
    """What everybody reads of the words of a column: themselves, or the standing sentence in
    Japanese. Pages use the filter ``|said``, which knows both languages."""
    why = withheld(words)
    return words if why is None else SENTENCES[why]


def own(words: str | None) -> str:
    """The words of a column as a form of their writer begins with them: none that are withheld."""
    return "" if words is None or withheld(words) else words
