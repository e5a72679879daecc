"""What the lint of a campaign found, in words: what it is, why it matters, what would mend it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.web.language import language
from app.web.language import sentence as _
from app.web.templating import day_in_words
from app.web.wording.campaign_finding_texts import SENTENCES
from app.web.wording.numbers import spelled
from challenges.campaigns.lint import Finding
from challenges.errors import N_
from challenges.submissions.overdue import PATIENCE

NAMED = 5
"""Names that a sentence gives one by one; the others are counted."""


@dataclass(frozen=True, slots=True)
class FindingSentences:
    """A finding in the language of the request, for its line beside the field or in a list."""

    what: str
    """Shown in bold."""
    why: str
    mend: str
    link_label: str
    """Of the link to the field."""


FIELDS = {
    "name": N_("名前"),
    "motto": N_("合いことば"),
    "purpose": N_("趣旨"),
    "stop_when": N_("やめるとき"),
}
LINKS = {
    "name": N_("名前をなおす"),
    "motto": N_("合いことばをなおす"),
    "purpose": N_("趣旨をなおす"),
    "stop_when": N_("やめるときを書く"),
    "audience": N_("対象をなおす"),
    "units": N_("所属をなおす"),
    "challenges": N_("チャレンジをなおす"),
    "first_day": N_("期間をなおす"),
    "last_day": N_("期間をなおす"),
    "goal": N_("目あてをなおす"),
    "people": N_("担当を決める"),
}
"""Labels by the last part of a place."""
GUESSED, KNOWN = N_("見込み"), N_("これまでの平均")


def sentences(finding: Finding) -> FindingSentences:
    """The finding in the language of the request."""
    template, values = SENTENCES[finding.code], _worded(finding)
    return FindingSentences(
        what=_(template.what, **values),
        why=_(template.why, **values),
        mend=_(template.mend, **values),
        link_label=_(LINKS[finding.place.split(".")[-1]]),
    )


def _worded(finding: Finding) -> dict[str, str]:
    values = {name: _word(value) for name, value in finding.values.items()}
    values["review_days"] = spelled(PATIENCE)
    if "field" in values:
        field = FIELDS[values["field"]]
        values["field"] = _(field)
    if "is_estimate" in values:
        basis = GUESSED if finding.values["is_estimate"] else KNOWN
        values["basis"] = _(basis)
    return values


def _word(value: Any) -> str:
    if isinstance(value, date):
        return day_in_words(value)
    if isinstance(value, tuple):
        return _names([_name(one) for one in value])
    if isinstance(value, int | float):
        return f"{value:,}"
    return str(value)


def _name(one: Mapping[str, str] | Any) -> str:
    return str(one[language()]) if isinstance(one, Mapping) else str(one)


def _names(names: list[str]) -> str:
    shown = _("、").join(_("「%(name)s」", name=name) for name in names[:NAMED])
    rest = len(names) - NAMED
    return _("%(names)sほか%(count)s件", names=shown, count=rest) if rest > 0 else shown
