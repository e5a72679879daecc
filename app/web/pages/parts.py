"""Shows every part of templates/ui/ with sample values. For developers: only in Flask's debug
mode."""

from datetime import date

from flask import Blueprint

from app.web.fiscal_year import Crowded, FiscalYear, YearCampaign
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
YEAR = FiscalYear(
    date(2026, 7, 13),
    [
        YearCampaign(name, date(2026, *first_day), date(2026, *last_day), state, hue)
        for name, first_day, last_day, state, hue in (
            ("異動おかえり", (4, 6), (5, 22), "past", "challenge"),
            ("はじめのSlack", (5, 25), (6, 26), "past", "learn"),
            ("新任管理職の一歩", (6, 8), (8, 7), "open", "challenge"),
            ("会議をかるく", (7, 1), (7, 31), "open", "produce"),
            ("カイゼン月間", (9, 1), (10, 9), "draft", "produce"),
            ("地域機関めぐり", (9, 14), (10, 30), "draft", "learn"),
            ("読みやすい資料", (9, 28), (10, 23), "draft", "learn"),
            ("データを見つける", (11, 2), (11, 30), "scheduled", "learn"),
        )
    ],
    today=date(2026, 7, 13),
    crowded=[Crowded(date(2026, 9, 28), date(2026, 10, 9), campaigns=3, people=312)],
)
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
        year=YEAR,
        covers=[cover.value for cover in Cover],
        drawings=[(one.slug, one.mindset.value) for one in read_folder().challenges]
        + [("", mindset.value) for mindset in Mindset],
    )
