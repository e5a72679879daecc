"""The pages of the DX office: what is loaded, what waits, what is stuck, and how a completion is
voided or restored."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Blueprint, abort, flash, make_response, request
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.config import config
from app.indicators.unnoticed import unnoticed_shares
from app.jobs import starting
from app.jobs.models import Job
from app.jobs.queries import listed_jobs
from app.queries import office as office_queries
from app.queries.deliveries import retry_all, undelivered
from app.relay import outbox
from app.slack.posts.models import SlackPost
from app.web import catalogue
from app.web.language import sentence as _
from app.web.paging import Lists, Page, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, see_other, viewer
from app.web.wording import statements
from app.web.wording.deliveries import delivery_lines
from app.web.wording.jobs import job_lines
from app.web.wording.numbers import spelled
from badges.awards.awarding import UndoPreview, preview_undo
from challenges.calendar import day_of
from challenges.errors import N_, InvalidField, NotAllowed
from challenges.outbox import Delivery
from challenges.submissions import search, voiding
from challenges.submissions.models import Completion
from challenges.submissions.overdue import PATIENCE
from challenges.text import as_written, followable, host_of
from challenges.vocabulary import Check, DecidedHow

bp = Blueprint("office", __name__)

LISTS = Lists("office.office", ("stuck", "jobs", "submissions"), PAGE_SIZE, are_anchored=True)

DECIDED = {
    DecidedHow.SELF: N_("本人の記録で、そのまま達成になりました"),
    DecidedHow.QUIZ: N_("クイズに通って達成になりました"),
    DecidedHow.MANAGER: N_("管理職が確認して達成になりました"),
    DecidedHow.OVERDUE: N_("%(days)s開庁日を過ぎたため自動で達成になりました"),
    DecidedHow.ALREADY_DOING: N_("「もうやっている」という本人の記録で、そのまま達成になりました"),
}


View = TypeVar("View", bound=Callable[..., Any])


def for_dx_office(view: View) -> View:
    """Allow only the DX office. Visitors are sent to sign in; anybody else gets 403."""

    @login_required
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not viewer().is_dx_office:
            raise NotAllowed("このページはDX事務局だけが開けます。")
        return view(*args, **kwargs)

    return cast(View, guarded)


@bp.get("/office")
@for_dx_office
def office() -> str:
    """The overview, with what is stuck and why, the jobs, and the waiting submissions by age."""
    submissions = office_queries.waiting_submissions(
        db_session(), on=day_of(now()), **LISTS.window("submissions")
    )
    stuck = delivery_lines(undelivered(db_session(), **LISTS.window("stuck")), catalogue.current())
    at = now()
    overview = office_queries.overview(
        db_session(), on=day_of(at), counted=config().counted_employments, me=viewer().id
    )
    jobs = job_lines(listed_jobs(db_session(), at=at, **LISTS.window("jobs")))
    has_slack = bool(config().slack_bot_token and config().slack_channel)
    return page(
        "office/office.html",
        nav="office",
        overview=overview,
        problems=statements.problem_lines(overview.problems),
        today=day_of(at),
        is_relay_silent=overview.is_relay_silent(at),
        is_slack_silent=has_slack and overview.is_slack_silent(at),
        is_mail_silent=bool(config().mail_server) and overview.is_mail_silent(at),
        submissions=LISTS.portion(submissions, "submissions"),
        stuck=LISTS.portion(stuck, "stuck"),
        jobs=LISTS.portion(jobs, "jobs"),
        numbers=LISTS.numbers(),
        has_slack=has_slack,
        steps=catalogue.current().challenges.by_step,
    )


@bp.get("/office/unnoticed")
@for_dx_office
def unnoticed() -> str:
    """Shares of people whom no word reached, and a page of the units."""
    found, number = unnoticed_shares(db_session(), on=day_of(now())), page_number()
    start = (number - 1) * PAGE_SIZE
    rows = found.units[start : start + PAGE_SIZE + 1] if found else []
    return page(
        "office/unnoticed.html",
        nav="office",
        unnoticed=found,
        units=Page.of(rows, number=number, size=PAGE_SIZE),
    )


@bp.get("/office/completions")
@for_dx_office
def completions() -> str:
    """Search for completions by person."""
    words, number = as_written(request.args.get("q", ""))[:100], page_number()
    limit, offset = PAGE_SIZE + 1, (number - 1) * PAGE_SIZE
    found = search.completions_of(db_session(), words, on=day_of(now()), limit=limit, offset=offset)
    shown = Page.of(found, number=number, size=PAGE_SIZE)
    steps = catalogue.current().challenges.by_step
    return page(
        "office/completions.html",
        nav="office",
        words=words,
        found=shown,
        steps=steps,
        back=_search(),
    )


@bp.get("/office/completions/<int:completion_id>")
@for_dx_office
def completion(completion_id: int) -> str:
    """One completion: how it came about, and what voiding or restoring it would change."""
    return _completion_page(_find(completion_id))


@bp.post("/completions/<int:completion_id>/voidings")
@for_dx_office
def void(completion_id: int) -> Response:
    """Void a completion, with a reason that its person reads."""
    found, reason = _find(completion_id), request.form.get("reason", "")
    try:
        voiding.void(db_session(), found, by_id=viewer().id, reason=reason, at=now())
    except InvalidField as error:
        return make_response(_completion_page(found, wrong=error, typed=reason), 422)
    flash(_("取り消しました。いつでも元に戻せます。"), "info")
    return see_other("office.completion", completion_id=completion_id, **_search())


@bp.post("/completions/<int:completion_id>/restorings")
@for_dx_office
def restore(completion_id: int) -> Response:
    """Restore a voided completion."""
    voiding.restore(db_session(), _find(completion_id), by_id=viewer().id, at=now())
    flash(_("元に戻しました。"), "good")
    return see_other("office.completion", completion_id=completion_id, **_search())


@bp.post("/office/retries")
@for_dx_office
def retry_everything() -> Response:
    """Retry everything that is parked: one cause often stops many deliveries."""
    count = retry_all(db_session(), at=now())
    flash(
        _("%(count)s件をもう一度試します。", count=count)
        if count
        else _("止まっているものはありません。"),
        "good",
    )
    return see_other("office.office")


@bp.post("/office/deliveries/<int:delivery_id>/retries")
@for_dx_office
def retry_delivery(delivery_id: int) -> Response:
    """Retry a parked delivery."""
    outbox.retry(
        db_session().get(Delivery, delivery_id, with_for_update=True) or abort(404), at=now()
    )
    flash(_("もう一度試します。"), "good")
    return see_other("office.office", **LISTS.numbers())


@bp.post("/office/posts/<int:post_id>/retries")
@for_dx_office
def retry_post(post_id: int) -> Response:
    """Retry a parked post."""
    post = db_session().get(SlackPost, post_id, with_for_update=True) or abort(404)
    post.retry(at=now())
    flash(_("もう一度試します。"), "good")
    return see_other("office.office", **LISTS.numbers())


@bp.post("/office/jobs/<int:job_id>/retries")
@for_dx_office
def retry_job(job_id: int) -> Response:
    """Retry a parked job from where it stopped."""
    _find_job(job_id)
    starting.retry(db_session(), job_id, at=now())
    flash(_("もう一度試します。"), "good")
    return see_other("office.office", **LISTS.numbers())


@bp.post("/office/jobs/<int:job_id>/cancellations")
@for_dx_office
def cancel_job(job_id: int) -> Response:
    """Stop a job at its next chunk. What it has done stays."""
    _find_job(job_id)
    is_in_time = starting.cancel(db_session(), job_id, at=now())
    flash(_("作業を取りやめます。") if is_in_time else _("作業はもう終わっています。"), "info")
    return see_other("office.office", **LISTS.numbers())


def _find_job(job_id: int) -> Job:
    return db_session().get(Job, job_id) or abort(404)


def _search() -> dict[str, str]:
    """The search in the address, which every page from there on carries to link back to it."""
    return {name: request.args[name] for name in ("q", "page") if name in request.args}


def _find(completion_id: int) -> Completion:
    return search.completion_in_full(db_session(), completion_id) or abort(404)


def _completion_page(
    found: Completion, *, wrong: InvalidField | None = None, typed: str = ""
) -> str:
    copy = catalogue.current()
    is_standing = found.voided_at is None
    preview = (
        preview_undo(db_session(), found.id, catalogue=copy.badges)
        if is_standing
        else UndoPreview((), ())
    )
    step = copy.challenges.by_step.get(found.step_id)
    is_to_be_opened = (
        step is not None
        and step[1].check is Check.LINK
        and (is_standing or voiding.may_restore(found))
    )
    link = followable(found.submission.link) if is_to_be_opened else None
    return page(
        "office/completion.html",
        nav="office",
        completion=found,
        step=step,
        decided=_(DECIDED[found.decided_how], days=spelled(PATIENCE)),
        link=link,
        host=host_of(link),
        undone_by=voiding.undone_by(found),
        is_climbed_again=not is_standing and search.is_climbed_again(db_session(), found),
        kept=[copy.badges.by_slug[slug] for slug in preview.kept],
        taken_back=[copy.badges.by_slug[slug] for slug in preview.taken_back],
        wrong=wrong,
        typed=typed,
        back=_search(),
    )
