"""Sentences about a campaign that runs: its heading, where it stalls and why, and drafts of words.

The drafts are Japanese in every language of the page, because the channel reads Japanese.
"""

from app.queries.campaign_live import Live
from app.queries.campaign_stalls import Climb, Stall, Why
from app.web import catalogue
from app.web.language import language
from app.web.language import sentence as _
from app.web.wording.numbers import spelled
from challenges.calendar import working_days_between
from challenges.campaigns.models import Campaign
from challenges.shares import SMALLEST_GROUP
from challenges.vocabulary import CampaignState, Stage

_KANJI = "〇一二三四五"


def title_of(slug: str, *, locale: str | None = None) -> str:
    """The title of a challenge, or its slug if the catalogue no longer has it."""
    found = catalogue.current().challenges.by_slug.get(slug)
    return found.wording[locale or language()].title if found else slug


def step_number(number: int) -> str:
    """二 in 二段目; in English a digit."""
    return str(number) if language() == "en" or number > 5 else _KANJI[number]


def heading(campaign: Campaign, live: Live | None) -> str:
    """What the page says first."""
    if campaign.state in (CampaignState.DRAFT, CampaignState.WAITING):
        return _("まだ公開していません。")
    if campaign.state is CampaignState.SCHEDULED:
        return _("まだ始まっていません。")
    if live is None:
        return _("きのうまでの数は、まだありません。")
    if campaign.state in (CampaignState.CLOSED, CampaignState.ARCHIVED):
        return _("「%(name)s」は終わりました。", name=name_of(live))
    if live.stalls:
        first = live.stalls[0]
        return _(
            "「%(title)s」の%(number)s段目で、止まっています。",
            title=title_of(first.slug),
            number=step_number(first.step),
        )
    return _("どの段も、同じように登られています。")


def name_of(live: Live) -> str:
    """The name of the campaign in the language of the request."""
    return str(live.definition.wording(language()).name)


def lead(live: Live) -> str:
    """The share of people who take part, beside last year's."""
    share, before = live.whole.share, live.whole.share_before
    if share is None:
        return _("加わった人の割合は、まだ小さくて出せません。")
    if before is None:
        return _("加わった人は%(share)s%%です。", share=share)
    return _(
        "加わった人は%(share)s%%、去年の同じ日は%(before)s%%でした。", share=share, before=before
    )


def days_left(campaign: Campaign, live: Live) -> str:
    """How many working days are left after the day of the page."""
    if campaign.last_day is None or campaign.state is not CampaignState.OPEN:
        return ""
    left = working_days_between(live.day, campaign.last_day)
    return (
        _("残りは%(days)s開庁日です。", days=spelled(left)) if left else _("きょうが最後の日です。")
    )


def reason(stall: Stall) -> str:
    """Why people may stop there."""
    values = stall.values
    if stall.why is Why.SLOW:
        return _(
            "確認までの中央値は%(days)s開庁日、ほかのチャレンジは%(others)s開庁日です。",
            days=f"{values['days']:.1f}",
            others=f"{values['others']:.1f}",
        )
    if stall.why is Why.DRAFTS:
        return _(
            "始めた人のうち%(drafts)s人が、下書きのままです。", drafts=f"{values['drafts']:.0f}"
        )
    if stall.why is Why.WAITING:
        return _("%(waiting)s人の申請が、確認を待っています。", waiting=f"{values['waiting']:.0f}")
    if stall.why is Why.DAYS:
        return _("日をあけて続ける段です。必要な日数がそろう前に止まります。")
    return _("ほかのチャレンジより、先へ進む人が少ない段です。")


def way_to_units(stall: Stall) -> str:
    """The link to the units. Stages are not counted by unit (docs/adr/0019-no-stages-by-unit.md),
    but what waits is."""
    if stall.why in (Why.SLOW, Why.WAITING):
        return _("どの所属で待っているかを見る")
    return _("所属ごとのようすを見る")


def stage_count(climb: Climb, stage: Stage) -> str | None:
    """How many people have reached a stage; None if it does not count in the campaign."""
    return count(climb.reached[stage]) if stage in climb.reached else None


def count(number: int) -> str:
    """A number of people. A small one is not told."""
    if number < SMALLEST_GROUP:
        return _("%(smallest)s未満", smallest=SMALLEST_GROUP)
    return f"{number:,}"


def nudge_draft(live: Live) -> str:
    """Words to begin with, about the place where the campaign stalls most."""
    name = live.definition.wording("ja").name
    if not live.stalls:
        return f"「{name}」、みなさんのおかげで進んでいます。まだの方も、一段だけいかがですか。"
    first = live.stalls[0]
    place = f"「{title_of(first.slug, locale='ja')}」の{_KANJI[min(first.step, 5)]}段目"
    if first.why in (Why.SLOW, Why.WAITING):
        return (
            f"{place}で、確認を待っている申請がたまってきました。"
            "管理職のみなさん、五分だけ「チーム」のページを見ていただけると助かります。"
        )
    if first.why is Why.DRAFTS:
        return f"{place}、下書きのままの方が多いようです。一行でもかまいません。送ってみませんか。"
    return (
        f"{place}で、足が止まる方が多いようです。"
        "うまくいったやり方があれば、このチャンネルで教えてください。"
    )


def request_to_manager(live: Live, unit: str) -> str:
    """Words to a unit in which nobody reviews, to copy or to mail."""
    name = live.definition.wording("ja").name
    return (
        f"{unit} 所属長様\n\n"
        f"キャンペーン「{name}」で、貴所属の申請を確認する人が決まっていません。"
        "管理職の登録をご確認いただくか、「チーム」のページで代理を決めていただけますか。"
        "決まるまでの申請は、期日を過ぎると自動で達成になります。\n\n"
        "DX事務局"
    )
