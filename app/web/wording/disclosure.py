"""The file of a disclosure in words: one row a text, and what may have to be masked in it."""

from collections.abc import Iterable, Iterator
from datetime import date

from app.exports.tables import Cell, Column, Kind, Table
from app.retention.disclosure import Disclosed, TextState
from app.retention.personal_data import MarkKind
from app.web.language import sentence as _
from app.web.language import written_day
from app.web.wording.retention import kind_word
from challenges.errors import N_

STATES = {
    TextState.MASKED: N_("DX事務局が伏せています"),
    TextState.EXPIRED: N_("保存期間を過ぎて消えました"),
    TextState.TAKEN_BACK: N_("書いた人が取り下げました"),
    TextState.REWORDED: N_("書いた人が書き直す前の言葉です"),
}
MARKS = {
    MarkKind.NAME: N_("氏名"),
    MarkKind.MAIL: N_("メールアドレス"),
    MarkKind.TELEPHONE: N_("電話番号"),
    MarkKind.NUMBER: N_("番号"),
    MarkKind.ADDRESS: N_("住所"),
}


def disclosure_table(texts: Iterable[Disclosed], first: date, last: date, *, unit: str) -> Table:
    """The texts as a table. Notes above it say of when and of whom they are."""
    return Table(
        _("言葉の一覧"),
        [
            Column(_("種類")),
            Column(_("書いた日"), Kind.DAY),
            Column(_("職員番号")),
            Column(_("書いた人")),
            Column(_("その日の所属")),
            Column(_("あて先")),
            Column(_("言葉")),
            Column(_("リンク")),
            Column(_("状態")),
            Column(_("伏せることを検討するところ")),
        ],
        list(_rows(texts)),
        notes=[
            _("%(first)sから%(last)sまで", first=written_day(first), last=written_day(last)),
            _("所属：%(unit)s", unit=unit or _("全体")),
            _(
                "右端の列は、機械がひろった目安です。見落としも、余分もあります。伏せるかどうかは、人が一件ずつ決めてください。"
            ),
            _(
                "だれにも送っていない下書きは、入っていません。伏せた言葉と取り下げた言葉は、あることだけを示します。"
            ),
        ],
    )


def _rows(texts: Iterable[Disclosed]) -> Iterator[list[Cell]]:
    for one in texts:
        yield [
            kind_word(one.kind),
            one.day,
            one.number,
            one.writer or _("匿名"),
            one.unit,
            one.about,
            one.text,
            one.link or "",
            _(STATES[one.state]) if one.state else "",
            _to_mask(one),
        ]


def _to_mask(one: Disclosed) -> str:
    """Names of people, and what was found in the text."""
    found = [_("書いた人の氏名と職員番号")] if one.writer else []
    if one.about:
        found.append(_("あて先の氏名"))
    found += [
        _("文中の%(kind)s：%(found)s", kind=_(MARKS[mark.kind]), found=mark.found)
        for mark in one.marks
    ]
    return "\n".join(found)
