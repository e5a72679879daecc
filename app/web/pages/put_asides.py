"""「あとで」: putting a challenge aside for later, and its day in one's own calendar."""

from datetime import date

from flask import Blueprint, Response, abort, flash, make_response, request
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response as Answer

from app.clock import now
from app.config import config
from app.web.days import chosen_day
from app.web.downloads import attachment
from app.web.language import language, refusal
from app.web.pages.challenges import challenge_page, find
from app.web.put_aside_file import MEDIA_TYPE, put_aside_file
from app.web.rendering import db_session, see_other, viewer
from app.web.templating import day_in_words
from challenges.errors import InvalidField
from challenges.submissions import putting_aside

bp = Blueprint("put_asides", __name__)


@bp.post("/challenges/<slug>/put-asides")
@login_required
def put(slug: str) -> Answer:
    """Put the challenge aside, or move it to another day."""
    challenge, typed = find(slug), request.form.get("day", "")
    try:
        day = chosen_day(typed) if typed else None
        putting_aside.put_aside(
            db_session(), person_id=viewer().id, challenge_id=challenge.id, day=day, at=now()
        )
    except InvalidField as error:
        wrong = {"day": refusal(error)}
        return make_response(challenge_page(challenge, wrong=wrong, typed={"day": typed}), 422)
    flash(_said(day), "good")
    return see_other("challenges.challenge", slug=slug)


def _said(day: date | None) -> str:
    if day is None:
        return str(_("「あとで」に入れました。ホームにあります。"))
    when = day_in_words(day)
    return str(_("「あとで」に入れました。%(day)sに、ホームで待っています。", day=when))


@bp.post("/challenges/<slug>/put-asides/endings")
@login_required
def throw_away(slug: str) -> Answer:
    """Forget that it was put aside."""
    challenge = find(slug)
    if putting_aside.throw_away(db_session(), person_id=viewer().id, challenge_id=challenge.id):
        flash(_("「あとで」から外しました。"), "good")
    else:
        flash(_("「あとで」には、もうありません。"), "info")
    return see_other("challenges.challenge", slug=slug)


@bp.get("/challenges/<slug>/put-aside.ics")
@login_required
def calendar(slug: str) -> Response:
    """The day for which the viewer put it aside, as a file for their calendar. 404 without one."""
    challenge = find(slug)
    mine = putting_aside.asides(db_session(), viewer().id)
    aside = next((one for one in mine if one.challenge_id == challenge.id and one.day), None)
    if aside is None:
        abort(404)
    data = put_aside_file(
        aside,
        title=challenge.wording[language()].title,
        address=f"{config().public_url}/challenges/{slug}",
        person_id=viewer().id,
    )
    return attachment(data, f"{slug}.ics", media_type=MEDIA_TYPE)
