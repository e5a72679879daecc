"""Figures of a campaign as its snapshots hold them, made by hand."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.campaigns.models import Campaign, CampaignSnapshot
from challenges.catalogue.models import Challenge
from challenges.people.models import Unit

UNITS = [
    # name, reached, people, waiting; sections stand below their department
    (
        "政策部",
        212,
        93,
        3,
        [("政策企画課", 60, 25, 1), ("広聴広報課", 90, 40, 2), ("秘書課", 8, 3, 0)],
    ),
    ("総務部", 418, 159, 6, [("総務課", 200, 80, 4), ("人事課", 210, 76, 2)]),
    ("農林水産部", 705, 324, 8, []),
    ("県土整備部", 812, 219, 9, []),
    ("監査委員事務局", 8, 3, 0, []),
    ("人事委員会事務局", 7, 2, 0, []),
    ("議会事務局", 60, 22, 0, []),
]
OUTSIDE = ("監査委員事務局", "人事委員会事務局", "議会事務局")

CHALLENGES = {
    "meeting-as-post": (412, 20, 318, 41, 12, 4.2),
    "give-back-15": (733, 10, 655, 402, 96, 1.6),
    "decided-in-15": (590, 10, 541, 310, 74, 1.6),
    "three-lines-before": (288, 3, 251, 118, 21, 1.5),
}
"""By slug: begun, waiting, tried, used to it, spread, days to decide."""
JULY_CHALLENGES = [{"slug": slug} for slug in CHALLENGES]


def add_units(session: Session, tree: Any = UNITS) -> dict[str, int]:
    """The units of the figures, in the database; their ids by their names."""
    known = dict(session.execute(select(Unit.path, Unit.id)).all())
    ids = {}
    for place, (name, *_, sections) in enumerate(tree):
        ids[name] = known.get(name) or _add(session, name, name, None, place)
        for below, (section, *_rest) in enumerate(sections):
            path = f"{name}/{section}"
            ids[section] = known.get(path) or _add(session, section, path, ids[name], below)
    return ids


def _add(session: Session, name: str, path: str, parent_id: int | None, position: int) -> int:
    unit = Unit(name=name, path=path, parent_id=parent_id, position=position)
    session.add(unit)
    session.flush()
    return unit.id


def figures(session: Session, *, part: float = 1.0, tree: Any = UNITS, **changes: Any) -> Any:
    """Figures of one day; ``part`` of the people have begun by then."""
    ids = add_units(session, tree)
    rows = []
    for name, reached, people, waiting, sections in tree:
        own = (ids[name], None, 0, name)
        rows.append(_unit(own, reached, int(people * part), waiting, outside=name in OUTSIDE))
        for section, size, took_part, waits in sections:
            own = (ids[section], ids[name], 1, section)
            rows.append(_unit(own, size, int(took_part * part), waits, outside=name in OUTSIDE))
    tops = [one for one in rows if one["depth"] == 0]
    sums = {
        key: sum(one[key] for one in tops) for key in ("reached", "people", "steps", "automatic")
    }
    queue = {
        "waiting": sum(one["waiting"] for one in tops),
        "oldest_days": 4,
        "days_to_decide": 1.8,
        "automatic": sums["automatic"],
        "without_reviewer": [],
    }
    return {
        **sums,
        "units": rows,
        "challenges": _challenges(session, part),
        "queue": queue,
    } | changes


def _unit(own: Any, reached: int, people: int, waiting: int, *, outside: bool) -> dict[str, Any]:
    unit_id, parent_id, depth, name = own
    return {
        "unit_id": unit_id,
        "parent_id": parent_id,
        "depth": depth,
        "name": name,
        "site_outside": outside,
        "reached": reached,
        "people": people,
        "steps": people * 2,
        "waiting": waiting,
        "automatic": people // 5,
        "days_to_decide": 1.5,
    }


def _challenges(session: Session, part: float) -> list[dict[str, Any]]:
    ids = dict(session.execute(select(Challenge.slug, Challenge.id)).all())
    names = ("begun", "waiting", "tried", "used", "spread")
    return [
        {
            "challenge_id": ids[slug],
            "slug": slug,
            **{name: int(n * part) for name, n in zip(names, numbers, strict=False)},
            "automatic": int(numbers[2] * part * 0.12),
            "days_to_decide": numbers[-1],
        }
        for slug, numbers in CHALLENGES.items()
    ]


def take(session: Session, campaign: Campaign, day: date, at: datetime, **changes: Any) -> Any:
    """A snapshot of one day. Gives its figures."""
    made = figures(session, **changes)
    session.add(CampaignSnapshot(campaign_id=campaign.id, day=day, figures=made, made_at=at))
    session.flush()
    return made


def take_until(session: Session, campaign: Campaign, day: date, at: datetime) -> None:
    """A snapshot of each day from the first on; by ``day`` everybody has begun who will."""
    assert campaign.first_day is not None
    days = (day - campaign.first_day).days + 1
    for number in range(days):
        on = campaign.first_day + timedelta(days=number)
        take(session, campaign, on, at, part=(number + 1) / days)


def last_year(campaign_of: Any, session: Session, at: datetime) -> SimpleNamespace:
    """Last July's campaign, closed, and this one, cloned from it and open since two weeks."""
    before = campaign_of(
        state="CLOSED",
        slug="light-meetings-2025",
        first_day="2025-07-01",
        last_day="2025-07-31",
        challenges=JULY_CHALLENGES,
    )
    now = campaign_of(challenges=JULY_CHALLENGES, goal={"kind": "share", "target": 50})
    now.cloned_from_id = before.id
    take_until(session, before, date(2025, 7, 31), at)
    take_until(session, now, date(2026, 7, 14), at)
    return SimpleNamespace(before=before, now=now)
