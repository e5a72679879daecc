"""The words for what the audit log keeps of the dashboard: fields of statements, files, tokens and
open data, with their values."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from app.indicators.chart_words import period_name
from app.indicators.definitions import Period
from app.indicators.models import Variant
from app.indicators.statement_fields import FIELDS, Form
from app.studio.tokens import Scope
from app.web.language import language, written_day
from app.web.language import sentence as _
from app.web.wording.statements import VARIANTS
from challenges.calendar import day_of
from challenges.errors import N_

SCOPES = {
    Scope.READ: N_("公開していないときも読む"),
    Scope.IMPORT: N_("計測値のファイルを送る"),
}
WORDS: Mapping[str, str] = {
    **{field.name: field.label for fields in FIELDS.values() for field in fields},
    # What is written in both languages has another label in each form.
    "ja": N_("言葉（日本語）"),
    "en": N_("言葉（英語）"),
    "month": N_("月"),
    "value": N_("値"),
    "reason": N_("理由"),
    "lines": N_("値の数"),
    "token": N_("プログラムのトークン"),
    "scopes": N_("できること"),
    "expires_at": N_("いつまで"),
    "publisher": N_("公開する組織"),
    "contact_name": N_("問い合わせ先"),
    "contact_email": N_("問い合わせ先のメール"),
    "licence_name": N_("利用条件の名前"),
    "licence_url": N_("利用条件のアドレス"),
}


def _month(text: str) -> str:
    return period_name(date.fromisoformat(f"{text}-01"), Period.MONTH, language())


def _scopes(text: str) -> str:
    return _("、").join(_(SCOPES[Scope(one)]) for one in text.split(", "))


VALUES: Mapping[str, Callable[[str], Any]] = {
    **{
        field.name: lambda text: written_day(date.fromisoformat(text))
        for fields in FIELDS.values()
        for field in fields
        if field.form is Form.DAY
    },
    "month": _month,
    "variant": lambda text: _(VARIANTS[Variant(text)]),
    "scopes": _scopes,
    "expires_at": lambda text: written_day(day_of(datetime.fromisoformat(text))),
}
"""How the log's text of a field is told. Other fields stand there as they were written."""
