"""Where a campaign stalls, and the reason that is told."""

from app.queries.campaign_stalls import Climb, Why, stalls
from challenges.vocabulary import Stage


def climb(slug, begun, tried, used, *, waiting=0, days=1.5):
    return Climb(
        slug=slug,
        begun=begun,
        waiting=waiting,
        reached={Stage.TRY: tried, Stage.HABIT: used},
        days_to_decide=days,
        steps={Stage.TRY: 1, Stage.HABIT: 2},
    )


def found(*climbs):
    return [(one.slug, one.stage, one.why) for one in stalls(climbs)]


def test_what_every_challenge_loses_is_no_stall():
    assert found(climb("a", 100, 90, 40), climb("b", 200, 180, 80)) == []


def test_the_largest_loss_comes_first():
    ordinary = climb("c", 300, 290, 280)
    little, much = climb("a", 100, 90, 40), climb("b", 300, 290, 30)
    slugs = [one.slug for one in stalls([ordinary, climb("d", 300, 290, 280), little, much])]
    assert slugs == ["b", "a"]


def test_one_challenge_alone_is_compared_with_nothing():
    assert found(climb("a", 100, 10, 1)) == []


def test_fewer_than_ten_people_are_no_pattern():
    assert found(climb("a", 100, 90, 85), climb("b", 12, 11, 3)) == []
    assert found(climb("a", 100, 90, 85), climb("b", 9, 9, 0)) == []


def test_slow_decisions_are_the_reason_where_they_are_slower():
    assert found(climb("a", 100, 95, 80), climb("b", 100, 95, 20, days=4.2)) == [
        ("b", Stage.HABIT, Why.SLOW)
    ]


def test_drafts_are_the_reason_at_the_first_step():
    assert found(climb("a", 100, 95, 80), climb("b", 100, 60, 50)) == [("b", Stage.TRY, Why.DRAFTS)]


def test_those_who_wait_are_the_reason():
    assert found(climb("a", 100, 95, 80), climb("b", 100, 60, 50, waiting=35)) == [
        ("b", Stage.TRY, Why.WAITING)
    ]


def test_a_habit_takes_days():
    assert found(climb("a", 100, 95, 80), climb("b", 100, 95, 20)) == [("b", Stage.HABIT, Why.DAYS)]
