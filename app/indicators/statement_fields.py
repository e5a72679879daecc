"""What each kind of statement consists of, and whether it is complete. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import isfinite

from app.indicators.models import Variant
from app.indicators.statement_models import StatementKind
from challenges.errors import N_, InvalidField
from challenges.text import as_written, is_longer

LINES = 6
"""Of 6行で見る現況, no more and no fewer."""


class Form(StrEnum):
    """How a field is written."""

    LINE = "line"
    TEXT = "text"
    LINES = "lines"
    """As many lines as ``LINES``."""
    DAY = "day"
    MONTH = "month"
    NUMBER = "number"
    VARIANT = "variant"
    """Which work a value is about."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a statement."""

    name: str
    label: str
    form: Form = Form.LINE
    is_required: bool = True
    longest: int = 200
    hint: str = ""


_MONTH = Field("month", N_("どの月のことですか"), Form.MONTH)
_REASON = Field("reason", N_("どうして直しますか"), Form.TEXT, longest=400)

FIELDS: Mapping[StatementKind, tuple[Field, ...]] = {
    StatementKind.HEADLINE: (
        _MONTH,
        Field(
            "ja",
            N_("見出し（日本語）"),
            hint=N_("例：二つ良くなり、一つ止まっています。"),
            longest=60,
        ),
        Field("en", N_("見出し（英語）"), longest=120),
    ),
    StatementKind.READING: (
        _MONTH,
        Field(
            "ja",
            N_("読み取り（日本語）"),
            Form.TEXT,
            hint=N_("数、母数、日付を入れた一文か二文。"),
            longest=300,
        ),
        Field("en", N_("読み取り（英語）"), Form.TEXT, longest=500),
    ),
    StatementKind.SIX_LINES: (
        _MONTH,
        Field(
            "ja",
            N_("六行（日本語）"),
            Form.LINES,
            hint=N_(
                "一行に一つ。数、母数、日付を入れます。指標の名前を書くと、その指標へつながります。"
            ),
            longest=900,
        ),
        Field("en", N_("六行（英語）"), Form.LINES, longest=1500),
    ),
    StatementKind.PROBLEM: (
        Field("ja", N_("何が止まっていますか（日本語）"), longest=80),
        Field("en", N_("何が止まっていますか（英語）"), longest=160),
        Field("doing_ja", N_("いま、していること（日本語）"), Form.TEXT, longest=300),
        Field("doing_en", N_("いま、していること（英語）"), Form.TEXT, longest=500),
        Field(
            "section",
            N_("担当の所属"),
            hint=N_("DX事務局のほかの所属は、先に合意をもらってから書きます。"),
            longest=80,
        ),
        Field("agreed_by", N_("合意した人（職名）"), is_required=False, longest=80),
        Field("agreed_on", N_("合意した日"), Form.DAY, is_required=False),
        Field("opened_on", N_("いつからの課題ですか"), Form.DAY),
        Field("until", N_("いつまでに"), Form.DAY),
        Field("closed_on", N_("終わった日"), Form.DAY, is_required=False),
        Field(
            "outcome_ja",
            N_("どうなりましたか（日本語）"),
            Form.TEXT,
            is_required=False,
            longest=300,
        ),
        Field(
            "outcome_en", N_("どうなりましたか（英語）"), Form.TEXT, is_required=False, longest=500
        ),
    ),
    StatementKind.KPI: (
        Field("ja", N_("指標の名前（日本語）"), longest=60),
        Field("en", N_("指標の名前（英語）"), longest=120),
        Field("formula_ja", N_("計算のしかた（日本語）"), Form.TEXT, longest=400),
        Field("formula_en", N_("計算のしかた（英語）"), Form.TEXT, longest=600),
        Field("unit_ja", N_("単位（日本語）"), longest=20),
        Field("unit_en", N_("単位（英語）"), longest=20),
        Field("source_ja", N_("出所（日本語）"), longest=120),
        Field("source_en", N_("出所（英語）"), longest=200),
    ),
    StatementKind.KPI_VALUE: (
        Field("month", N_("どの年度のはじめの月ですか"), Form.MONTH),
        Field("value", N_("値"), Form.NUMBER),
        Field(
            "reason", N_("前の値を直すときは、その理由"), Form.TEXT, is_required=False, longest=400
        ),
    ),
    StatementKind.CORRECTION: (
        _MONTH,
        Field("value", N_("正しい値"), Form.NUMBER),
        Field(
            "variant",
            N_("どちらの値ですか"),
            Form.VARIANT,
            is_required=False,
            hint=N_("災害対応を除いた値も載せている指標のときに選びます。"),
        ),
        _REASON,
    ),
    StatementKind.CHANGE: (
        Field("day", N_("いつから変わりましたか"), Form.DAY),
        Field(
            "ja",
            N_("何が変わりましたか（日本語）"),
            hint=N_("グラフの縦の線に添える短い名前です。"),
            longest=40,
        ),
        Field("en", N_("何が変わりましたか（英語）"), longest=80),
        Field(
            "dropped",
            N_("この変更を取り消すときは、その理由"),
            Form.TEXT,
            is_required=False,
            longest=400,
        ),
    ),
}


OFFICE_NAMES = ("DX事務局",)
"""Sections that need not agree: the office itself."""


def read(kind: StatementKind, typed: Mapping[str, str]) -> dict[str, str]:
    """The content of a draft as it is stored. Raises InvalidField for what cannot be read.

    A draft may have gaps; ``check`` names them.
    """
    return {field.name: _stored(field, typed.get(field.name, "")) for field in FIELDS[kind]}


def check(kind: StatementKind, content: Mapping[str, str]) -> None:
    """Raises InvalidField for the first field that is missing or does not fit the others."""
    for field in FIELDS[kind]:
        if field.is_required and not content.get(field.name):
            raise InvalidField(N_("ここを書いてください。"), field=field.name)
        if field.form is Form.LINES:
            _check_lines(field, content[field.name])
    if kind is StatementKind.PROBLEM:
        _check_problem(content)
    if kind is StatementKind.KPI_VALUE and not content["month"].endswith("-04"):
        raise InvalidField(N_("年度の値なので、四月を選んでください。"), field="month")


def _stored(field: Field, text: str) -> str:
    text = as_written(text)
    if is_longer(text, field.longest):
        raise InvalidField(
            N_("%(most)s文字までにしてください。"), field=field.name, most=field.longest
        )
    try:
        return _parsed(field.form, text) if text else ""
    except ValueError:
        raise InvalidField(_WRONG[field.form], field=field.name) from None


_WRONG = {
    Form.DAY: N_("日付を選んでください。"),
    Form.MONTH: N_("月を選んでください。"),
    Form.NUMBER: N_("数を半角で書いてください。"),
    Form.VARIANT: N_("どちらの値かを選んでください。"),
}


def _parsed(form: Form, text: str) -> str:
    """The text in the one form in which it is stored. Raises ValueError."""
    if form is Form.DAY:
        return date.fromisoformat(text).isoformat()
    if form is Form.MONTH:
        return date.fromisoformat(f"{text}-01").isoformat()[:7]
    if form is Form.NUMBER:
        number = float(text.replace(",", ""))
        if not isfinite(number):
            raise ValueError(text)
        return f"{number:.10g}"
    if form is Form.VARIANT:
        return Variant(text).value
    if form is Form.LINES:
        return "\n".join(line.strip() for line in text.splitlines() if line.strip())
    return " ".join(text.split()) if form is Form.LINE else text


def _check_lines(field: Field, text: str) -> None:
    lines = len(text.splitlines())
    if lines != LINES:
        raise InvalidField(
            N_("%(lines)s行で書いてください。いまは%(now)s行です。"),
            field=field.name,
            lines=LINES,
            now=lines,
        )


def _check_problem(content: Mapping[str, str]) -> None:
    if content["section"] not in OFFICE_NAMES and not (
        content["agreed_by"] and content["agreed_on"]
    ):
        raise InvalidField(
            N_(
                "ほかの所属の名前は、その所属が合意してから載せます。"
                "合意した人と日を書いてください。"
            ),
            field="agreed_by",
        )
    if content["until"] < content["opened_on"]:
        raise InvalidField(N_("始まった日より後の日を選んでください。"), field="until")
    if content["closed_on"]:
        if content["closed_on"] < content["opened_on"]:
            raise InvalidField(N_("始まった日より後の日を選んでください。"), field="closed_on")
        for name in ("outcome_ja", "outcome_en"):
            if not content[name]:
                raise InvalidField(N_("どうなったかを書いてください。"), field=name)
