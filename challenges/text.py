"""What text is: how it is stored, counted and compared, and where a link leads.

Every rule about characters that more than one room needs stands here. The rules of one field (an
e-mail address, a path of units) stay with that field; which kanji count as one in a search is in
people/names.py.
"""

import unicodedata

import ada_url
import regex

_HIRAGANA = {code: code - ord("ァ") + ord("ぁ") for code in range(ord("ァ"), ord("ヶ") + 1)}
"""Katakana to hiragana, which Unicode lists in the same order."""

_MOST_CODE_POINTS = 16
"""Per letter. A family emoji takes 11; a letter may carry marks without end."""

_LINE_END = regex.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_BLANK_LINES = regex.compile(r"\n(?:[^\S\n]*\n)+")
_LETTER = regex.compile(r"\X")

_UNSEEN = (
    "["
    # Unicode's list of what a font shows as nothing: zero width, fillers, bidi controls, variation
    # selectors, tags, soft hyphens.
    r"\p{Default_Ignorable_Code_Point}"
    # Controls, but for the tab and the line end; half characters; what will never be one.
    r"[\p{Cc}--[\t\n]]\p{Cs}\p{Noncharacter_Code_Point}"
    # Formats that are not on that list, but for those that stand around digits and are seen.
    r"[\p{Cf}--\p{Prepended_Concatenation_Mark}]"
    # Empty in every font: Braille blank, object replacement, a null notehead, a Khitan filler.
    r"\u2800\uFFFC\U0001D159\U00016FE4"
    "]"
)
_EMOJI = r"(?:\p{RI}\p{RI}|\p{Extended_Pictographic}[\uFE0E\uFE0F]?\p{EMod}?)"
_SEEN_TOGETHER = (
    # A form of a kanji, as names need it (葛 or 葛󠄀).
    r"\p{Ideographic}[\uFE00-\uFE02\U000E0100-\U000E01EF]"
    # The flags of England, Scotland and Wales; keycaps; emoji in one or two colours, and families.
    r"|\U0001F3F4[\U000E0030-\U000E0039\U000E0061-\U000E007A]{3,6}\U000E007F"
    r"|[0-9#*]\uFE0F?\u20E3"
    rf"|{_EMOJI}(?:\u200D{_EMOJI})*"
)
_UNSEEN_ALONE = regex.compile(rf"({_SEEN_TOGETHER})|{_UNSEEN}", regex.V1)
_UNSEEN_ANYWHERE = regex.compile(_UNSEEN, regex.V1)

_NEVER_COMPOSED = regex.compile(r"([\uF900-\uFAFF\U0002F800-\U0002FA1F]+)")
"""Compatibility ideographs, such as 神 (U+FA19). NFC would turn them into another form, and with
them the name of a person."""

_ONE_OF_TWO = str.maketrans("〜−‖—\u0305", "~-∥―\u0304")
"""Characters of JIS X 0208 that CP932 writes differently in Unicode, in NFKC (the last two stand
for ‾ and ￣). NFKC alone brings the other pairs together, such as ￠ and ¢."""


_OPENED = ("https:", "http:")
_BEGINNING = regex.compile(r"https?://[^/?#]", regex.IGNORECASE)


def as_written(text: str) -> str:
    """The text as it is stored: in NFC, without what nobody can see, at most one blank line
    together, no blanks at the ends. Empty if there is nothing to see."""
    # A browser sends CRLF, but people count a line end as one character. PostgreSQL cannot store
    # NUL.
    text = _UNSEEN_ALONE.sub(lambda found: found[1] or "", _LINE_END.sub("\n", text))
    return _BLANK_LINES.sub("\n\n", _composed(text)).strip()


def in_one_line(text: str) -> str:
    """The text of a field without line ends, such as a name, as it is stored: with single
    blanks."""
    return " ".join(as_written(text).split())


def letters(text: str) -> int:
    """How many letters a person sees, blanks not counted: か゚, 葛󠄀 and 👨‍👩‍👧 are one each."""
    return sum(not letter.isspace() for letter in _LETTER.findall(text))


def is_longer(text: str, than: int) -> bool:
    """Whether a person sees more than so many letters."""
    return len(text) > than and (len(text) > than * _MOST_CODE_POINTS or letters(text) > than)


def has_length(text: str, length: tuple[int, int]) -> bool:
    """Whether a person sees at least and at most so many letters."""
    shortest, longest = length
    return letters(text) >= shortest and not is_longer(text, longest)


def comparable(value: str) -> str:
    """The key for comparing units, headings and names: one for all that look the same.

    Width, case, blanks, decomposition and what nobody can see make no difference, variation
    selectors included, nor do the two ways of writing JIS characters in Unicode: 企画～調整班 and
    企画〜調整班 are one. Take a path apart before: the key of ℅ has a slash.
    """
    folded = unicodedata.normalize("NFKC", _UNSEEN_ANYWHERE.sub("", value)).casefold()
    # Again, because folding takes characters apart, and what a blank parted may now be one.
    return unicodedata.normalize("NFKC", without_blanks(folded).translate(_ONE_OF_TWO))


def without_blanks(text: str) -> str:
    """The text with every blank taken out, full-width ones too."""
    return "".join(text.split())


def same_width(text: str) -> str:
    """The text in NFKC, in which ＤＸ and DX, ｶﾞ and ガ are the same."""
    return unicodedata.normalize("NFKC", text)


def fold(text: str) -> str:
    """Text for finding words in it: as comparable, but that katakana and hiragana are one, and
    blanks stay."""
    return " ".join(to_hiragana(comparable(word)) for word in text.split())


def to_hiragana(text: str) -> str:
    """The text with its katakana as hiragana."""
    return text.translate(_HIRAGANA)


def _composed(text: str) -> str:
    parts = _NEVER_COMPOSED.split(text)
    # The odd ones are what was split at.
    return "".join(
        part if number % 2 else unicodedata.normalize("NFC", part)
        for number, part in enumerate(parts)
    )


def followable(link: str | None) -> str | None:
    """The link, or None if a page must not open it: anything but http and https, and whatever a
    browser would read differently from how it looks."""
    return link if link and _host_in_a_browser(link) else None


def host_of(link: str | None) -> str:
    """The host to which a browser would go, shown before one follows the link; "" if the link is
    not ``followable``."""
    return _host_in_a_browser(link) if link else ""


def _host_in_a_browser(link: str) -> str:
    # A browser takes "\" for "/", and what stands before "@" for a name to sign in with:
    # https://evil.example\.pref.example and https://pref.example@evil.example lead elsewhere.
    if "\\" in link or " " in link or not link.isprintable():
        return ""
    try:
        url = ada_url.URL(link)
    except ValueError:  # such as "http://[not-an-address]"
        return ""
    # "https:/evil.example" and "https:///evil.example" lead to a host too.
    is_plain = _BEGINNING.match(link) and not (url.username or url.password)
    return str(url.host) if is_plain and url.protocol in _OPENED else ""
