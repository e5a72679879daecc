"""The office enters a period after it saw how many texts would go, and the audit log keeps it."""

from datetime import date

import pytest
from sqlalchemy import select

from app.retention import periods
from app.retention.kinds import WordsKind
from app.retention.periods import MoreWouldGo, PeriodChanged
from app.studio.models import AuditEntry
from challenges.errors import InvalidField
from tests.app.retention.conftest import LATER

CHEER = WordsKind.CHEER


@pytest.fixture
def change(session, cast, at):
    """``change(years, after=0, agreed=0)``: enter a period for cheers."""

    def enter(years, after=0, agreed=0, at=at):
        how = {
            "after": after,
            "agreed": agreed,
            "named": "応援の言葉",
            "by_id": cast.dx.id,
            "at": at,
        }
        return periods.change(session, CHEER, years, **how)

    return enter


def test_nothing_is_entered_at_first(session):
    found = periods.periods(session)
    assert list(found) == list(WordsKind)
    assert {one.years for one in found.values()} == {None}


def test_a_period_is_entered_changed_and_taken_away(session, cast, change):
    assert change(3)
    assert not change(3, after=1)
    assert change(5, after=1)
    assert change(None, after=2)
    present = periods.periods(session)[CHEER]
    assert (present.years, present.edition, present.entered_by) == (None, 3, cast.dx.name)


def test_each_change_is_in_the_audit_log(session, cast, change, said):
    said()
    change(3)
    change(1, after=1, agreed=1, at=LATER)
    lines = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()[-2:]
    assert [(one.act, one.subject_name, one.by_id) for one in lines] == [
        ("period_set", "応援の言葉", cast.dx.id)
    ] * 2
    assert [(one.before, one.after) for one in lines] == [
        ({"years": None}, {"years": 3, "going": 0}),
        ({"years": 3}, {"years": 1, "going": 1}),
    ]


@pytest.mark.parametrize("years", [0, -1, 31])
def test_a_period_that_makes_no_sense_is_refused(change, years):
    with pytest.raises(InvalidField):
        change(years)


def test_who_read_an_older_period_does_not_overwrite(session, change):
    change(3)
    with pytest.raises(PeriodChanged):
        change(1)
    assert periods.periods(session)[CHEER].years == 3


def test_no_more_goes_than_was_agreed_to(session, said, change):
    said()
    with pytest.raises(MoreWouldGo):
        change(1, at=LATER)
    assert periods.periods(session)[CHEER].years is None
    assert change(1, agreed=1, at=LATER)


def test_one_sees_what_goes_at_once_and_in_april(session, said, at):
    said()
    assert periods.outlook(session, CHEER, 1, at=at) == periods.Outlook(0, 0, date(2027, 4, 1))
    eve = LATER.replace(year=2028, month=3, day=31)
    assert periods.outlook(session, CHEER, 1, at=eve) == periods.Outlook(0, 1, date(2028, 4, 1))
    assert periods.outlook(session, CHEER, 1, at=LATER) == periods.Outlook(1, 0, date(2029, 4, 1))


def test_of_many_who_enter_one_at_once_one_does(race, cast, at):
    def enter(session):
        return periods.change(
            session, CHEER, 3, after=0, agreed=0, named="", by_id=cast.dx.id, at=at
        )

    outcomes = race(enter, times=8)
    assert outcomes.count(True) == 1
    assert {type(one) for one in outcomes} <= {bool, PeriodChanged}
