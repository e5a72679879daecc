"""The audit log keeps what was there before and after, and is found by person, act and day."""

from datetime import date, timedelta

import pytest

from app.studio import audit
from app.studio.audit import AuditSearch


@pytest.fixture
def noted(session, cast, at):
    """Three acts: two of dx on two days, one of the schedule."""
    audit.note(
        session,
        act="saved",
        subject="campaign",
        subject_id=1,
        subject_name="カイゼン月間",
        before={"ja.name": "カイゼン"},
        after={"ja.name": "カイゼン月間"},
        by_id=cast.dx.id,
        at=at,
    )
    audit.note(
        session,
        act="paused",
        subject="pause",
        subject_id=2,
        reason="大雨のため",
        by_id=cast.dx.id,
        at=at + timedelta(days=1),
    )
    audit.note(session, act="opened", subject="campaign", subject_id=1, by_id=None, at=at)
    session.commit()


def found(session, **wanted):
    return [one.act for one in audit.search(session, AuditSearch(**wanted), limit=9)]


def test_the_newest_comes_first_with_who_and_what(session, noted, at):
    newest, *_, oldest = audit.search(session, AuditSearch(), limit=9)
    assert (newest.act, newest.by, newest.by_number, newest.reason) == (
        "paused",
        "西 光",
        "dx",
        "大雨のため",
    )
    assert (oldest.before, oldest.after) == ({"ja.name": "カイゼン"}, {"ja.name": "カイゼン月間"})
    assert oldest.at == at


@pytest.mark.parametrize(
    ("wanted", "acts"),
    [
        ({"words": "西"}, ["paused", "saved"]),
        ({"words": "dx"}, ["paused", "saved"]),
        ({"words": "だれか"}, []),
        ({"act": "saved"}, ["saved"]),
        ({"subject": "campaign"}, ["opened", "saved"]),
        ({"first_day": date(2026, 7, 16)}, ["paused"]),
        ({"last_day": date(2026, 7, 15)}, ["opened", "saved"]),
        ({"last_day": date.max}, ["paused", "opened", "saved"]),
    ],
)
def test_it_is_found_by(session, noted, wanted, acts):
    assert found(session, **wanted) == acts


def test_it_comes_in_pages(session, noted):
    assert [one.act for one in audit.search(session, AuditSearch(), limit=1, offset=1)] == [
        "opened"
    ]
