"""The words that stand in charts, in both languages. They are drawn by a job, where no request has
a language."""

from datetime import date

from app.indicators.control_chart import Rule
from app.indicators.definitions import Period

MISSING = {"ja": "未", "en": "n/a"}
WITH_DISASTER = {"ja": "込み", "en": "all work"}
NEW_VERSION = {"ja": "式が新しくなりました", "en": "New formula"}
NAME = {"ja": "{name}の折れ線。", "en": "Line chart: {name}."}
KNOWN = {
    "ja": "{first}から{last}まで、値は{count}個。"
    "いちばん新しい値は{value}、最小{least}、最大{most}。",
    "en": "From {first} to {last}, {count} values. The newest is {value}, the least {least}, "
    "the most {most}.",
}
NOTHING = {"ja": "まだ値がありません。", "en": "There is no value yet."}
LIMITS = {
    "ja": "ふだんの変動幅は{lower}から{upper}まで、平均は{mean}。",
    "en": "Usual values lie between {lower} and {upper}, with a mean of {mean}.",
}
GAPS = {"ja": "{count}個の期間は未登録で、線をつなぎません。", "en": "{count} periods are missing."}
HIDDEN = {"ja": "{count}個の期間は伏せています。", "en": "{count} periods are not shown."}
CHANGE = {"ja": "{period}に「{text}」。", "en": "In {period}: {text}."}
SIGNALS = {
    Rule.OUTSIDE: {
        "ja": "{last}の値は、ふだんの変動幅の外です。",
        "en": "{last} lies outside the usual range.",
    },
    Rule.RUN: {
        "ja": "{first}から{last}まで、続けて平均の同じ側です。",
        "en": "From {first} to {last} all values lie on one side of the mean.",
    },
    Rule.NEAR_LIMIT: {
        "ja": "{first}から{last}まで、変動幅の端に寄っています。",
        "en": "From {first} to {last} values lie near the edge of the usual range.",
    },
    Rule.STEP: {
        "ja": "{first}から、段が変わっています。",
        "en": "Since {first} the values lie on another level.",
    },
}


def period_name(day: date, period: Period, language: str) -> str:
    """The period in full: 2026年6月, 2026年4月から6月, 2026年度."""
    if language == "en":
        return _in_english(day, period)
    if period is Period.YEAR:
        return f"{day.year}年度"
    if period is Period.QUARTER:
        return f"{day.year}年{day.month}月から{day.month + 2}月"
    return f"{day.year}年{day.month}月"


def tick(day: date, language: str, *, is_first: bool, is_narrow: bool) -> str:
    """A month below a chart: the year stands with the first one and with each January."""
    year = f"{day.year % 100:02}"
    if is_first:
        return f"{year}/{day.month}" if is_narrow else f"{day.year}/{day.month}"
    if day.month == 1:
        if is_narrow:
            return f"’{year}"
        return f"Jan ’{year}" if language == "en" else f"’{year}年1月"
    return f"{day:%b}" if language == "en" else f"{day.month}月"


def number(value: float, decimals: int) -> str:
    """4,481 or 5.2."""
    return f"{value:,.{decimals}f}"


def amount(value: float, decimals: int, unit: str) -> str:
    """The number with its unit. Words stand apart in English: 5.2 working days, 1 case, 36%."""
    is_word = unit[:1].isascii() and unit[:1].isalpha()
    told = number(value, decimals)
    if told == "1" and is_word:
        unit = unit.removesuffix("s")
    return f"{told}{' ' if is_word else ''}{unit}"


def _in_english(day: date, period: Period) -> str:
    if period is Period.YEAR:
        return f"fiscal {day.year}"
    if period is Period.QUARTER:
        return f"{day:%B} to {day.replace(month=day.month + 2):%B} {day.year}"
    return f"{day:%B} {day.year}"
