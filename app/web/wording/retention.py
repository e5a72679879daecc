"""The words for kinds of words, and for how long they are kept."""

from dataclasses import dataclass

from app.retention.kinds import WordsKind
from app.web.language import sentence as _
from challenges.errors import N_


@dataclass(frozen=True, slots=True)
class KindWords:
    """What a kind is called, what is in it, and who reads it."""

    name: str
    content: str
    readers: str


KINDS = {
    WordsKind.STEP: KindWords(
        N_("段のひとこと"),
        N_("段を登るときに書いた言葉と、添えたリンク"),
        N_("書いた人。管理職が確かめる段では、その管理職・代理も。見せると決めたときは、同僚も"),
    ),
    WordsKind.DAY: KindWords(
        N_("くり返した日のひとこと"), N_("一日ごとに書いた言葉"), N_("書いた人だけ")
    ),
    WordsKind.QUESTION: KindWords(
        N_("確認のときの質問"),
        N_("管理職が、申請した人にたずねた言葉"),
        N_("申請した人と、確かめる管理職・代理"),
    ),
    WordsKind.ENDORSEMENT: KindWords(
        N_("お墨付きの言葉"),
        N_("管理職が、達成に贈った言葉"),
        N_("贈った人と、受け取った人。許したときは、Slackでも"),
    ),
    WordsKind.CHEER: KindWords(
        N_("応援の言葉"),
        N_("応援のしるしに添えた言葉"),
        N_("贈った人と、受け取った人。受け取った人が見せたときは、ほかの人も"),
    ),
    WordsKind.NOMINATION: KindWords(
        N_("推薦の言葉"), N_("年度の表彰に、自分で手をあげた言葉"), N_("書いた人とDX事務局")
    ),
    WordsKind.REPORT: KindWords(
        N_("キャンペーンの報告"),
        N_("終わったあとに事務局が書いた、わかったことと次に変えること"),
        N_("DX事務局とキャンペーンの担当。終わったあとは、庁内のみんな"),
    ),
    WordsKind.VOIDING: KindWords(
        N_("取り消しの理由"),
        N_("達成を取り消したときに、事務局が本人へ書いた理由"),
        N_("本人とDX事務局"),
    ),
    WordsKind.MASK: KindWords(
        N_("伏せた理由"),
        N_("言葉を伏せたときに、事務局が書いた人へ伝えた理由"),
        N_("言葉を書いた人とDX事務局"),
    ),
    WordsKind.CONCERN: KindWords(
        N_("気になる内容の知らせ"),
        N_("知らせに添えた言葉と、事務局の覚え"),
        N_("DX事務局だけ"),
    ),
    WordsKind.PULSE: KindWords(
        N_("四半期の問いのひとこと"),
        N_("匿名の答えに添えた言葉。だれのものかは、どこにもありません"),
        N_("名前がないことを事務局が確かめたあと、庁内のみんな"),
    ),
}


def kind_word(kind: WordsKind) -> str:
    """What a kind of words is called."""
    return _(KINDS[kind].name)


def kind_words() -> dict[WordsKind, KindWords]:
    """Name, content and readers of every kind, in the order of the pages."""
    return {
        kind: KindWords(_(one.name), _(one.content), _(one.readers)) for kind, one in KINDS.items()
    }
