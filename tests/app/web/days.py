"""How pages write days."""

import re
from datetime import date


def in_words(day: date) -> str:
    """The day as Japanese pages show it: 2026年7月15日."""
    return f"{day.year}年{day.month}月{day.day}日"


def without_time_tags(html: str) -> str:
    """The page without the elements that keep its days on one line."""
    return re.sub(r"</?time[^>]*>", "", html)
