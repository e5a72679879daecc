"""All badges with how near each is, and one badge: what it stands for, what is missing, and why
somebody has it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, abort
from flask_login import login_required

from app.web import catalogue
from app.web.rendering import db_session, page, viewer
from app.web.wording.badge_reasons import because, ways
from app.web.wording.badges import wanted
from badges.awards.deciding import Standing
from badges.awards.deeds import deeds_of
from badges.catalogue.published import PublishedBadge
from badges.queries import holders, standing_awards
from badges.rules.deeds import Deed
from badges.rules.verdicts import Verdict, evaluate
from challenges.vocabulary import Audience

bp = Blueprint("badges", __name__)


WAYS_AT_ONCE = 6


@dataclass(frozen=True)
class Shown:
    """One badge as the viewer stands to it."""

    badge: PublishedBadge
    verdict: Verdict
    award: Standing | None
    is_for_viewer: bool

    @property
    def state(self) -> str:
        """ "held"; "coming" for the moment until the award is written; "closed" to the viewer;
        "open"."""
        if self.award is not None:
            return "held"
        if self.badge.is_retired or not self.is_for_viewer:
            return "closed"
        return "coming" if self.verdict.met else "open"


@bp.get("/badges")
@login_required
def badges() -> str:
    """Every badge open to the viewer: families that grow as a row, then the others."""
    published = catalogue.current().badges
    deeds = deeds_of(db_session(), viewer().id, catalogue=published)
    shown = {one.badge.slug: one for one in _as_viewer_stands(published.badges, deeds)}
    families = [
        [shown[badge.slug] for badge in family.badges if shown[badge.slug].state != "closed"]
        for family in published.families
    ]
    return page(
        "badges/list.html",
        nav="badges",
        count=sum(one.state == "held" for one in shown.values()),
        growing=[family for family in families if len(family) > 1],
        others=[one for family in families if len(family) == 1 for one in family],
        retired=[one for one in shown.values() if one.badge.is_retired and one.state == "held"],
    )


@bp.get("/badges/<slug>")
@login_required
def badge(slug: str) -> str:
    """What the badge stands for, its rule, "3 of 5" with the steps that fill it; for a holder,
    why."""
    copy = catalogue.current()
    found = copy.badges.by_slug.get(slug)
    if found is None:
        abort(404)
    deeds = deeds_of(db_session(), viewer().id, catalogue=copy.badges)
    [shown] = _as_viewer_stands([found], deeds)
    return page(
        "badges/badge.html",
        nav="badges",
        shown=shown,
        evidence=because(shown.award, shown.verdict, deeds, copy.challenges),
        ways=ways(found.terms.rule, deeds, copy.challenges) if shown.state == "open" else [],
        at_once=WAYS_AT_ONCE,
        wanted=lambda leaf: wanted(leaf, copy.challenges),
        on_undo=(
            copy.badges.terms[slug, shown.award.version] if shown.award else found.terms
        ).on_undo,
        holders=holders(db_session(), slug),
        is_for_managers=found.terms.audience is Audience.MANAGERS,
    )


def _as_viewer_stands(badges: Iterable[PublishedBadge], deeds: Sequence[Deed]) -> list[Shown]:
    held = {award.badge: award for award in standing_awards(db_session(), viewer().id)}
    return [
        Shown(
            badge,
            evaluate(badge.terms.rule, deeds),
            held.get(badge.slug),
            is_for_viewer=badge.terms.is_for(manager=viewer().is_manager),
        )
        for badge in badges
    ]
