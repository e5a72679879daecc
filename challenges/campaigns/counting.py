"""What counts in campaigns, kept up to date by difference: after a fact for one person, after a
change of the rules for everybody in turns.

A standing completion counts in a campaign if its step belongs to a version of it, it happened on a
day of that version, and the version's audience held the person on that day; and if that version is
in force, or still was when the completion was recorded. So it does not matter who decided when, and
a change of the rules takes no step from anyone. verifying.py says the same without SQL.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Select,
    bindparam,
    delete,
    exists,
    insert,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session, aliased

from challenges.campaigns.audience import fits_audience, is_main_on
from challenges.campaigns.events import PartChanged
from challenges.campaigns.models import (
    CampaignCount,
    CampaignPart,
    CampaignStep,
    CampaignTotal,
    CampaignVersion,
)
from challenges.campaigns.team_lights import light_up
from challenges.outbox import record
from challenges.people.models import Membership, Person
from challenges.storage.days import tokyo_day
from challenges.storage.sql import fetch_rows, padded_ids, upsert
from challenges.submissions.models import Completion


class Counted(NamedTuple):
    """A completion that counts in a campaign: a row of ``CampaignCount``."""

    campaign_id: int
    completion_id: int
    person_id: int
    unit_id: int | None
    day: date


Part = tuple[int, int]
"""A campaign's id and a person's."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What a campaign has come to."""

    steps: int
    people: int


def recount_person(session: Session, person_id: int, *, at: datetime) -> None:
    """Make what is stored of one person what their history says.

    Two statements where nothing changes; a few more where something does. Whoever else decides
    about the person waits until this transaction ends.
    """
    _recount(session, first=person_id, last=person_id, campaign_id=None, at=at)


def recount_some(
    session: Session, campaign_id: int | None, *, after: int, limit: int, at: datetime
) -> int | None:
    """Do the same for the next ``limit`` people with ids above ``after``, set-based.

    ``campaign_id`` names the one campaign to look at; None means all. Returns the last id, or None
    when there is nobody left.
    """
    people = (
        select(Person.id)
        .where(Person.id > after, _may_concern(campaign_id))
        .order_by(Person.id)
        .limit(limit)
    )
    ids = session.scalars(people).all()
    if not ids:
        return None
    _recount(session, first=ids[0], last=ids[-1], campaign_id=campaign_id, at=at)
    return ids[-1]


def totals(session: Session, campaign_ids: Collection[int]) -> dict[int, Totals]:
    """What each of these campaigns has come to, by its id. One statement."""
    if not campaign_ids:
        return {}
    rows = session.execute(
        select(CampaignTotal.campaign_id, CampaignTotal.steps, CampaignTotal.people).where(
            CampaignTotal.campaign_id.in_(padded_ids(campaign_ids))
        )
    )
    return {row.campaign_id: Totals(row.steps, row.people) for row in rows}


def _may_concern(campaign_id: int | None) -> Any:
    """People without a completion or a count have nothing to recount."""
    has_climbed = exists().where(Completion.person_id == Person.id)
    is_counted = exists().where(CampaignCount.person_id == Person.id)
    if campaign_id is not None:
        is_counted = is_counted.where(CampaignCount.campaign_id == campaign_id)
    return has_climbed | is_counted


def _recount(
    session: Session, *, first: int, last: int, campaign_id: int | None, at: datetime
) -> None:
    asked: dict[str, Any] = {"first": first, "last": last}
    # Locked by a statement of its own: PostgreSQL shows each statement what is committed when it
    # begins, so whoever waited here reads what the one before them has left.
    fetch_rows(session, _LOCK, asked).all()
    if campaign_id is not None:
        asked["campaign_id"] = campaign_id
    rows = fetch_rows(session, _OF_ALL if campaign_id is None else _OF_ONE, asked)
    true, stored = set[Counted](), set[Counted]()
    for row in rows:
        counted = Counted(*row[1:])
        (stored if row.is_stored else true).add(counted)
    if true != stored:
        _write(session, true=true, stored=stored, at=at)


def _write(session: Session, *, true: set[Counted], stored: set[Counted], at: datetime) -> None:
    added, gone = true - stored, stored - true
    _write_counts(session, added, gone)
    _write_parts(session, true, stored)
    units = {one.unit_id for one in added if one.unit_id is not None}
    if units:
        campaigns = sorted({one.campaign_id for one in added})
        light_up(session, campaign_ids=campaigns, unit_ids=sorted(units), at=at)
    for person_id in sorted({one.person_id for one in added | gone}):
        record(session, PartChanged(occurred_at=at, person_id=person_id))
    session.flush()


def _write_counts(session: Session, added: set[Counted], gone: set[Counted]) -> None:
    table: Any = CampaignCount.__table__
    connection = session.connection()
    if gone:
        is_it = (table.c.campaign_id == bindparam("campaign")) & (
            table.c.completion_id == bindparam("completion")
        )
        rows = [{"campaign": one.campaign_id, "completion": one.completion_id} for one in gone]
        connection.execute(delete(table).where(is_it), rows)
    if added:
        connection.execute(insert(table), [one._asdict() for one in added])


def _write_parts(session: Session, true: set[Counted], stored: set[Counted]) -> None:
    now, before = _parts(true), _parts(stored)
    changed = sorted(part for part in now | before if now[part] != before[part])
    steps, people = Counter[int](), Counter[int]()
    for part in changed:
        steps[part[0]] += now[part] - before[part]
        people[part[0]] += bool(now[part]) - bool(before[part])
    _remove_parts(session, [part for part in changed if not now[part]])
    _set_parts(session, {part: now[part] for part in changed if now[part]})
    _move_totals(session, steps, people)


def _parts(counted: Iterable[Counted]) -> Counter[Part]:
    return Counter((one.campaign_id, one.person_id) for one in counted)


def _remove_parts(session: Session, parts: list[Part]) -> None:
    if parts:
        table: Any = CampaignPart.__table__
        is_it = (table.c.campaign_id == bindparam("campaign")) & (
            table.c.person_id == bindparam("person")
        )
        rows = [{"campaign": campaign, "person": person} for campaign, person in parts]
        session.connection().execute(delete(table).where(is_it), rows)


def _set_parts(session: Session, parts: dict[Part, int]) -> None:
    if parts:
        new: Any = upsert(session, CampaignPart.__table__)
        new = new.on_conflict_do_update(
            index_elements=["campaign_id", "person_id"], set_={"steps": new.excluded.steps}
        )
        rows = [
            {"campaign_id": campaign, "person_id": person, "steps": steps}
            for (campaign, person), steps in parts.items()
        ]
        session.connection().execute(new, rows)


def _move_totals(session: Session, steps: Counter[int], people: Counter[int]) -> None:
    table: Any = CampaignTotal.__table__
    moved = (
        update(table)
        .where(table.c.campaign_id == bindparam("campaign"))
        .values(
            steps=table.c.steps + bindparam("more_steps"),
            people=table.c.people + bindparam("more_people"),
        )
    )
    # All go by the ids, so that two transactions never wait for each other.
    rows = [
        {"campaign": one, "more_steps": steps[one], "more_people": people[one]}
        for one in sorted(steps)
    ]
    if rows:
        session.connection().execute(moved, rows)


# FOR NO KEY UPDATE: new rows that refer to the person, such as a submission, need not wait. SQLite
# ignores it; there, only one transaction writes at a time.
_LOCK = (
    select(Person.id)
    .where(Person.id.between(bindparam("first"), bindparam("last")))
    .order_by(Person.id)
    .with_for_update(key_share=True)
)


def _both(*, of_one_campaign: bool) -> Any:
    """What counts and what is stored as counting, of a range of people."""
    true, stored = _true(), _stored()
    if of_one_campaign:
        true = true.where(CampaignVersion.campaign_id == bindparam("campaign_id"))
        stored = stored.where(CampaignCount.campaign_id == bindparam("campaign_id"))
    return union_all(true, stored)


def _true() -> Select[*tuple[Any, ...]]:
    day = tokyo_day(Completion.happened_at)
    was_in_force = CampaignVersion.replaced_at.is_(None) | (
        Completion.recorded_at < CampaignVersion.replaced_at
    )
    main = aliased(Membership)
    return (
        select(
            literal(False).label("is_stored"),
            CampaignVersion.campaign_id,
            Completion.id,
            Completion.person_id,
            Completion.unit_id,
            day.label("day"),
        )
        .join(CampaignStep, CampaignStep.step_id == Completion.step_id)
        .join(CampaignVersion, CampaignVersion.id == CampaignStep.version_id)
        .join(main, (main.person_id == Completion.person_id) & is_main_on(day, of=main))
        .where(
            Completion.person_id.between(bindparam("first"), bindparam("last")),
            Completion.voided_at.is_(None),
            day.between(CampaignVersion.starts_on, CampaignVersion.ends_on),
            was_in_force,
            fits_audience(of=main),
        )
        .distinct()  # it may fit several versions
    )


def _stored() -> Select[*tuple[Any, ...]]:
    return select(
        literal(True),
        CampaignCount.campaign_id,
        CampaignCount.completion_id,
        CampaignCount.person_id,
        CampaignCount.unit_id,
        CampaignCount.day,
    ).where(CampaignCount.person_id.between(bindparam("first"), bindparam("last")))


_OF_ALL = _both(of_one_campaign=False)
_OF_ONE = _both(of_one_campaign=True)
