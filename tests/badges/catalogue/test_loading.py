"""Loading badges: twice changes nothing, new terms are a new version, and awards are kept."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from badges.awards.awarding import bring_up_to_date, recompute
from badges.awards.deciding import Outcome
from badges.catalogue import loading as badge_catalogue
from badges.catalogue.definitions import BadgesDefinition, read_folder
from badges.catalogue.reading import current_catalogue, read_badges
from badges.models import Award, Badge, BadgeVersion
from challenges.catalogue.models import CatalogueLoad
from challenges.submissions import voiding
from challenges.submissions.models import Completion
from tests.shipped import BADGES as SHIPPED

Climb = Callable[..., Completion]


@pytest.fixture
def publish(session: Session, at: datetime) -> Callable[..., badge_catalogue.BadgeDiff]:
    """``publish("opener", {"rule": …})``: load the shipped badges with that one changed.

    ``None`` instead of the changes leaves the badge out.
    """

    def load(slug: str, changed: dict[str, Any] | None) -> badge_catalogue.BadgeDiff:
        badges = [badge for badge in SHIPPED.badges if badge.slug != slug]
        if changed is not None:
            old = next(badge for badge in SHIPPED.badges if badge.slug == slug)
            badges.append(type(old).model_validate(old.as_data() | changed))
        badges.sort(key=lambda badge: badge.position)
        return badge_catalogue.load(session, BadgesDefinition(badges=badges), at=at)

    return load


def at_least(n: int, **matching: Any) -> dict[str, Any]:
    return {"at_least": {"n": n, "of": "challenge", "matching": matching}}


def revision(session: Session) -> int:
    return session.scalar(select(func.max(CatalogueLoad.id))) or 0


def standing(session: Session) -> list[tuple[str, int]]:
    rows = session.execute(
        select(Award.badge_slug, Award.badge_version)
        .where(Award.voided_at.is_(None))
        .order_by(Award.badge_slug)
    )
    return [tuple(row) for row in rows]


def test_what_is_dumped_is_what_was_loaded(session: Session, tmp_path: Path) -> None:
    assert badge_catalogue.dump(session) == SHIPPED
    badge_catalogue.write_folder(badge_catalogue.dump(session), tmp_path)
    assert read_folder(tmp_path) == SHIPPED


def test_loading_again_changes_nothing(session: Session, at: datetime) -> None:
    before = revision(session)
    diff = badge_catalogue.load(session, SHIPPED, at=at)
    assert diff.is_empty
    assert len(diff.unchanged) == len(SHIPPED.badges)
    assert revision(session) == before


def test_new_wording_makes_no_new_version(session: Session, publish: Callable[..., Any]) -> None:
    before = revision(session)
    words = {"name": "ひらく人たち", "about": "声をかける。", "asks": "2種をやってみる"}
    diff = publish("opener", {"ja": words})
    assert diff.changed == {"opener": ["ja"]}
    assert revision(session) == before + 1
    badge = read_badges(session).by_slug["opener"]
    assert (badge.wording["ja"].name, badge.terms.version) == ("ひらく人たち", 1)


def test_a_changed_rule_makes_a_new_version_beside_the_old_one(
    session: Session, publish: Callable[..., Any]
) -> None:
    diff = publish("opener", {"rule": at_least(3)})
    assert diff.changed == {"opener": ["rule"]}
    versions = session.scalars(
        select(BadgeVersion).where(BadgeVersion.badge_slug == "opener")
    ).all()
    assert [version.number for version in versions] == [1, 2]
    catalogue = read_badges(session)
    assert catalogue.by_slug["opener"].terms.version == 2
    assert catalogue.terms["opener", 1].rule != catalogue.terms["opener", 2].rule


def test_a_stricter_rule_revokes_nothing_and_reports_who_keeps_it(
    session: Session, cast: SimpleNamespace, climb: Climb, publish: Callable[..., Any], at: datetime
) -> None:
    climb(cast.staff, "dx-words")
    recompute(session, catalogue=read_badges(session), at=at)

    diff = publish("learning-sprout", {"rule": at_least(2, mindset=["LEARN"])})

    assert diff.kept == {"learning-sprout": 1}
    tally = recompute(session, catalogue=read_badges(session), at=at)
    assert (tally.total(Outcome.TAKEN_BACK), tally.total(Outcome.ADDED)) == (0, 0)
    assert ("learning-sprout", 1) in standing(session)


def test_an_old_award_is_revoked_only_when_its_old_rule_fails(
    session: Session, cast: SimpleNamespace, climb: Climb, publish: Callable[..., Any], at: datetime
) -> None:
    first, second = climb(cast.staff, "dx-words"), climb(cast.staff, "first-hello")
    recompute(session, catalogue=read_badges(session), at=at)
    publish("learning-sprout", {"rule": at_least(5, mindset=["LEARN"])})
    catalogue = read_badges(session)

    voiding.void(session, first, by_id=cast.dx.id, reason="間違いでした。", at=at)
    bring_up_to_date(session, person_id=cast.staff.id, catalogue=catalogue, at=at)
    assert ("learning-sprout", 1) in standing(session)

    voiding.void(session, second, by_id=cast.dx.id, reason="間違いでした。", at=at)
    bring_up_to_date(session, person_id=cast.staff.id, catalogue=catalogue, at=at)
    assert ("learning-sprout", 1) not in standing(session)


def test_an_award_that_meets_only_the_new_rule_stays(
    session: Session, cast: SimpleNamespace, climb: Climb, publish: Callable[..., Any], at: datetime
) -> None:
    words = climb(cast.staff, "dx-words")
    climb(cast.staff, "quick-hands")
    recompute(session, catalogue=read_badges(session), at=at)
    publish("learning-sprout", {"rule": at_least(1)})

    voiding.void(session, words, by_id=cast.dx.id, reason="間違いでした。", at=at)
    changed = bring_up_to_date(
        session, person_id=cast.staff.id, catalogue=read_badges(session), at=at
    )

    assert ("learning-sprout", Outcome.RENEWED) in [(one.badge, one.outcome) for one in changed]
    assert ("learning-sprout", 2) in standing(session)


def test_recomputing_awards_a_loosened_badge(
    session: Session, cast: SimpleNamespace, climb: Climb, publish: Callable[..., Any], at: datetime
) -> None:
    climb(cast.staff, "dx-words")
    recompute(session, catalogue=read_badges(session), at=at)
    publish("learning-trunk", {"rule": at_least(1, mindset=["LEARN"])})
    tally = recompute(session, catalogue=read_badges(session), at=at, dry_run=True)
    assert tally.by_badge["learning-trunk"][Outcome.ADDED] == 1
    assert ("learning-trunk", 2) not in standing(session)
    recompute(session, catalogue=read_badges(session), at=at)
    assert ("learning-trunk", 2) in standing(session)


def test_holders_keep_a_removed_badge_and_nobody_else_gets_it(
    session: Session, cast: SimpleNamespace, climb: Climb, publish: Callable[..., Any], at: datetime
) -> None:
    climb(cast.staff, "dx-words")
    recompute(session, catalogue=read_badges(session), at=at)

    diff = publish("first-step", None)

    assert (diff.retired, diff.kept) == (["first-step"], {"first-step": 1})
    climb(cast.colleague, "dx-words")
    recompute(session, catalogue=read_badges(session), at=at)
    held = session.scalars(select(Award.person_id).where(Award.badge_slug == "first-step"))
    assert list(held) == [cast.staff.id]
    assert "first-step" not in {badge.slug for badge in read_badges(session).offered(manager=True)}

    assert publish("first-step", {}).changed == {"first-step": ["retired"]}
    assert session.get_one(Badge, "first-step").version == 1


def test_the_catalogue_is_read_again_only_after_a_load(
    session: Session, publish: Callable[..., Any], count_statements: Callable[..., Any]
) -> None:
    catalogue = current_catalogue(session)
    with count_statements(session.get_bind()) as statements:
        assert current_catalogue(session) is catalogue
    assert len(statements) == 1
    publish("opener", {"rule": at_least(3)})
    assert current_catalogue(session).by_slug["opener"].terms.version == 2


def test_families_are_ordered_by_position_and_tier(session: Session) -> None:
    families = read_badges(session).families
    learning = next(family for family in families if family.slug == "learning")
    assert [badge.tier for badge in learning.badges] == ["sprout", "trunk", "fruit"]
    firsts = [family.badges[0].position for family in families]
    assert firsts == sorted(firsts)
