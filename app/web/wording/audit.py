"""The words for the acts of the DX office and for what they were done to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.web.language import sentence as _
from app.web.wording import audit_fields
from app.web.wording.campaign_fields import field_word, state_word, value_words
from app.web.wording.words import kind_word
from challenges.errors import N_
from challenges.vocabulary import CampaignState
from challenges.words.kinds import TextKind

ACTS = {
    "created": N_("つくる"),
    "imported": N_("ファイルから読み込む"),
    "exported": N_("ファイルに書き出す"),
    "saved": N_("下書きを直す"),
    "undone": N_("一つ前に戻す"),
    "chosen": N_("前の言葉を選ぶ"),
    "submitted": N_("承認を依頼する"),
    "withdrawn": N_("依頼を取り下げる"),
    "approved": N_("承認して公開する"),
    "handed_back": N_("差し戻す"),
    "reworded": N_("文言を直して公開する"),
    "stopped": N_("早めに終える"),
    "archived": N_("しまう"),
    "board": N_("名前の出る一覧を切り替える"),
    "units": N_("部の一覧を切り替える"),
    "people": N_("担当を替える"),
    "paused": N_("災害で休止する"),
    "resumed": N_("休止を終える"),
    "edited": N_("プロジェクトを直す"),
    "reported": N_("報告を書く"),
    "taken_in": N_("指標の値を取り込む"),
    "cancelled": N_("取込みをやめる"),
    "taken_back": N_("取込みを取り消す"),
    "nudged": N_("Slackに声をかける"),
    "succeeded": N_("所属の引き継ぎを登録する"),
    "succession_removed": N_("所属の引き継ぎを取り消す"),
    "role_ended": N_("役割が終わる"),
    "token_made": N_("トークンをつくる"),
    "token_revoked": N_("トークンを取り消す"),
    "period_set": N_("言葉の保存期間を決める"),
    "disclosed": N_("情報公開請求のために書き出す"),
    "disclosure_taken": N_("書き出したファイルを受け取る"),
    "disclosure_removed": N_("書き出したファイルを消す"),
    "masked": N_("言葉を伏せる"),
    "mask_lifted": N_("伏せた言葉を戻す"),
    "let_stand": N_("知らせのあった言葉をこのままにする"),
    "report_reopened": N_("このままにした知らせを待ちに戻す"),
    "seal_opened": N_("封をした言葉を開く"),
    "desk_entered": N_("相談窓口を書く"),
    "term_entered": N_("封をした言葉の期間を書く"),
    "terms_entered": N_("公開データの連絡先と利用条件を書く"),
}
SUBJECTS = {
    "campaign": N_("キャンペーン"),
    "pause": N_("災害時の休止"),
    "project": N_("プロジェクト"),
    "report": N_("報告"),
    "import": N_("指標の値の取込み"),
    "role": N_("役割"),
    "token": N_("プログラムのトークン"),
    "open_data": N_("公開データ"),
    "retention": N_("言葉の保存期間"),
    "unit": N_("所属"),
    "words": N_("職員の言葉"),
    "sealed_words": N_("封をした言葉"),
    "consultation": N_("相談窓口"),
    "statement": N_("ダッシュボードの言葉と値"),
}
WORDS = ("words", "sealed_words")
"""Subjects that are people's words."""
OTHER_FIELDS = {
    "state": N_("状態"),
    "has_board": N_("名前の出る一覧"),
    "shows_units": N_("すべての部の一覧"),
    "on": N_("切り替えたあと"),
    "slug": N_("アドレスの名前"),
    "schema_version": N_("ファイルの形の版"),
    "digest": N_("しるし"),
    "words": N_("ことば"),
    "learned": N_("わかったこと"),
    "do_differently": N_("次に変えること"),
    "owner": N_("担当"),
    "deputy": N_("副担当"),
    "role": N_("役割"),
    "years": N_("保存期間（年）"),
    "texts": N_("言葉（件）"),
    "word": N_("このまま進める訳"),
    "unit": N_("所属"),
    "form": N_("ファイルの形"),
    "going": N_("消えることになった言葉（件）"),
}
"""What is no field of a draft."""
ROLES = {"DX_OFFICE": N_("DX事務局"), "COACH": N_("コーチ")}
"""By their values, as the log stores them."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after, in words."""

    field: str
    before: str
    after: str


def act_word(act: str) -> str:
    """The word for an act; its name where there is none yet."""
    return _(ACTS[act]) if act in ACTS else act


def subject_word(subject: str) -> str:
    """The word for what an act was done to."""
    return _(SUBJECTS[subject]) if subject in SUBJECTS else subject


def changes_in(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Change]:
    """What differs between the two, field by field."""
    old, new = _flat(before), _flat(after)
    return [
        Change(_field(name), _words(name, old.get(name)), _words(name, new.get(name)))
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name)
    ]


def subject_name(subject: str, name: str) -> str:
    """The name of what an act was done to. Of people's words the entry has the kind."""
    return kind_word(TextKind(name)) if subject in WORDS and name in set(TextKind) else name


def _flat(data: Mapping[str, Any] | None) -> dict[str, Any]:
    """The fields of a whole definition as a draft names them: ja.name, goal.kind, everyone."""
    found: dict[str, Any] = {}
    for name, value in (data or {}).items():
        if isinstance(value, Mapping):
            prefix = "" if name == "audience" else f"{name}."
            found |= {f"{prefix}{inner}": one for inner, one in value.items()}
        else:
            found[name] = value
    return found


def _field(name: str) -> str:
    known = {**audit_fields.WORDS, **OTHER_FIELDS}
    return _(known[name]) if name in known else field_word(name)


def _words(name: str, value: Any) -> str:
    if name == "role" and value in ROLES:
        return _(ROLES[value])
    if name == "state" and value in set(CampaignState):
        return state_word(value)
    try:
        if value and name in audit_fields.VALUES:
            return str(audit_fields.VALUES[name](value))
        return value_words(name, value)
    except (ValueError, KeyError, TypeError, AttributeError):
        return str(value)  # written by an older version, in another form
