"""How near a person is to a badge, which badge is nearest, and what one completion moved."""

from datetime import UTC, date, datetime

from badges.catalogue.published import BadgeCatalogue, PublishedBadge, Terms
from badges.progress import moved, nearest
from badges.rules.deeds import Deed
from badges.rules.language import parse
from challenges.vocabulary import Audience


def badge(
    slug, n, *, position=0, audience=Audience.EVERYONE, retired=False, of="challenge", **matching
):
    rule = parse({"at_least": {"n": n, "of": of, "matching": matching}})
    terms = Terms(version=1, rule=rule, audience=audience, on_undo="keep")
    return PublishedBadge(slug, position, slug, None, None, {}, terms, is_retired=retired)


def catalogue(*badges):
    return BadgeCatalogue(badges, {one.slug: one for one in badges}, (), {}, {})


def deed(number, *, mindset="LEARN"):
    happened_at = datetime(2026, 7, number, tzinfo=UTC)
    return Deed(
        number,
        f"challenge-{number}",
        1,
        mindset,
        "project",
        "TRY",
        happened_at,
        date(2026, 7, number),
        False,
    )


def slugs(progress):
    return [one.badge.slug for one in progress]


def test_nothing_is_near_before_the_first_step():
    assert nearest(catalogue(badge("first", 1)), [], manager=False) is None


def test_the_nearest_badge_lacks_the_fewest_steps():
    shelf = catalogue(badge("earned", 2), badge("far", 9, position=1), badge("near", 3, position=2))
    found = nearest(shelf, [deed(1), deed(2)], manager=False)
    assert (found.badge.slug, found.verdict.have, found.verdict.need) == ("near", 2, 3)


def test_among_equals_the_first_by_position_is_nearest():
    shelf = catalogue(badge("second", 3, position=2), badge("first", 3, position=1))
    assert nearest(shelf, [deed(1)], manager=False).badge.slug == "first"


def test_nothing_is_near_when_every_badge_is_earned():
    assert nearest(catalogue(badge("one", 1)), [deed(1)], manager=False) is None


def test_badges_that_a_step_earned_come_before_those_it_only_moved():
    shelf = catalogue(
        badge("later", 5),
        badge("earned", 2, position=1),
        badge("other", 2, position=2, mindset=["PRODUCE"]),
    )
    found = moved(shelf, [deed(1), deed(2)], completion_id=2, manager=False)
    assert slugs(found) == ["earned", "later"]
    assert [one.verdict.met for one in found] == [True, False]


def test_a_step_moves_no_badge_that_was_earned_before_it():
    assert (
        moved(catalogue(badge("enough", 1)), [deed(1), deed(2)], completion_id=2, manager=False)
        == []
    )


def test_an_unknown_step_moves_nothing():
    assert moved(catalogue(badge("some", 3)), [deed(1)], completion_id=99, manager=False) == []


def test_retired_badges_and_those_of_managers_are_left_out():
    shelf = catalogue(
        badge("gone", 3, retired=True), badge("theirs", 2, audience=Audience.MANAGERS)
    )
    assert nearest(shelf, [deed(1)], manager=False) is None
    assert nearest(shelf, [deed(1)], manager=True).badge.slug == "theirs"
    assert moved(shelf, [deed(1)], completion_id=1, manager=False) == []
