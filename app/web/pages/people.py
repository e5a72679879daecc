"""A person's page. They see all of it themselves; others see what the person allows."""

from collections.abc import Sequence

from flask import Blueprint, abort
from flask_login import login_required

from app.clock import now
from app.web import catalogue
from app.web.paging import Page, page_number
from app.web.rendering import PAGE_SIZE, db_session, page, viewer
from badges.queries import standing_awards
from challenges.calendar import day_of
from challenges.people.visibility import profile
from challenges.recognition import queries as recognition_queries
from challenges.recognition.said import OfAnother, of_another
from challenges.submissions import queries as submission_queries

bp = Blueprint("people", __name__)

WORDS_AT_ONCE = 10


@bp.get("/people/<int:person_id>")
@login_required
def person(person_id: int) -> str:
    """The badges and steps of a person, and the words that reached them."""
    copy, number, words_number = catalogue.current(), page_number(), page_number("words")
    shown = profile(db_session(), person_id, viewer_id=viewer().id, on=day_of(now()))
    if shown is None:
        abort(404)
    records = []
    if shown.allows_steps:
        offset = (number - 1) * PAGE_SIZE
        records = submission_queries.recent_records(
            db_session(), person_id, own=shown.is_own, limit=PAGE_SIZE + 1, offset=offset
        )
    words = []
    if shown.is_own:
        offset = (words_number - 1) * WORDS_AT_ONCE
        words = recognition_queries.words_received(
            db_session(), person_id, limit=WORDS_AT_ONCE + 1, offset=offset
        )
    awards = standing_awards(db_session(), person_id) if shown.allows_badges else []
    ids = [one.completion_id for one in records]
    beneath = [one.evidence[-1] for one in awards if one.evidence]
    found = OfAnother({}, {}) if shown.is_own else _of_another(ids, beneath)
    return page(
        "people/person.html",
        nav="people" if shown.is_own else "",
        person=shown,
        awards=awards,
        records=Page.of(records, number=number, size=PAGE_SIZE),
        words=Page.of(words, number=words_number, size=WORDS_AT_ONCE, name="words"),
        cheers=found.cheers,
        # A badge may rest on steps of others, which are not cheered here.
        can_be_cheered={id_: one for id_, one in found.seen.items() if one.person_id == person_id},
        steps=copy.challenges.by_step,
        badges=copy.badges.by_slug,
    )


def _of_another(shown: Sequence[int], beneath: Sequence[int]) -> OfAnother:
    """What the viewer sees and may cheer of the steps shown, and of those ``beneath`` badges."""
    return of_another(
        db_session(),
        [*shown, *beneath],
        viewer_id=viewer().id,
        on=day_of(now()),
        under_badges=beneath,
    )
