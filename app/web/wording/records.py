"""What is kept here, for what, who sees it and how long: the lines of 「記録のあつかい」."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from app.config import config
from app.jobs.kinds import KEPT as JOBS_KEPT
from app.notices.forgetting import KEPT as NOTICES_KEPT
from app.retention.kinds import WordsKind
from app.retention.periods import Period
from app.web.language import sentence as _
from app.web.wording.retention import kind_words
from challenges.shares import SMALLEST_GROUP


@dataclass(frozen=True, slots=True)
class DataLine:
    """One kind of data."""

    what: str
    purpose: str
    readers: str
    kept: str


def lines_of_data() -> list[DataLine]:
    """What is kept beside words."""
    return [*_of_people(), *_of_machinery()]


def lines_of_words(periods: Mapping[WordsKind, Period]) -> list[DataLine]:
    """Every kind of words, with its period."""
    return [
        DataLine(one.name, one.content, one.readers, kept(periods[kind].years))
        for kind, one in kind_words().items()
    ]


def kept(years: int | None) -> str:
    """How long words are kept, in words."""
    if years is None:
        return _("未設定")
    return _("書いた年度の次の年度のはじめから%(years)s年", years=years)


def _of_people() -> Iterator[DataLine]:
    stays = _("未設定（いまは消えません）")
    yield DataLine(
        _("氏名・かな・職員番号・メール・所属・役職"),
        _("サインイン、所属ごとの集計、確認する管理職をさがすため。人事の名簿から入ります"),
        _("氏名・かな・所属は庁内の人。職員番号とメールは、あなたとDX事務局"),
        stays,
    )
    yield DataLine(
        _("登った段と日、バッジ"),
        _("あなたの道のりを残し、取組の広がりを人数で見るため"),
        _("あなた。許したときは、同じ所属の人と管理職。まちがいを直すために、DX事務局"),
        stays,
    )
    yield DataLine(
        _("お墨付きと応援（だれが、だれに、いつ、しるし）"),
        _("言葉を届け、バッジの条件を数えるため"),
        _("贈った人と、受け取った人。許したときは、ほかの人も"),
        stays,
    )
    yield DataLine(
        _("見せる範囲・一時停止・お知らせ・手紙・応援を受け取らない人の設定"),
        _("あなたが決めたとおりに動くため"),
        _("あなただけ"),
        stays,
    )
    yield DataLine(
        _("「あとで」に入れたもの、相談用の控え"),
        _("あとで思い出すため。相談窓口に見せるため"),
        _("あなただけ"),
        _("あなたが外すか、消すまで"),
    )
    yield DataLine(
        _("人数と割合（所属ごと、県庁全体）"),
        _("取組のようすを見るため"),
        _("みんな。%(smallest)s人に満たない数は出しません", smallest=SMALLEST_GROUP),
        stays,
    )


def _of_machinery() -> Iterator[DataLine]:
    yield DataLine(
        _("サインイン（端末の種類と日）"),
        _("あなたが、ほかの端末を確かめて終えられるように"),
        _("あなただけ"),
        _("%(days)s日まで", days=_days(config().sign_in_lasts)),
    )
    yield DataLine(
        _("お知らせ（言葉は入っていません）"),
        _("起きたことを、一度だけ知らせるため"),
        _("あなただけ"),
        _("起きてから%(days)s日、読まないときは%(twice)s日", **_notices()),
    )
    yield DataLine(
        _("メールを送った日時（本文は入っていません）"),
        _("同じものを二度送らないため"),
        _("あなた。届いたか分からないときは、DX事務局も"),
        _("未設定（いまは消えません）"),
    )
    yield DataLine(
        _("Slackの投稿"),
        _("達成とお墨付きを知らせるため。許した人だけ"),
        _("投稿した先のチャンネルの人"),
        _("あなたが消すか、お墨付きの言葉の期間が過ぎるまで"),
    )
    yield DataLine(
        _("サーバーの記録（何かを変えた人と時刻。読んだことは残しません）"),
        _("不具合と不正なサインインを調べるため"),
        _("サーバーの担当の人"),
        _("サーバーの決まりによります"),
    )
    yield DataLine(
        _("決まった作業の記録"),
        _("夜の作業が終わったかを確かめるため"),
        _("DX事務局"),
        _("%(days)s日", days=_days(JOBS_KEPT)),
    )
    yield DataLine(
        _("監査の記録（DX事務局がしたこと）"),
        _("だれが何を変えたかを、あとから確かめるため"),
        _("DX事務局"),
        _("未設定（消えません）"),
    )


def _notices() -> dict[str, int]:
    return {"days": _days(NOTICES_KEPT), "twice": 2 * _days(NOTICES_KEPT)}


def _days(span: timedelta) -> int:
    return span.days
