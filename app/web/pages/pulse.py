"""The pulse: one anonymous question a quarter, and what the DX office decides about it.

What is logged of these addresses names nobody: ``UNTRACED`` in app/http/request_log.py.
"""

from datetime import date

from flask import Blueprint, flash, make_response, request
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.config import config
from app.web.language import refusal
from app.web.language import sentence as _
from app.web.pages.office import for_dx_office
from app.web.paging import Lists
from app.web.rendering import PAGE_SIZE, db_session, page, see_other, viewer
from app.web.wording.pulse import quarter_words, value_words
from challenges.calendar import day_of
from challenges.errors import InvalidField, RuleBroken
from challenges.recognition import pulse, ring_counts
from challenges.recognition.pulse import Answer, HasAnswered

bp = Blueprint("pulse", __name__)
OFFICE_LISTS = Lists("pulse.office", ("shown",), size=10, are_anchored=True)
LISTS = Lists("pulse.question", ("words",), size=10, are_anchored=True)


@bp.get("/pulse")
@login_required
def question() -> str:
    """The question of this quarter, and what people wrote in those that are over."""
    return _question_page()


@bp.post("/pulse/answers")
@login_required
def answer() -> Response:
    """Count an answer. It cannot be told whose it was, so it cannot be changed."""
    at, chosen = now(), request.form.get("value", "")
    words = request.form.get("words", "")
    value = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) == 1 else 0
    try:
        given = Answer(value, words)
        pulse.answer(db_session(), viewer().id, given, secret=config().secret_key, at=at)
    except HasAnswered as error:
        flash(refusal(error), "info")
        return see_other("pulse.question")
    except InvalidField as error:
        return make_response(_question_page(error, chosen=chosen, words=words), 422)
    flash(_("ありがとうございます。だれの答えかは、だれにも分かりません。"), "good")
    return see_other("pulse.question")


@bp.get("/office/pulse")
@for_dx_office
def office() -> str:
    """Which quarters are asked, words to read for names, words that are shown, and how many rings
    of cheers there are."""
    today = day_of(now())
    shown = pulse.shown_words(db_session(), on=today, **OFFICE_LISTS.window("shown"))
    this = pulse.quarter_of(today)
    quarters = (this, pulse.quarter_after(this))
    return page(
        "pulse/office.html",
        nav="office",
        quarters=[
            (one, quarter_words(one), pulse.is_skipped(db_session(), one)) for one in quarters
        ],
        this_quarter=this,
        unread=pulse.unread_words(db_session(), on=today, limit=PAGE_SIZE),
        shown=OFFICE_LISTS.portion(shown, "shown"),
        quarter_words=quarter_words,
        rings=ring_counts.rings_of_late(db_session(), on=today),
        weeks=ring_counts.WEEKS,
    )


@bp.post("/office/pulse/skips")
@for_dx_office
def skip() -> Response:
    """Let a quarter pass without the question."""
    quarter = _quarter()
    pulse.skip(db_session(), quarter, by_id=viewer().id, at=now())
    flash(_("%(quarter)sは、問いをお休みします。", quarter=quarter_words(quarter)), "info")
    return see_other("pulse.office")


@bp.post("/office/pulse/skips/endings")
@for_dx_office
def ask_after_all() -> Response:
    """Ask in that quarter after all."""
    quarter = _quarter()
    pulse.ask_after_all(db_session(), quarter, at=now())
    flash(_("%(quarter)sは、問いを届けます。", quarter=quarter_words(quarter)), "good")
    return see_other("pulse.office")


@bp.post("/office/pulse/words")
@for_dx_office
def decide_on_words() -> Response:
    """Show words that name nobody, or delete them."""
    key, has_no_name = request.form.get("key", ""), request.form.get("decision") == "show"
    today = day_of(now())
    if not pulse.decide_on_words(db_session(), key, has_no_name=has_no_name, on=today):
        flash(_("そのひとことは、ほかの人が先に確かめました。"), "info")
    elif has_no_name:
        flash(_("県庁全体に見せることにしました。"), "good")
    else:
        flash(_("消しました。"), "info")
    return see_other("pulse.office")


def _question_page(wrong: InvalidField | None = None, *, chosen: str = "", words: str = "") -> str:
    today = day_of(now())
    shown = pulse.shown_words(db_session(), on=today, **LISTS.window("words"))
    return page(
        "pulse/question.html",
        nav="home",
        # Asked of the database each time: a browser that remembered it would still ask whoever
        # answered in another.
        is_open=pulse.is_open_to(db_session(), viewer().id, secret=config().secret_key, on=today),
        is_skipped=pulse.is_skipped(db_session(), pulse.quarter_of(today)),
        quarter=quarter_words(pulse.quarter_of(today)),
        values=value_words(),
        shown=LISTS.portion(shown, "words"),
        quarter_words=quarter_words,
        most_words=pulse.MOST_WORDS,
        wrong={wrong.field: refusal(wrong)} if wrong else {},
        chosen=chosen,
        words=words,
    )


def _quarter() -> date:
    try:
        return date.fromisoformat(request.form.get("quarter", ""))
    except ValueError:
        raise RuleBroken("四半期を選んでください。") from None
