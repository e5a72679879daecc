"""Which column of a file of measures says what: chosen by its heading, adjusted by people. Pure.

A file is either long (a row is one value; a column names the indicator) or wide (a column is one
indicator, a row one month).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from app.indicators.definitions import IndicatorDefinition, IndicatorSource
from app.indicators.definitions import indicators as all_indicators
from challenges.errors import N_, InvalidField
from challenges.text import comparable, same_width

INDICATOR, PERIOD, VALUE, BASE = "indicator", "period", "value", "base"
WITHOUT_DISASTER = "without-disaster"
LONG_ROLES = (INDICATOR, PERIOD, VALUE, BASE, WITHOUT_DISASTER)
APART = "/"
"""Between the slug of an indicator and ``without-disaster``, in the role of a wide column."""
NOTHING = ""
"""The role of a column that is not read."""

_HEADINGS = {
    INDICATOR: ("指標", "指標名", "項目", "slug", "indicator", "指標コード", "indicator name"),
    PERIOD: ("月", "年月", "期間", "対象月", "時期", "month", "period", "date"),
    VALUE: ("値", "数値", "実績", "実績値", "value"),
    BASE: ("分母", "母数", "n", "base", "denominator"),
    WITHOUT_DISASTER: (
        "災害除く",
        "災害除く値",
        "災害を除く",
        "災害を除く値",
        "災害対応を除く",
        "災害対応除く",
        "値災害除く",
        "without disaster",
        "without-disaster",
        "without_disaster",
    ),
}
_OF_UNITS = (
    *("所属", "所属名", "所属コード", "部署", "部局", "部局名", "部", "課", "課名", "班"),
    *("unit", "department", "section", "職員番号", "氏名", "職員", "employee number"),
)
"""Headings of files that speak of units or people."""


def key(text: str) -> str:
    """What two headings, or two names of an indicator, have in common if they are the same."""
    return re.sub(r"[\s()（）「」\[\]【】:：・]", "", comparable(same_width(text)))


@cache
def _roles() -> Mapping[str, str]:
    found = {key(one): role for role, headings in _HEADINGS.items() for one in headings}
    for definition in all_indicators():
        for name in (definition.slug, definition.ja.name, definition.en.name):
            found.setdefault(key(name), definition.slug)
            for more in _HEADINGS[WITHOUT_DISASTER]:
                found.setdefault(key(name + more), f"{definition.slug}{APART}{WITHOUT_DISASTER}")
    return found


@cache
def by_name() -> Mapping[str, IndicatorDefinition]:
    """Every indicator by the key of its slug and of both its names."""
    return {
        key(name): one for one in all_indicators() for name in (one.en.name, one.ja.name, one.slug)
    }


def guessed(headings: Sequence[str]) -> dict[str, str]:
    """The role of each heading, as far as it can be told from its words."""
    return {one: _roles().get(key(one), NOTHING) for one in headings if one}


def recognised(headings: Sequence[str], mapping: Mapping[str, str] | None) -> int:
    """How many of these cells are headings."""
    roles = mapping if mapping is not None else guessed(headings)
    return sum(bool(roles.get(one)) for one in set(headings)) + sum(map(_is_of_unit, headings))


def importable() -> list[IndicatorDefinition]:
    """The indicators that come in by files."""
    return [one for one in all_indicators() if one.source is IndicatorSource.IMPORTED]


def known_roles() -> set[str]:
    """Every role that a column may have."""
    wide = {one.slug for one in all_indicators()}
    return {NOTHING, *LONG_ROLES, *wide, *(f"{one}{APART}{WITHOUT_DISASTER}" for one in wide)}


def wide_columns(mapping: Mapping[str, str]) -> dict[str, tuple[str, bool]]:
    """For each heading that is an indicator: its slug, and whether it is without disaster work."""
    found = {}
    for heading, role in mapping.items():
        if role and role not in LONG_ROLES:
            slug, _, rest = role.partition(APART)
            found[heading] = (slug, rest == WITHOUT_DISASTER)
    return found


def wrong_with(
    headings: Sequence[str], mapping: Mapping[str, str]
) -> Iterator[tuple[str, InvalidField]]:
    """What keeps a file with these columns from being read: the heading, and why."""
    for heading in filter(_is_of_unit, headings):
        yield (
            heading,
            InvalidField(
                N_(
                    "県全体の値だけを取り込めます。所属や人の列は、小さな集まりが分かるため取り込みません。"
                )
            ),
        )
    used = [one for one in headings if mapping.get(one)]
    for heading in sorted({one for one in used if used.count(one) > 1}):
        yield heading, InvalidField(N_("同じ見出しの列が二つあります。"))
    by_slug = {one.slug: one for one in all_indicators()}
    for heading, (slug, _) in wide_columns(mapping).items():
        if by_slug[slug].source is not IndicatorSource.IMPORTED:
            yield heading, not_by_files(by_slug[slug])
    roles = [mapping[one] for one in dict.fromkeys(used)]
    for role in sorted({one for one in roles if roles.count(one) > 1}):
        both = "、".join(one for one in used if mapping[one] == role)
        yield both, InvalidField(N_("同じことを表す列が二つ選ばれています。"))
    yield from (("", one) for one in _missing(set(roles), is_wide=bool(wide_columns(mapping))))


def not_by_files(definition: IndicatorDefinition) -> InvalidField:
    """Why its values are not taken from a file."""
    if definition.source is IndicatorSource.COMPUTED:
        return InvalidField(
            N_("「%(name)s」はこのアプリが記録から数える指標です。取り込めません。"),
            name=definition.ja.name,
        )
    return InvalidField(
        N_("「%(name)s」はファイルから取り込む指標ではありません。"), name=definition.ja.name
    )


def _missing(roles: set[str], *, is_wide: bool) -> Iterator[InvalidField]:
    if PERIOD not in roles:
        yield InvalidField(N_("「月」の列がありません。どの列が月かを選んでください。"))
    if is_wide and roles & {INDICATOR, VALUE, BASE, WITHOUT_DISASTER}:
        yield InvalidField(
            N_("一行に一つの値の形か、一列に一つの指標の形か、どちらかにそろえてください。")
        )
    if is_wide:
        return
    if INDICATOR not in roles:
        yield InvalidField(N_("「指標」の列がありません。どの列が指標かを選んでください。"))
    if VALUE not in roles:
        yield InvalidField(N_("「値」の列がありません。どの列が値かを選んでください。"))


def _is_of_unit(heading: str) -> bool:
    return key(heading) in {key(one) for one in _OF_UNITS}
