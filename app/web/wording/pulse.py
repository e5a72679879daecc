"""The five answers of the pulse, and quarters, in words."""

from datetime import date

from app.web.language import sentence as _
from app.web.templating import month_in_words
from challenges.errors import N_
from challenges.recognition.pulse import quarter_after

VALUES = {
    5: N_("とてもそう思う"),
    4: N_("そう思う"),
    3: N_("どちらともいえない"),
    2: N_("あまりそう思わない"),
    1: N_("そう思わない"),
}


def value_words() -> list[tuple[int, str]]:
    """Each value with its words, in the order of the form."""
    return [(value, _(words)) for value, words in VALUES.items()]


def quarter_words(quarter: date) -> str:
    """2026年7月から9月"""
    last = (quarter_after(quarter).month - 2) % 12 + 1
    return _(
        "%(year)s年%(first)sから%(last)s",
        year=quarter.year,
        first=month_in_words(quarter.month),
        last=month_in_words(last),
    )
