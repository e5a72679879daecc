"""What kinds of words there are, why somebody reports them, and why they lie sealed."""

from app.web.language import sentence as _
from challenges.errors import N_
from challenges.moderation.reporting import Concern
from challenges.words.kinds import SealedBecause, TextKind

KINDS = {
    TextKind.STEP: N_("段のひとこと"),
    TextKind.QUESTION: N_("申請への質問"),
    TextKind.ENDORSEMENT: N_("お墨付きの言葉"),
    TextKind.CHEER: N_("応援のひとこと"),
    TextKind.NOMINATION: N_("年間表彰への自薦"),
}
CONCERNS = {
    Concern.PRIVATE: N_("だれかの個人的なことや、住民の方のことが書いてある"),
    Concern.HURTFUL: N_("だれかを傷つける言い方がある"),
    Concern.INTERNAL: N_("庁内の外に出てはいけないことが書いてある"),
    Concern.OTHER: N_("そのほか（下に書く）"),
}
BECAUSE = {
    SealedBecause.MASKED: N_("DX事務局が伏せた"),
    SealedBecause.REWORDED: N_("書いた人が書き直した"),
    SealedBecause.TAKEN_BACK: N_("書いた人が取り下げた"),
}


def kind_word(kind: TextKind) -> str:
    """What sort of words they are."""
    return _(KINDS[kind])


def concern_word(concern: str) -> str:
    """Why somebody reported words."""
    return _(CONCERNS[Concern(concern)])


def concern_choices() -> list[tuple[str, str]]:
    """The choices of the form, in their order."""
    return [(concern.value, _(words)) for concern, words in CONCERNS.items()]


def because_word(because: SealedBecause) -> str:
    """Why words lie sealed."""
    return _(BECAUSE[because])
