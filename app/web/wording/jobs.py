"""Describes jobs in words: what each does, how far it is, and why it stopped."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.jobs.disclosing import FORGET_DISCLOSURES, TOO_LONG, WRITE_DISCLOSURE
from app.jobs.ending_roles import END_ROLES
from app.jobs.forgetting_words import FORGET_WORDS
from app.jobs.importing import FORGET_IMPORTS, IMPORT_MEASURES
from app.jobs.indicators import FOLD_INDICATORS
from app.jobs.kinds import (
    ACCEPT_OVERDUE,
    FORGET_JOBS,
    FORGET_SIGN_INS,
    OPEN_AND_CLOSE_CAMPAIGNS,
    ROUTE_SUBMISSIONS,
)
from app.jobs.letters import PLAN_LETTERS
from app.jobs.linting import LINT_CAMPAIGNS
from app.jobs.models import JobState
from app.jobs.noticing import FORGET_NOTICES, TELL_AUDIENCE, TELL_OF_ENDS, TELL_WHO_DECIDES
from app.jobs.queries import ListedJob
from app.jobs.recounting import RECOUNT_CAMPAIGN, SNAPSHOT_CAMPAIGNS
from app.jobs.redrawing import REDRAW_CHARTS
from app.jobs.sealed_words import REMOVE_SEALED_WORDS
from app.jobs.working import DIED, NOBODY
from app.web.language import sentence as _
from app.web.wording.numbers import spelled
from challenges.errors import N_
from challenges.submissions.overdue import PATIENCE


@dataclass(frozen=True, slots=True)
class JobLine:
    """One line of the list of jobs, in the language of the request."""

    id: int
    what: str
    asked_by: str
    stands: str
    done: int
    total: int | None
    why: str
    may_cancel: bool
    may_retry: bool


KINDS = {
    ACCEPT_OVERDUE: N_("%(days)s開庁日を過ぎた申請の達成"),
    ROUTE_SUBMISSIONS: N_("管理職のいない所属の申請を、上の管理職へ"),
    OPEN_AND_CLOSE_CAMPAIGNS: N_("キャンペーンの開始と終了"),
    FORGET_JOBS: N_("古い作業の記録の片付け"),
    FORGET_SIGN_INS: N_("終わったサインインの片付け"),
    RECOUNT_CAMPAIGN: N_("キャンペーンの数え直し"),
    SNAPSHOT_CAMPAIGNS: N_("キャンペーンの前日までの集計"),
    IMPORT_MEASURES: N_("指標の値の取込み"),
    FORGET_IMPORTS: N_("取り込まなかったファイルの片付け"),
    LINT_CAMPAIGNS: N_("予定と開催中のキャンペーンの見直し"),
    FOLD_INDICATORS: N_("ダッシュボードの集計と公表"),
    END_ROLES: N_("異動した人の、DX事務局などの役割の終わり"),
    FORGET_WORDS: N_("保存期間を過ぎた言葉の片付け"),
    FORGET_NOTICES: N_("古いお知らせの片付け"),
    TELL_AUDIENCE: N_("キャンペーンの対象の人へのお知らせ"),
    TELL_OF_ENDS: N_("終わりが近いキャンペーンのお知らせ"),
    PLAN_LETTERS: N_("週に一度の手紙の準備"),
    REMOVE_SEALED_WORDS: N_("封をした言葉の片付け"),
    REDRAW_CHARTS: N_("ダッシュボードのグラフの描き直し"),
    WRITE_DISCLOSURE: N_("情報公開請求のためのファイルづくり"),
    FORGET_DISCLOSURES: N_("情報公開請求のためのファイルの片付け"),
    TELL_WHO_DECIDES: N_("確認を待つ申請を、きょうの管理職と代理へお知らせ"),
}
STATES = {
    JobState.PARKED: N_("止まっています"),
    JobState.DONE: N_("終わりました"),
    JobState.CANCELLED: N_("取りやめました"),
}
REASONS = {
    DIED: N_(
        "この作業の途中で、配達係（relay）が何度も止まりました。記録を添えて、サーバーの担当の人に伝えてください。"
    ),
    TOO_LONG: N_("Excelの一枚に入りきりません。CSVで、もう一度書き出してください。"),
    NOBODY: N_("この作業のしかたを、いまの版は知りません。サーバーの担当の人に伝えてください。"),
}


def job_lines(jobs: Iterable[ListedJob]) -> list[JobLine]:
    """One line for each job, in the same order."""
    return [
        JobLine(
            id=job.id,
            what=_(KINDS[job.kind], days=spelled(PATIENCE)) if job.kind in KINDS else job.kind,
            asked_by=job.asked_by or _("決まった時刻"),
            stands=_stands(job),
            done=job.done,
            total=job.total,
            why=_why(job.reason),
            may_cancel=_is_unfinished(job) and not job.is_cancel_wished,
            may_retry=job.state is JobState.PARKED,
        )
        for job in jobs
    ]


def _is_unfinished(job: ListedJob) -> bool:
    return job.state in (JobState.WAITING, JobState.PARKED)


def _stands(job: ListedJob) -> str:
    if job.state in STATES:
        return _(STATES[job.state])
    if job.is_cancel_wished:
        return _("まもなく取りやめます")
    if job.is_under_way:
        return _("進んでいます")
    return _("もう一度試します") if job.reason else _("順番を待っています")


def _why(reason: str | None) -> str:
    """The known reasons in words; any other reason as it was stored."""
    known = next(
        (words for start, words in REASONS.items() if (reason or "").startswith(start)), None
    )
    return _(known) if known else reason or ""
