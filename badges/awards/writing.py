"""Writes decisions about awards to the database, with their facts.

One statement for each outcome, whether for one person or for thousands.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from badges.awards.deciding import Decision, Outcome
from badges.events import BadgeAwarded, BadgeReturned, BadgeTakenBack
from badges.models import Award
from badges.rules.language import counts_cheers
from challenges.outbox import record
from challenges.storage.sql import upsert

UNDONE = "元になった達成が取り消されました。"
CHEERS_UNDONE = "元になった応援が取り消されました。"
"""Stored as the reason of a revoked award."""

_awards: Any = Award.__table__


def write(
    session: Session, decisions: Iterable[Decision], *, at: datetime, quietly: bool = False
) -> None:
    """Carry out the decisions. ``quietly`` records no facts, so nobody is notified."""
    by_outcome: dict[Outcome, list[Decision]] = {outcome: [] for outcome in Outcome}
    for decision in decisions:
        by_outcome[decision.outcome].append(decision)
    added = _add(session, by_outcome[Outcome.ADDED], at=at)
    _take_back(session, by_outcome[Outcome.TAKEN_BACK], at=at)
    _renew(session, by_outcome[Outcome.RENEWED])
    if not quietly:
        _record_added(session, by_outcome[Outcome.ADDED], added, at=at)
        _record_taken_back(session, by_outcome[Outcome.TAKEN_BACK], at=at)


def _add(
    session: Session, decisions: list[Decision], *, at: datetime
) -> dict[tuple[int, str], int]:
    """Insert awards; the ids of those that are new, by person and badge."""
    if not decisions:
        return {}
    # The unique key decides who is first: of two relays with the same fact, the second inserts
    # nothing, gets no id, and so records no second fact.
    insert = (
        upsert(session, _awards)
        .on_conflict_do_nothing(
            index_elements=["person_id", "badge_slug"], index_where=Award.voided_at.is_(None)
        )
        .returning(_awards.c.id, _awards.c.person_id, _awards.c.badge_slug)
    )
    rows = session.execute(insert, [_new_row(decision, at) for decision in decisions])
    return {(row.person_id, row.badge_slug): row.id for row in rows}


def _new_row(decision: Decision, at: datetime) -> dict[str, Any]:
    return {
        "person_id": decision.person_id,
        "badge_slug": decision.badge,
        "badge_version": decision.terms.version,
        "awarded_at": decision.verdict.awarded_on,
        "recorded_at": at,
        "because": list(decision.verdict.evidence),
    }


def _take_back(session: Session, decisions: list[Decision], *, at: datetime) -> None:
    if decisions:
        statement = update(_awards).where(
            _awards.c.id == bindparam("award_id"), _awards.c.voided_at.is_(None)
        )
        rows = [
            {
                "award_id": decision.award_id,
                "voided_at": at,
                "void_reason": CHEERS_UNDONE if counts_cheers(decision.terms.rule) else UNDONE,
            }
            for decision in decisions
        ]
        session.connection().execute(statement, rows)


def _renew(session: Session, decisions: list[Decision]) -> None:
    if decisions:
        rows = [
            {
                "award_id": decision.award_id,
                "badge_version": decision.terms.version,
                "awarded_at": decision.verdict.awarded_on,
                "because": list(decision.verdict.evidence),
            }
            for decision in decisions
        ]
        session.connection().execute(
            update(_awards).where(_awards.c.id == bindparam("award_id")), rows
        )


def _record_added(
    session: Session, decisions: list[Decision], added: dict[tuple[int, str], int], *, at: datetime
) -> None:
    for one in decisions:
        award_id = added.get((one.person_id, one.badge))
        if award_id is not None:
            event = BadgeReturned if one.is_return else BadgeAwarded
            record(
                session,
                event(occurred_at=at, award_id=award_id, person_id=one.person_id, badge=one.badge),
            )


def _record_taken_back(session: Session, decisions: list[Decision], *, at: datetime) -> None:
    for one in decisions:
        if one.award_id is not None:
            gone = BadgeTakenBack(
                occurred_at=at, award_id=one.award_id, person_id=one.person_id, badge=one.badge
            )
            record(session, gone)
