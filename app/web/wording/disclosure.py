"""The file of a disclosure in words: one row a text, and what may have to be masked in it."""

from app.jobs.disclosing import DisclosureFile, Wanted
from app.jobs.models import JobState
from app.retention.disclosure import TextState
from app.retention.disclosure_file import FileWords
from app.retention.kinds import WordsKind
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


def file_words(wanted: Wanted) -> FileWords:
    """What the file says beside the texts, in the language of the request."""
    return FileWords(
        title=_("言葉の一覧"),
        headings=[
            _("種類"),
            _("書いた日"),
            _("職員番号"),
            _("書いた人"),
            _("その日の所属"),
            _("あて先"),
            _("言葉"),
            _("リンク"),
            _("状態"),
            _("伏せることを検討するところ"),
        ],
        notes=[
            _(
                "%(first)sから%(last)sまで",
                first=written_day(wanted.first),
                last=written_day(wanted.last),
            ),
            _("所属：%(unit)s", unit=wanted.unit or _("県庁全体")),
            _(
                "右端の列は、機械がひろった目安です。見落としも、余分もあります。伏せるかどうかは、人が一件ずつ決めてください。"
            ),
            _(
                "だれにも送っていない下書きは、入っていません。伏せた言葉と取り下げた言葉は、あることだけを示します。"
            ),
        ],
        kinds={kind.value: kind_word(kind) for kind in WordsKind},
        states={state.value: _(words) for state, words in STATES.items()},
        marks={
            kind.value: _("文中の%(kind)s：%(found)s", kind=_(words), found="%(found)s")
            for kind, words in MARKS.items()
        },
        nobody=_("匿名"),
        of_writer=_("書いた人の氏名と職員番号"),
        of_receiver=_("あて先の氏名"),
    )


def state_word(file: DisclosureFile) -> str:
    """How far a file is, in a word."""
    if file.state is JobState.DONE:
        return _("できました") if file.kept_until else _("消しました")
    if file.state is JobState.CANCELLED or file.is_cancel_wished:
        return _("取りやめました")
    if file.state is JobState.PARKED:
        return _("止まっています")
    return _("書き出しています") if file.all_days else _("順番を待っています")
