"""The list of badges, and the page of one badge."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, abort
from flask_login import login_required

from app.web import catalogue
from app.web.rendering import db_session, page, viewer
from app.web.wording.badge_evidence import evidence_rows, next_steps
from app.web.wording.badges import describe
from badges.awards.deciding import StandingAward
from badges.awards.own_deeds import OwnDeeds, own_deeds
from badges.catalogue.published import BadgeCatalogue, PublishedBadge
from badges.queries import CheeredPerson, cheered_people, holders, standing_awards
from badges.rules.deeds import AnyDeed
from badges.rules.language import counts_cheers
from badges.rules.verdicts import Verdict, evaluate
from challenges.vocabulary import Audience

bp = Blueprint("badges", __name__)

NEXT_STEPS_AT_ONCE = 6
"""How many are shown before 「ほかの…件も見る」."""


@dataclass(frozen=True)
class ViewersBadge:
    """One badge, how far the viewer is with it, and their award if they hold it."""

    badge: PublishedBadge
    verdict: Verdict
    award: StandingAward | None
    is_for_viewer: bool

    @property
    def state(self) -> str:
        """Whether the viewer holds it ("held"), or has only not been awarded it yet ("coming").

        Otherwise "open" if they can be awarded it, and "closed" if not.
        """
        if self.award is not None:
            return "held"
        if self.badge.is_retired or not self.is_for_viewer:
            return "closed"
        return "coming" if self.verdict.met else "open"


@bp.get("/badges")
@login_required
def badges() -> str:
    """Every badge that the viewer holds or can be awarded: families with tiers, then the others."""
    published = catalogue.current().badges
    done = _done(published)
    deeds: list[AnyDeed] = [*done.steps, *done.cheers]
    shown = {one.badge.slug: one for one in _viewers_badges(published.badges, deeds)}
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
    """What the badge stands for, its rule, "3 of 5", and the next steps; for a holder, why."""
    copy = catalogue.current()
    found = copy.badges.by_slug.get(slug)
    if found is None:
        abort(404)
    deeds, cheers = _done(copy.badges)
    is_of_cheers = counts_cheers(found.terms.rule)
    [shown] = _viewers_badges([found], [*deeds, *cheers])
    # An award keeps the terms it was earned under, so it is their rule on undoing that is shown.
    terms = copy.badges.terms[slug, shown.award.version] if shown.award else found.terms
    return page(
        "badges/badge.html",
        nav="badges",
        shown=shown,
        is_of_cheers=is_of_cheers,
        cheered=_cheered(shown) if is_of_cheers else [],
        evidence=(
            []
            if is_of_cheers
            else evidence_rows(shown.award, shown.verdict, deeds, copy.challenges)
        ),
        next_steps=(
            next_steps(found.terms.rule, deeds, copy.challenges) if shown.state == "open" else []
        ),
        at_once=NEXT_STEPS_AT_ONCE,
        describe=lambda leaf: describe(leaf, copy.challenges),
        on_undo=terms.on_undo,
        holders=holders(db_session(), slug),
        is_for_managers=found.terms.audience is Audience.MANAGERS,
    )


def _done(published: BadgeCatalogue) -> OwnDeeds:
    return own_deeds(db_session(), viewer().id, catalogue=published)


def _cheered(shown: ViewersBadge) -> list[CheeredPerson]:
    rests_on = shown.award.evidence if shown.award else shown.verdict.evidence
    return cheered_people(db_session(), viewer().id, rests_on)


def _viewers_badges(
    badges: Iterable[PublishedBadge], deeds: Sequence[AnyDeed]
) -> list[ViewersBadge]:
    held = {award.badge: award for award in standing_awards(db_session(), viewer().id)}
    return [
        ViewersBadge(
            badge,
            evaluate(badge.terms.rule, deeds),
            held.get(badge.slug),
            is_for_viewer=badge.terms.is_for(manager=viewer().is_manager),
        )
        for badge in badges
    ]
