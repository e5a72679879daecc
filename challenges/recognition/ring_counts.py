"""How many rings of cheers there were of late. Whose they are leaves this module for nobody."""

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from challenges.people import org_chart
from challenges.people.models import Membership
from challenges.recognition.budgets import BASE, EACH
from challenges.recognition.models import Cheer
from challenges.recognition.rings import Sent, count_rings

WEEKS = 8
"""Full weeks looked back on."""


def rings_of_late(session: Session, *, on: date) -> int:
    """How many rings there were in the last eight full weeks. Two statements."""
    this_week = on - timedelta(days=on.weekday())
    first = this_week - timedelta(weeks=WEEKS)
    rows = session.execute(
        select(Cheer.giver_id, Cheer.receiver_id, Cheer.week, func.count().label("cheers"))
        .where(Cheer.week >= first, Cheer.week < this_week, Cheer.refunded.is_(False))
        .group_by(Cheer.giver_id, Cheer.receiver_id, Cheer.week)
    )
    sent = [
        Sent(row.giver_id, row.receiver_id, (row.week - first).days // 7, row.cheers)
        for row in rows
    ]
    return count_rings(sent, weeks=WEEKS, caps=_larger_budgets(session, on=on))


def _larger_budgets(session: Session, *, on: date) -> dict[int, int]:
    """The weekly budgets of managers and deputies, as they are today."""
    mine, theirs = aliased(Membership), aliased(Membership)
    rows = session.execute(
        select(mine.person_id, func.count(theirs.person_id.distinct()).label("people"))
        .join(theirs, theirs.unit_id == mine.unit_id)
        .where(mine.kind.in_(org_chart.MANAGING), org_chart.holds_on(on, of=mine))
        .where(theirs.is_primary, theirs.person_id != mine.person_id)
        .where(org_chart.holds_on(on, of=theirs))
        .group_by(mine.person_id)
    )
    return {row.person_id: BASE + EACH * row.people for row in rows}
