"""How pages write days."""

from datetime import date


def in_words(day: date) -> str:
    """The day as Japanese pages show it: 2026年7月15日."""
    return f"{day.year}年{day.month}月{day.day}日"
