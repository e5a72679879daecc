"""What a campaign promises, in sentences: whose steps count, and which."""

from app.queries.campaigns import Chosen, SeenCampaign
from app.web.language import language
from app.web.language import sentence as _
from app.web.templating import day_in_words
from app.web.wording.numbers import in_words
from app.web.wording.vocabulary import stage_word

MOST_UNITS = 5
"""Units that are named; of more only the first ones, and how many there are."""


def what_counts(campaign: SeenCampaign, chosen: list[Chosen]) -> str:
    """Every step of its challenges, or the titles with the stages that count."""
    if not any(one.steps for one in campaign.definition.challenges):
        return _("この期間の%(count)sつのチャレンジの、どの段でも。", count=in_words(len(chosen)))
    return _("%(challenges)s。", challenges=_("、").join(map(_counting, chosen)))


def _counting(one: Chosen) -> str:
    challenge, steps = one
    title = challenge.wording[language()].title
    if len(steps) == len(challenge.steps):
        return _("「%(title)s」のどの段でも", title=title)
    stages = _("、").join(stage_word(step.stage) for step in steps)
    return _("「%(title)s」の%(stages)s", title=title, stages=stages)


def whose_steps(campaign: SeenCampaign) -> str:
    """The audience in a sentence."""
    audience = campaign.definition.audience
    if audience.everyone:
        return _("県庁のみんなの一歩。")
    groups = []
    if audience.units:
        groups.append(_units(audience.units))
    if audience.managers:
        groups.append(_("管理職の人"))
    if audience.new_since:
        groups.append(_("%(day)sから新しい職場にいる人", day=day_in_words(audience.new_since)))
    return _("%(groups)sの一歩。", groups=_("、").join(groups))


def _units(paths: tuple[str, ...]) -> str:
    """By their own names: the units above go without saying."""
    names = _("、").join(path.rpartition("/")[2] for path in paths[:MOST_UNITS])
    if len(paths) > MOST_UNITS:
        return _("%(names)sなど%(count)sの所属の人", names=names, count=len(paths))
    return _("%(names)sの人", names=names)
