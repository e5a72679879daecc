"""Shows every part of templates/ui/ with sample values. For developers: only in Flask's debug
mode."""

from datetime import date

from flask import Blueprint

from app.web.rendering import page
from challenges.catalogue.definitions import read_folder
from challenges.progress.staircases import Stone
from challenges.vocabulary import Cover, Mindset, Stage

bp = Blueprint("parts", __name__)

STONES = (
    Stone("done", stage=Stage.TRY),
    Stone("now", "2 / 3", Stage.HABIT),
    Stone("later", stage=Stage.SPREAD),
)
EVERY_STONE = tuple(Stone(state) for state in ("done", "waiting", "back", "now", "later"))
DAYS = (date(2026, 4, 1), date(2026, 4, 2))


@bp.get("/office/parts")
def parts() -> str:
    """The parts of docs/ui.md as they look. No data is shown, so no sign-in is needed."""
    return page(
        "parts/parts.html",
        nav="office",
        stones=STONES,
        every_stone=EVERY_STONE,
        days=DAYS,
        covers=[cover.value for cover in Cover],
        drawings=[(one.slug, one.mindset.value) for one in read_folder().challenges]
        + [("", mindset.value) for mindset in Mindset],
    )
