"""What people write, as it is kept and shown: a browser sends two characters for a line end, and
people count one."""

import unicodedata


def as_written(text: str) -> str:
    """Without blanks at the ends; a line end is one character, and the one that PostgreSQL cannot
    keep is left out."""
    return text.replace("\r\n", "\n").replace("\0", "").strip()


def followable(link: str | None) -> str | None:
    """The link, if it is one that may be opened from a page."""
    return link if (link or "").startswith(("https://", "http://")) else None


def host_of(followable: str | None) -> str:
    """Where it leads, so that one knows before one goes."""
    return followable.split("/")[2] if followable else ""


def fold(text: str) -> str:
    """Text for comparing: full and half width, upper and lower case, katakana and hiragana are the
    same."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(chr(ord(char) - 0x60) if "ァ" <= char <= "ヶ" else char for char in plain)
