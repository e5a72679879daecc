"""What the pictures that grow with everybody's steps are called, and how far they have grown."""

from dataclasses import dataclass

from flask_babel import ngettext

from app.web.language import sentence as _
from app.web.wording.growing_places import PLACES, Place
from challenges.errors import N_
from challenges.vocabulary import Cover

PIECES = 24


@dataclass(frozen=True)
class Growing:
    """A picture by its words: its name, and one of its pieces."""

    name: str
    choice: str
    piece: str


WORDS = {
    Cover.PEARLS: Growing(N_("みんなの真珠いかだ"), N_("真珠いかだ"), N_("いかだ")),
    Cover.TEA: Growing(N_("みんなの茶畑"), N_("茶畑"), N_("畝")),
    Cover.STONES: Growing(N_("みんなの石畳"), N_("石畳"), N_("石")),
    Cover.CEDARS: Growing(N_("みんなの杉木立"), N_("杉木立"), N_("木")),
    Cover.MIKAN: Growing(N_("みんなのみかん山"), N_("みかん山"), N_("木")),
    Cover.PADDIES: Growing(N_("みんなの棚田"), N_("棚田"), N_("田")),
    Cover.BOATS: Growing(N_("みんなの港"), N_("灯台と舟"), N_("舟")),
    Cover.CORD: Growing(N_("みんなの組ひも"), N_("組ひも"), N_("編み目")),
}


HUES = {
    Cover.PEARLS: "learn",
    Cover.TEA: "produce",
    Cover.STONES: "challenge",
    Cover.CEDARS: "challenge",
    Cover.MIKAN: "produce",
    Cover.PADDIES: "produce",
    Cover.BOATS: "learn",
    Cover.CORD: "challenge",
}
"""The hue of a campaign by its cover, for the picture of the year."""


def grown_pieces(*, have: int, target: int) -> int:
    """How many of the 24 pieces have grown. 0 while nobody decided on a target."""
    return min(PIECES, have * PIECES // target) if target > 0 else 0


def to_next_piece(*, have: int, target: int) -> int:
    """How many are missing for the next piece; 0 when all have grown or there is no target."""
    grown = grown_pieces(have=have, target=target)
    return 0 if grown == PIECES or target <= 0 else -(-(grown + 1) * target // PIECES) - have


def picture_name(cover: str) -> str:
    """「みんなの茶畑」"""
    return _(WORDS[Cover(cover)].name)


def choice_name(cover: str) -> str:
    """「茶畑」, for whoever chooses a cover."""
    return _(WORDS[Cover(cover)].choice)


def in_words(cover: str, grown: int) -> str:
    """What the picture shows: 「24の畝のうち15が育ちました。」"""
    piece = _(WORDS[Cover(cover)].piece)
    if not grown:
        return _("%(all)sの%(piece)sを待っています。", all=PIECES, piece=piece)
    if grown == PIECES:
        return _("%(all)sの%(piece)sが、そろいました。", all=PIECES, piece=piece)
    return _(
        "%(all)sの%(piece)sのうち%(grown)sが育ちました。", all=PIECES, piece=piece, grown=grown
    )


def next_in_words(cover: str, *, have: int, target: int, is_share: bool = False) -> str:
    """How far the next piece is: 「次の畝まで、あと121歩。」 Empty when nothing is missing."""
    missing = to_next_piece(have=have, target=target)
    piece = _(WORDS[Cover(cover)].piece)
    if not missing:
        return ""
    if is_share:
        return _("次の%(piece)sまで、あと%(missing)s人。", piece=piece, missing=f"{missing:,}")
    steps: str = ngettext(
        "次の%(piece)sまで、あと%(missing)s歩。",
        "次の%(piece)sまで、あと%(missing)s歩。",
        missing,
        piece=piece,
        missing=f"{missing:,}",
    )
    return steps


def places(cover: str) -> tuple[Place, ...]:
    """The pieces of a picture, the farthest first, as they are drawn."""
    return PLACES[Cover(cover)]
