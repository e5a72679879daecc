"""Breaks the lines of plain text letters, which many mail programs show as they are.

A line is measured in columns, of which a kanji takes two. Pure.
"""

import re
from collections.abc import Iterator
from unicodedata import east_asian_width

COLUMNS = 76
"""As RFC 3676 recommends, with room for a reply's marks."""
NEVER_FIRST = frozenset(
    "、。，．・：；？！）」』】〕〉》”’々ー…‥ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
)
NEVER_LAST = frozenset("（「『【〔〈《“‘")
"""Japanese typesetting begins and ends no line with these (JIS X 4051)."""
_MARKS = re.compile(r"\s*(?:[->] )?")
"""What a line begins with: its indent, and the mark of an item or a quotation."""


def wrapped(text: str) -> str:
    """The text with no line of more than 76 columns, but for words that are longer, as addresses
    are. Further lines of an item are indented, those of a quotation marked."""
    return "\n".join(part for line in text.split("\n") for part in _lines(line))


def _lines(line: str) -> Iterator[str]:
    # None takes more than two columns.
    if 2 * len(line) <= COLUMNS or _columns(line) <= COLUMNS:
        yield line
        return
    marks = _MARKS.match(line)
    begins = marks.group() if marks else ""
    goes_on = begins.replace("-", " ")
    now, taken = begins, _columns(begins)
    for piece in _pieces(line[len(begins) :]):
        if taken + _columns(piece.rstrip()) > COLUMNS and now.strip(" >-"):
            yield now.rstrip()
            now, taken = goes_on, _columns(goes_on)
        now, taken = now + piece, taken + _columns(piece)
    yield now.rstrip()


def _pieces(line: str) -> Iterator[str]:
    """The text in parts that stay whole: words with the space behind them, and single kanji or kana
    with the marks that belong to them."""
    start = 0
    for place in range(1, len(line)):
        if _may_break(line[place - 1], line[place]):
            yield line[start:place]
            start = place
    yield line[start:]


def _may_break(before: str, after: str) -> bool:
    if before == " ":
        return after != " "
    if after == " " or after in NEVER_FIRST or before in NEVER_LAST or before.isdigit():
        return False
    return _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    return east_asian_width(character) in "WF"


def _columns(text: str) -> int:
    return sum(1 + _is_wide(character) for character in text)
