"""What people write, as it is kept: a browser sends two characters for a line end, and people count one."""


def as_written(text: str) -> str:
    """Without blanks at the ends; a line end is one character, and the one that PostgreSQL cannot keep is left out."""
    return text.replace("\r\n", "\n").replace("\0", "").strip()
