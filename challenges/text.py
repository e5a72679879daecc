"""What text is: how it is kept, compared and searched, and where a link leads.

Every rule about characters that more than one room needs stands here. The rules of one field (an
e-mail address, a path of units) stay with that field.
"""

import unicodedata

_KANA_SHIFT = ord("ァ") - ord("ぁ")
"""Unicode lists katakana in the order of hiragana, this far behind."""

_PAIRS = {"\u301c": "\uff5e", "\u2016": "\u2225", "\u2212": "\uff0d", "\u2014": "\u2015"}
"""Characters that JIS X 0208 has once. CP932 reads them as the second, others as the first."""

_LOOK_ALIKES: dict[int, str | None] = {
    **{ord(jis): cp932 for jis, cp932 in _PAIRS.items()},
    # Variation selectors choose the glyph of the character before them.
    **dict.fromkeys((*range(0x180B, 0x180E), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))),
}


def as_written(text: str) -> str:
    """The text as it is kept: one character for a line end, no NUL, no blanks at the ends."""
    # A browser sends CRLF, but people count a line end as one character. PostgreSQL cannot store
    # NUL.
    return text.replace("\r\n", "\n").replace("\0", "").strip()


def tidy(text: str) -> str:
    """One line as it is kept: NFC, single blanks, none at the ends."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def without_blanks(text: str) -> str:
    """The text with every blank taken out, full-width ones too."""
    return "".join(text.split())


def same_width(text: str) -> str:
    """The text in NFKC, in which ＤＸ and DX, ｶﾞ and ガ are the same."""
    return unicodedata.normalize("NFKC", text)


def comparable(value: str) -> str:
    """The key by which headings, units and names are compared: what looks alike has one key."""
    return same_width(value.translate(_LOOK_ALIKES)).casefold()


def fold(text: str) -> str:
    """Text for comparing: width, case, and katakana or hiragana make no difference."""
    return _to_hiragana(same_width(text).casefold())


def to_katakana(text: str) -> str:
    """The text with its hiragana as katakana."""
    return "".join(chr(ord(char) + _KANA_SHIFT) if "ぁ" <= char <= "ゖ" else char for char in text)


def _to_hiragana(text: str) -> str:
    return "".join(chr(ord(char) - _KANA_SHIFT) if "ァ" <= char <= "ヶ" else char for char in text)


def followable(link: str | None) -> str | None:
    """The link, or None if a page must not open it: anything but http and https."""
    return link if (link or "").startswith(("https://", "http://")) else None


def host_of(followable: str | None) -> str:
    """The host a ``followable`` link leads to, shown before one follows it; "" without a link."""
    return followable.split("/")[2] if followable else ""
