"""Describes undelivered facts and posts: what and whose each is, where it goes, and the remedy."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.http.catalogue import Copy
from app.queries.deliveries import POSTS, Undelivered
from app.relay import outbox
from app.web.language import language
from app.web.language import sentence as _
from challenges.errors import N_


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One line of the list, in the language of the request."""

    what: str
    whose: str
    goes_to: str
    is_parked: bool
    attempts: int
    why: str
    code: str | None
    """The stored reason, if ``why`` says it in other words."""
    kind: str
    id: int


def delivery_lines(every: Iterable[Undelivered], copy: Copy) -> list[DeliveryLine]:
    """One line for each, in the same order, with titles from the catalogue."""
    return [
        DeliveryLine(
            what=_what(one, copy),
            whose=one.person or "",
            goes_to=_goes_to(one),
            is_parked=one.is_parked,
            attempts=one.attempts,
            why=_why(one.reason),
            code=one.reason if _remedy(one.reason) else None,
            kind=one.kind,
            id=one.id,
        )
        for one in every
    ]


_TOLD = {
    "step_climbed": N_("段の達成"),
    "step_undone": N_("達成の取り消しや取り下げ"),
    "step_restored": N_("達成の復活"),
    "completion_endorsed": N_("お墨付き"),
    "endorsement_withdrawn": N_("お墨付きの取り下げ"),
    "cheered": N_("応援"),
    "cheer_taken_back": N_("応援の取り消し"),
    "cheer_thanked": N_("応援への「ありがとう」"),
    "waiting_changed": N_("確認を待つ申請"),
    "claim_sent_back": N_("申請への質問"),
    "deputies_changed": N_("代理の指名や終わり"),
    "badge_awarded": N_("バッジの授与"),
    "badge_returned": N_("バッジの復活"),
    "badge_taken_back": N_("バッジの取り消し"),
    "campaign_opened": N_("キャンペーンのはじまり"),
    "campaign_published": N_("キャンペーンの公開"),
    "campaign_moved": N_("キャンペーンの日の移動"),
    "campaign_part_changed": N_("キャンペーンで数える段"),
    "team_light_lit": N_("チームの灯"),
    "appointments_changed": N_("発令の取り込み"),
    "words_masked": N_("言葉を伏せること"),
    "mask_lifted": N_("伏せた言葉を戻すこと"),
    "badge": N_("バッジの授与"),
    "endorsement": N_("お墨付き"),
    "nudge": N_("キャンペーンの声かけ"),
}
"""By the kind of a fact, or the first part of a post's key."""


def _what(one: Undelivered, copy: Copy) -> str:
    kind = one.tells_of.partition(":")[0] if one.kind == POSTS else one.tells_of
    if kind not in _TOLD:
        return one.tells_of
    title = _title(one, copy)
    return _("%(what)s「%(title)s」", what=_(_TOLD[kind]), title=title) if title else _(_TOLD[kind])


def _title(one: Undelivered, copy: Copy) -> str | None:
    """The title of the badge or the challenge, if the catalogue still has it."""
    folder, _slash, slug = (one.path or "").strip("/").partition("/")
    badge = copy.badges.by_slug.get(one.badge or (slug if folder == "badges" else ""))
    if badge:
        return badge.wording[language()].name
    if one.step_id in copy.challenges.by_step:
        return copy.challenges.by_step[one.step_id][0].wording[language()].title
    challenge = copy.challenges.by_slug.get(slug if folder == "challenges" else "")
    return challenge.wording[language()].title if challenge else None


def _goes_to(one: Undelivered) -> str:
    if one.kind == POSTS:
        return _("Slackの投稿を消す") if one.is_removal else _("Slackへの投稿")
    subscriber = one.subscriber or ""
    return {
        "badges": _("バッジの見直し"),
        "campaigns": _("キャンペーンの集計"),
        "indicators": _("ダッシュボードの集計"),
        "notices": _("お知らせ"),
        "slack": _("Slackのお知らせの用意"),
    }.get(subscriber, subscriber)


_TOKEN = N_(
    "Slackのトークンが使えなくなっています。"
    "SLACK_BOT_TOKEN に新しいトークンを入れて、起動し直してください。"
)

_RIGHTS = N_(
    "Slackのアプリに権限が足りません。マニフェストどおりの権限でワークスペースに入れ直してください。"
)

_CLOSED = N_(
    "このチャンネルに書ける人が限られています。アプリが書けるようにするか、別のチャンネルを選んでください。"
)

_LONG = N_("お知らせが長すぎるか、Slackに読めない形です。サーバーの担当の人に伝えてください。")

_BUSY = N_("Slackが混み合っているか、休んでいます。しばらくすると、もう一度試します。")

_DIED = N_(
    "配達係（relay）が、これを届ける途中で何度も止まりました。記録を添えて、サーバーの担当の人に伝えてください。"
)

_NOBODY = N_("受け取る先が、いまの版にはもうありません。サーバーの担当の人に伝えてください。")

_REMEDIES = {
    "not_in_channel": N_(
        "Slackのアプリがチャンネルに入っていません。チャンネルにアプリを招待してください。"
    ),
    "channel_not_found": N_(
        "チャンネルが見つかりません。"
        "SLACK_CHANNEL を確かめ、非公開のチャンネルならアプリを招待してください。"
    ),
    "is_archived": N_(
        "このチャンネルは保管済みです。元に戻すか、SLACK_CHANNEL を別のチャンネルにしてください。"
    ),
    "cant_delete_message": N_(
        "この投稿はアプリからは消せません。Slackの管理者に消してもらってください。"
    ),
    **dict.fromkeys(
        ("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"), _TOKEN
    ),
    **dict.fromkeys(
        ("missing_scope", "no_permission", "not_allowed_token_type", "access_denied"), _RIGHTS
    ),
    **dict.fromkeys(
        ("msg_too_long", "msg_blocks_too_long", "invalid_blocks", "metadata_too_large"), _LONG
    ),
    **dict.fromkeys(("ratelimited", "service_unavailable", "accesslimited"), _BUSY),
}

_BEGINNINGS = {
    "restricted_action": _CLOSED,  # and _read_only_channel, _thread_only_channel …
    outbox.DIED: _DIED,
    outbox.NOBODY: _NOBODY,
}


def _why(reason: str | None) -> str:
    """What is wrong and how to mend it, for known reasons; any other reason as it was stored."""
    text = _remedy(reason) or reason
    return _(text) if text else ""


def _remedy(reason: str | None) -> str | None:
    begun = next(
        (words for start, words in _BEGINNINGS.items() if (reason or "").startswith(start)), None
    )
    return begun or _REMEDIES.get(reason or "")
