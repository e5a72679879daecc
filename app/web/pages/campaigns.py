"""Campaigns as staff see them: what is on, one campaign with one's own part in it, the words of
colleagues, the board by name, and naming oneself for the awards."""

from collections.abc import Sequence
from itertools import groupby

from flask import Blueprint, abort, flash, make_response, request
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from app.clock import now
from app.queries import campaigns as campaign_queries
from app.queries.campaign_access import opens_some
from app.queries.campaign_beside import beside
from app.queries.campaign_board import Band, board
from app.queries.campaign_lines import lines
from app.queries.campaign_part import my_part, my_steps
from app.queries.campaign_shares import PublicShares, list_for, shares_for
from app.queries.campaigns import Looking, SeenCampaign
from app.queries.nightly import Made
from app.web import catalogue
from app.web.campaign_page import Reader, campaign_values
from app.web.language import refusal
from app.web.paging import Lists, Page, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, see_other, viewer
from app.web.unit_list_page import unit_list_page
from app.web.wording import campaigns as wording
from app.web.wording.campaign_log import log_sentences
from challenges.calendar import day_of, fiscal_year_start
from challenges.campaigns import board as places
from challenges.campaigns import nominations
from challenges.campaigns.models import Campaign
from challenges.errors import InvalidField

bp = Blueprint("campaigns", __name__)

LISTS = Lists("campaigns.campaigns", ("on", "coming", "over"), 12, are_anchored=True)
LINES_AT_ONCE = 3
"""Lines of colleagues beside a campaign; all of them have a page of their own."""
LOG_AT_ONCE = 6


@bp.get("/campaigns")
@login_required
def campaigns() -> str:
    """What is on, what is coming, and what is over, by fiscal years."""
    found = {name: LISTS.portion(_found(name), name) for name in LISTS.names}
    by_year = groupby(found["over"].rows, key=lambda one: fiscal_year_start(one.last_day).year)
    return page(
        "campaigns/list.html",
        nav="campaigns",
        found=found,
        by_year=[(year, list(those)) for year, those in by_year],
        today=day_of(now()),
        wording=wording,
        opens_some=not viewer().is_dx_office
        and opens_some(db_session(), viewer().id, on=day_of(now())),
    )


@bp.get("/campaigns/<slug>")
@login_required
def campaign(slug: str) -> str:
    """One campaign: how long, how far together, one's own part, its promise and its log."""
    return _campaign_page(_seen(slug))


@bp.get("/campaigns/<slug>/words")
@login_required
def words(slug: str) -> str:
    """All lines that colleagues show."""
    seen, number = _seen(slug), page_number()
    window = {"limit": PAGE_SIZE + 1, "offset": (number - 1) * PAGE_SIZE}
    found = lines(db_session(), seen.id, _looking(), **window)
    return page(
        "campaigns/words.html",
        nav="campaigns",
        campaign=seen,
        found=Page.of(found, number=number, size=PAGE_SIZE),
        steps=catalogue.current().challenges.by_step,
    )


@bp.get("/campaigns/<slug>/board")
@login_required
def names(slug: str) -> str:
    """The board by name, one's own band first. 404 where the campaign has none."""
    seen, number = _seen(slug), page_number()
    if not seen.has_board:
        abort(404)
    first = Band.of(len(my_steps(db_session(), seen.id, viewer().id).counted))
    window = {"limit": PAGE_SIZE + 1, "offset": (number - 1) * PAGE_SIZE}
    found = Page.of(
        board(db_session(), seen.id, _looking(), first=first, **window),
        number=number,
        size=PAGE_SIZE,
    )
    by_band = groupby(found.rows, key=lambda one: one.band)
    return page(
        "campaigns/board.html",
        nav="campaigns",
        campaign=seen,
        found=found,
        bands=[(band, list(those)) for band, those in by_band],
        first=first,
    )


@bp.post("/campaigns/<slug>/board-places")
@login_required
def join_board(slug: str) -> Response:
    """Let one's own name stand on the board."""
    places.join(db_session(), _row(slug), person_id=viewer().id, at=now())
    flash(_("名前の一覧に載りました。いつでも外せます。"), "good")
    return see_other("campaigns.names", slug=slug)


@bp.post("/campaigns/<slug>/board-place-removals")
@login_required
def leave_board(slug: str) -> Response:
    """Take one's own name off the board, also where it is switched off by now."""
    row = _row(slug)
    places.leave(db_session(), row, person_id=viewer().id, at=now())
    flash(_("名前の一覧から外れました。もうどこにも出ません。"), "info")
    return see_other("campaigns.names" if row.has_board else "campaigns.campaign", slug=slug)


@bp.post("/campaigns/<slug>/nominations")
@login_required
def nominate(slug: str) -> Response:
    """Name oneself for the awards, or say it in other words."""
    typed = request.form.get("words", "")
    try:
        nominations.nominate(db_session(), _row(slug), person_id=viewer().id, words=typed, at=now())
    except InvalidField as error:
        again = _campaign_page(_seen(slug), wrong={"words": refusal(error)}, typed=typed)
        return make_response(again, 422)
    flash(_("推薦を預かりました。読むのは、あなたとDX事務局だけです。"), "good")
    return see_other("campaigns.campaign", slug=slug)


@bp.post("/campaigns/<slug>/nomination-withdrawals")
@login_required
def withdraw_nomination(slug: str) -> Response:
    """Take one's own nomination back."""
    nominations.withdraw(db_session(), _row(slug), person_id=viewer().id, at=now())
    flash(_("推薦を取り下げました。"), "info")
    return see_other("campaigns.campaign", slug=slug)


def _campaign_page(
    seen: SeenCampaign, *, wrong: dict[str, str] | None = None, typed: str | None = None
) -> str:
    """After a refused form, ``wrong`` holds the sentence and ``typed`` what was written."""
    number = page_number("log")
    window = {"log": LOG_AT_ONCE + 1, "log_offset": (number - 1) * LOG_AT_ONCE}
    others = beside(db_session(), seen, _looking(), lines=LINES_AT_ONCE + 1, **window)
    all_departments = list_for(db_session(), seen, seen.department_id, made=others.made)
    others_did = {
        "lines": others.lines[:LINES_AT_ONCE],
        "has_more_lines": len(others.lines) > LINES_AT_ONCE,
        "log": Page.of(log_sentences(others.log), number=number, size=LOG_AT_ONCE, name="log"),
        "shares": _shares(seen, others.made),
        "all_departments": all_departments,
        "departments": unit_list_page(all_departments),
        "wrong": wrong or {},
        "typed": typed,
    }
    values = campaign_values(seen, _reader(seen), on=day_of(now()))
    return page("campaigns/campaign.html", nav="campaigns", **{**values, **others_did})


def _reader(seen: SeenCampaign) -> Reader:
    """Where the viewer stands in the campaign."""
    mine = my_part(db_session(), seen.id, viewer().id)
    return Reader(
        is_manager=viewer().is_manager,
        is_asked=_is_asked(seen),
        climbed=mine.steps.climbed,
        counted=mine.steps.counted,
        submissions=mine.submissions,
    )


def _is_asked(seen: SeenCampaign) -> bool:
    """Whether the page may ask the viewer for a step of the campaign today."""
    is_on = seen.phase(day_of(now())) == "on"
    return is_on and seen.reaches_me and not seen.is_paused and viewer().is_asked


def _shares(seen: SeenCampaign, made: Sequence[Made]) -> PublicShares | None:
    """The shares that may be shown, or None if both are hidden."""
    shares = shares_for(db_session(), seen, seen.department_id, made=made)
    return None if shares.own is None and shares.whole is None else shares


def _found(name: str) -> Sequence[SeenCampaign]:
    window = LISTS.window(name)
    return campaign_queries.campaigns_by_phase(db_session(), _looking(), name, **window)


def _looking() -> Looking:
    return Looking(viewer().id, viewer().unit_id, day_of(now()))


def _seen(slug: str) -> SeenCampaign:
    return campaign_queries.campaign_seen(db_session(), slug, _looking()) or abort(404)


def _row(slug: str) -> Campaign:
    """The row of a published campaign, for the activities. 404 for a draft."""
    return campaign_queries.published_row(db_session(), slug) or abort(404)
