"""What the log of a campaign says: a sentence for each act, and who of the office did it."""

from dataclasses import dataclass
from datetime import date, datetime

from app.queries.campaign_log import LogLine
from app.web.language import sentence as _
from app.web.templating import day_with_weekday
from challenges.errors import N_
from challenges.shares import SMALLEST_GROUP
from challenges.vocabulary import CampaignAct

ACTS = {
    CampaignAct.PUBLISHED: N_("第%(version)s版を公開しました。"),
    CampaignAct.RULES_CHANGED: N_("第%(version)s版。数えるものを変えました。"),
    CampaignAct.WORDING_CHANGED: N_("第%(version)s版。ことばを直しました。数えるものは同じです。"),
    CampaignAct.OPENED: N_("はじまりました。"),
    CampaignAct.CLOSED: N_("終わりました。"),
    CampaignAct.STOPPED: N_("予定より早く終えました。"),
    CampaignAct.PAUSED: N_("災害対応を先にするため、休みにしました。"),
    CampaignAct.MOVED: N_("災害対応の日数だけ、期間を動かしました。"),
    CampaignAct.BOARD: N_("名前の一覧をはじめました。載るのは、載せると決めた人だけです。"),
    CampaignAct.UNITS: N_("所属ごとの一覧を、みんなに見せることにしました。"),
    CampaignAct.ARCHIVED: N_("しまいました。どうなったかは、これからもここで読めます。"),
}
SWITCHED_OFF = {
    CampaignAct.BOARD: N_("名前の一覧をやめました。"),
    CampaignAct.UNITS: N_("所属ごとの一覧を、見せないことにしました。"),
}


@dataclass(frozen=True, slots=True)
class LogSentence:
    """One line of the log in words."""

    at: datetime
    what: str
    why: str
    touched: str
    by: str


def log_sentences(lines: list[LogLine]) -> list[LogSentence]:
    """Each line in words, in the same order."""
    return [
        LogSentence(
            at=line.at, what=_what(line), why=line.reason, touched=_touched(line), by=_by(line)
        )
        for line in lines
    ]


def _what(line: LogLine) -> str:
    is_off = line.values.get("on") is False
    said = SWITCHED_OFF[line.act] if is_off and line.act in SWITCHED_OFF else ACTS[line.act]
    what = _(said, version=line.version or 0)
    last_day = _day(line.values.get("last_day"))
    if line.act is CampaignAct.MOVED and last_day:
        return what + _("最後の日は%(day)sです。", day=day_with_weekday(last_day))
    return what


def _touched(line: LogLine) -> str:
    """How many people a change of the rules touches; of too few only that they are few."""
    if line.act is not CampaignAct.RULES_CHANGED:
        return ""
    gained, lost = line.values.get("gained", 0), line.values.get("lost", 0)
    more = _("%(count)sの歩みが増えます。", count=_people(gained)) if gained else ""
    fewer = _("%(count)sは、これからの歩みの一部が数えられなくなります。", count=_people(lost))
    return more + (fewer if lost else "") + _("もう数えた一歩は、そのままです。")


def _people(count: int) -> str:
    if count < SMALLEST_GROUP:
        return _("%(most)s人に満たない人", most=SMALLEST_GROUP)
    return _("%(count)s人", count=f"{count:,}")


def _by(line: LogLine) -> str:
    """The post, never the name. Empty where the schedule did it."""
    if line.by_id is None:
        return ""
    by = " ".join(filter(None, (line.unit, line.post))) or _("DX事務局")
    return _("%(by)s（一人で決めました）", by=by) if line.values.get("alone") else by


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
