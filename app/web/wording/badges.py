"""Says what a rule asks for, in the language of the request: 「チャレンジ 2種（「学ぶ」）」."""

from collections.abc import Callable, Iterable

from flask_babel import gettext as _
from flask_babel import ngettext

from app.web.language import language
from app.web.wording.vocabulary import mindset_words, stage_words
from badges.rules.language import AtLeast, Matching, Of
from challenges.campaigns.team_lights import PEOPLE
from challenges.catalogue.published import Catalogue


def describe(leaf: AtLeast, catalogue: Catalogue) -> str:
    """How many of what and, in brackets, which ones count."""
    which = list(_which(leaf.matching, catalogue))
    count = _COUNTED[leaf.of](leaf.n)
    return _("%(count)s（%(which)s）", count=count, which=_("・").join(which)) if which else count


_COUNTED: dict[Of, Callable[[int], str]] = {
    Of.CHALLENGE: lambda n: ngettext("チャレンジ %(num)s種", "チャレンジ %(num)s種", n),
    Of.STEP: lambda n: ngettext("%(num)s段", "%(num)s段", n),
    Of.MINDSET: lambda n: ngettext("心構え %(num)s種類", "心構え %(num)s種類", n),
    Of.PROJECT: lambda n: ngettext("プロジェクト %(num)s件", "プロジェクト %(num)s件", n),
    Of.RECEIVER: lambda n: ngettext("%(num)s人を応援", "%(num)s人を応援", n),
    Of.DAY: lambda n: ngettext("登った日 %(num)s日", "登った日 %(num)s日", n),
}


def _which(matching: Matching, catalogue: Catalogue) -> Iterable[str]:
    titles = {one.slug: one.wording[language()].title for one in catalogue.challenges}
    for words in (
        _in_order(matching.mindset, mindset_words()),
        _in_order(matching.project, {one.slug: one.name[language()] for one in catalogue.projects}),
        _in_order(matching.challenge, titles),
        _in_order(matching.stage, stage_words()),
    ):
        if words:
            yield _("「%(names)s」", names=_("」「").join(words))
    if matching.besides:
        yield _("「%(names)s」のほかに", names=_("」「").join(_in_order(matching.besides, titles)))
    if matching.endorsed:
        yield _("お墨付きのあるもの")
    if matching.in_campaign:
        yield _("キャンペーンで数えたもの")
    if matching.team_light:
        yield _("所属の%(people)s人以上が登ったキャンペーンのもの", people=PEOPLE)
    if matching.other_unit:
        yield _("ほかの所属の人")


def _in_order(chosen: frozenset[str], words: dict[str, str]) -> list[str]:
    return [word for key, word in words.items() if key in chosen]
