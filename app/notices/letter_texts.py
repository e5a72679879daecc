"""Writes letters: templates/mail/<kind>/ in the person's language, with no page and no request.

Each kind has a subject, a plain text and an HTML text. Only the last is escaped.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from babel.support import NullTranslations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.config import ROOT
from app.english import english_texts
from app.notices.letter_models import LetterKind
from app.notices.letter_wrapping import wrapped
from challenges.calendar import day_of
from challenges.recognition.stamps import WORDS as STAMP_WORDS
from challenges.vocabulary import Mindset
from challenges.words.withheld import SENTENCES, withheld

HUES = {Mindset.LEARN: "#00428c", Mindset.PRODUCE: "#115a36", Mindset.CHALLENGE: "#8b4000"}
"""The colours of the mindsets as letters show them: no style sheet of ours is there."""


@dataclass(frozen=True)
class Written:
    """The texts of one letter."""

    subject: str
    text: str
    html: str


def write(kind: LetterKind, language: str, **told: Any) -> Written:
    """The letter of that kind, in Japanese or English."""
    say = _sayer(language)
    known = {
        **told,
        "_": say,
        "locale": language,
        "said": lambda words: _said(words, say),
        "stamp_word": lambda stamp: say(STAMP_WORDS[stamp]),
        "day": lambda moment: _day(moment, language),
        "hues": HUES,
    }
    folder = kind.value.lower()
    subject, text, html = (
        _templates().get_template(f"mail/{folder}/{part}").render(known)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    return Written(subject=" ".join(subject.split()), text=wrapped(text.strip()) + "\n", html=html)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=lambda name: bool(name and name.endswith(".html")),  # noqa: S701  # by the name
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _sayer(language: str) -> Callable[..., str]:
    texts = english_texts() if language == "en" else NullTranslations()

    def say(text: str, **values: Any) -> str:
        words = str(texts.gettext(text))
        return words % values if values else words

    return say


def _said(words: str, say: Callable[..., str]) -> str:
    """Words of a person, or the standing sentence where they are withheld."""
    why = withheld(words)
    return words if why is None else say(SENTENCES[why])


def _day(moment: datetime | date, language: str) -> str:
    """7月15日（水）, or Wed 15 July."""
    day = day_of(moment) if isinstance(moment, datetime) else moment
    if language == "en":
        return f"{day:%a} {day.day} {day:%B}"
    return f"{day.month}月{day.day}日（{'月火水木金土日'[day.weekday()]}）"
