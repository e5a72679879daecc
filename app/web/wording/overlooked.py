"""A suggestion about somebody who may be overlooked, in words and without a number of words."""

from datetime import date

from app.web.language import sentence as _
from challenges.errors import N_
from challenges.recognition.overlooked import Sureness
from challenges.recognition.suggestions import Suggestion

SURENESS = {
    Sureness.HARDLY: N_("手がかりは少なく、よく外れます。"),
    Sureness.SOMEWHAT: N_("推定のため、外れることがあります。"),
    Sureness.FAIRLY: N_("手がかりは多めですが、それでも推定です。"),
}


def how_sure(one: Suggestion) -> str:
    """How sure it is."""
    return _(SURENESS[one.sureness])


def since_when(one: Suggestion, *, on: date) -> str:
    """異動から2か月; "" for somebody who has been there for long."""
    if not one.is_new:
        return ""
    months = (on - one.joined_on).days // 30
    return _("異動から%(months)sか月", months=months) if months else _("異動して一か月足らず")


def who_has_not(one: Suggestion) -> str:
    """Whose words have been few."""
    if one.by_manager and one.by_peers:
        return _("あなたからも、まわりの人からも、言葉がまだ少ないようです。")
    if one.by_manager:
        return _("まわりの人の言葉は届いています。あなたからは、まだ少ないようです。")
    return _("あなたの言葉は届いています。まわりの人からは、まだ少ないようです。")
