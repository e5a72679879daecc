"""Searches everything that the viewer may see: challenges, badges, campaigns, people and the
viewer's own words."""

from flask import Blueprint, request
from flask_login import login_required

from app.clock import now
from app.queries.campaign_search import campaigns_called
from app.web import catalogue
from app.web.rendering import db_session, page, viewer
from badges.queries import standing_awards
from badges.search import badges_called
from challenges.calendar import day_of
from challenges.catalogue.search import MINUTES, Filters, filtered, nearest
from challenges.people.directory import people_found, units_found
from challenges.submissions.own_words import own_words_with

bp = Blueprint("search", __name__)

AT_ONCE = 5
"""How many of each kind are shown; challenges and people have pages with all of them."""


@bp.get("/search")
@login_required
def search() -> str:
    """A few of each kind that match the words, or what one may look for."""
    words = request.args.get("q", "").strip()[:100]
    found = _found(words) if words else {}
    count = sum(len(those) for those in found.values())
    offered = catalogue.current().challenges.offered(to_manager=viewer().is_manager)
    return page(
        "search/search.html",
        nav="search",
        words=words,
        minutes=MINUTES[1],
        found=found,
        count=count,
        at_once=AT_ONCE,
        nearest=nearest(offered, Filters(words=words), ()) if words and not count else [],
        steps=catalogue.current().challenges.by_step,
    )


def _found(words: str) -> dict[str, list[object]]:
    """By kind, at most one more than is shown. Five statements, however much there is."""
    copy, me, today = catalogue.current(), viewer(), day_of(now())
    held = {award.badge for award in standing_awards(db_session(), me.id)}
    offered = copy.challenges.offered(to_manager=me.is_manager)
    people = people_found(db_session(), words, viewer_id=me.id, on=today, limit=AT_ONCE + 1)
    kinds: dict[str, list[object]] = {
        "challenges": [*filtered(offered, Filters(words=words), ())],
        "badges": [*badges_called(copy.badges, words, held=held, manager=me.is_manager)],
        "campaigns": [*campaigns_called(db_session(), words, limit=AT_ONCE + 1)],
        "people": [*people],
        "units": [*units_found(db_session(), words, on=today, limit=AT_ONCE + 1)],
        "words": [*own_words_with(db_session(), me.id, words, limit=AT_ONCE + 1)],
    }
    return {kind: those for kind, those in kinds.items() if those}
