"""What is wrong in a file of a campaign, in the language of the request. The command says it in
English, as every command does."""

from app.web.language import sentence as _
from challenges.catalogue.yaml_files import ContentWrong, Mistake
from challenges.errors import N_

EXAMPLE = "2026-06-01"
_DAY = N_("日付ではありません。%(example)sのように書いてください。")
_NUMBER = N_("数が合いません。")
_SHAPE = N_("書き方が合いません。書き出したファイルと見比べてください。")
KINDS = {
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "date_parsing": _DAY,
    "date_type": _DAY,
    "enum": N_("選べる言葉ではありません。"),
    "extra_forbidden": N_("この名前の項目はありません。"),
    "missing": N_("書かれていません。"),
    "string_pattern_mismatch": N_("使えない文字があります。"),
    "string_too_long": N_("長すぎます。"),
    "string_type": N_("文字で書いてください。"),
    "int_parsing": _NUMBER,
    "int_type": _NUMBER,
    "int_from_float": _NUMBER,
    "greater_than_equal": _NUMBER,
    "less_than_equal": _NUMBER,
    "bool_parsing": _SHAPE,
    "bool_type": _SHAPE,
    "list_type": _SHAPE,
    "tuple_type": _SHAPE,
    "model_type": _SHAPE,
    "model_attributes_type": _SHAPE,
    "dict_type": _SHAPE,
}
"""By the types of pydantic's errors."""


def problems_in_words(error: ContentWrong) -> list[str]:
    """A sentence for each mistake, with its line and field. What is no mistake of a value is said
    as the reader of the file says it."""
    if error.mistakes:
        return [_sentence(one) for one in error.mistakes]
    return [_("ファイルの形が合いません（%(said)s）。", said=one) for one in error.problems]


def _sentence(one: Mistake) -> str:
    what = KINDS.get(one.kind)
    said = _(what, example=EXAMPLE) if what else _("使えない値です（%(said)s）。", said=one.said)
    return _("%(line)s行目の「%(field)s」：%(what)s", line=one.line, field=one.where, what=said)
