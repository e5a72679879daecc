"""Words for the kinds of letters."""

from app.notices.letter_models import LetterKind
from challenges.errors import N_

KINDS = {
    LetterKind.WEEKLY: N_("週に一度の手紙"),
    LetterKind.PASSWORD: N_("パスワードを忘れた人へのリンク"),
    LetterKind.INVITATION: N_("はじめての人へのリンク"),
}
