"""What the office says on the dashboard: written by one person, approved by a second.

Approved statements are a history: what held on any day is the newest one about each subject that
was approved by then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from app.indicators.statement_fields import check
from app.indicators.statement_models import Statement, StatementKind, StatementState
from app.indicators.statement_values import VALUES, check_beside_published, measure_of
from challenges.errors import N_, NotAllowed, RuleBroken

Subject = tuple[StatementKind, str]

_OPEN = (StatementState.DRAFT, StatementState.WAITING)
_OF_A_MONTH = (StatementKind.HEADLINE, StatementKind.SIX_LINES)
"""Kinds whose subject is the month that they are about."""

_DAY = Statement.content["day"].as_string()
"""Of one indicator there may be a change for each day. Other kinds have no day."""


class ChangedMeanwhile(RuleBroken):
    """Somebody saved, submitted or decided in between."""

    sentence = N_("ほかの人が先に変えました。いまの内容を読んでから、もう一度お願いします。")


class NeedsSecondPerson(NotAllowed):
    """Nobody approves what they wrote themselves."""

    sentence = N_("書いた人は承認できません。もう一人の事務局の人にお願いしてください。")


@dataclass(frozen=True, slots=True)
class Said:
    """What holds of one subject."""

    id: int
    kind: StatementKind
    subject: str
    content: Mapping[str, str]
    approved_at: datetime

    @property
    def month(self) -> date | None:
        """The month it is about, where it is about one."""
        text = self.content.get("month")
        return date.fromisoformat(f"{text}-01") if text else None


def begin(
    session: Session,
    kind: StatementKind,
    content: Mapping[str, str],
    *,
    subject: str = "",
    by_id: int,
    at: datetime,
) -> Statement:
    """A new draft. Without a subject, a problem or an indicator of the plan is a new one."""
    one = Statement(
        kind=kind,
        subject=subject,
        content=dict(content),
        state=StatementState.DRAFT,
        written_by_id=by_id,
        written_at=at,
    )
    session.add(one)
    session.flush()
    if not subject:
        one.subject = _first_subject(one)
        session.flush()
    return one


def save(
    session: Session,
    one: Statement,
    content: Mapping[str, str],
    *,
    read_edition: int,
    by_id: int,
    at: datetime,
) -> None:
    """Write the draft anew. What waits is a draft again. Raises ChangedMeanwhile."""
    _move(
        session,
        one,
        _OPEN,
        read_edition,
        content=dict(content),
        subject=content.get("month", "") if one.kind in _OF_A_MONTH else one.subject,
        state=StatementState.DRAFT,
        written_by_id=by_id,
        written_at=at,
        edition=read_edition + 1,
    )


def submit(session: Session, one: Statement, *, read_edition: int, at: datetime) -> None:
    """Ask a second person. Raises InvalidField where something is missing, ChangedMeanwhile."""
    check(one.kind, one.content)
    check_beside_published(session, one, at=at)
    _move(
        session,
        one,
        (StatementState.DRAFT,),
        read_edition,
        state=StatementState.WAITING,
        handed_back="",
    )


def approve(
    session: Session,
    one: Statement,
    *,
    read_edition: int,
    by_id: int,
    alone_allowed: bool,
    at: datetime,
) -> None:
    """Say it in public. Raises NeedsSecondPerson, ChangedMeanwhile; InvalidField for a value that
    does not fit what was published meanwhile."""
    if one.written_by_id == by_id and not alone_allowed:
        raise NeedsSecondPerson
    check_beside_published(session, one, at=at)
    _move(
        session,
        one,
        (StatementState.WAITING,),
        read_edition,
        state=StatementState.APPROVED,
        decided_by_id=by_id,
        decided_at=at,
    )
    if one.kind in VALUES:
        session.add(measure_of(session, one, at=at))
        session.flush()


def hand_back(session: Session, one: Statement, *, reason: str, read_edition: int) -> None:
    """Give it back to who wrote it, with a word. Raises ChangedMeanwhile."""
    _move(
        session,
        one,
        (StatementState.WAITING,),
        read_edition,
        state=StatementState.DRAFT,
        handed_back=reason,
    )


def withdraw(session: Session, one: Statement, *, read_edition: int, at: datetime) -> None:
    """Drop a draft. Raises ChangedMeanwhile."""
    _move(session, one, _OPEN, read_edition, state=StatementState.WITHDRAWN, decided_at=at)


def said(session: Session, *, until: datetime) -> dict[Subject, Said]:
    """What held at that time, by kind and subject; a change by indicator and day. One statement."""
    newest = _newest(Statement.decided_at <= until)
    rows = session.scalars(select(Statement).where(Statement.id.in_(newest)).order_by(Statement.id))
    return {
        (one.kind, _key(one)): Said(
            one.id, one.kind, one.subject, one.content, one.decided_at or until
        )
        for one in rows
    }


def problems_said() -> Select[int, str, dict[str, Any], datetime | None]:
    """The problems as they are said now, closed ones too: the fields of ``Said`` but the kind."""
    newest = _newest(Statement.kind == StatementKind.PROBLEM)
    return select(
        Statement.id,
        Statement.subject,
        Statement.content,
        Statement.decided_at.label("approved_at"),
    ).where(Statement.id.in_(newest))


def _newest(*conditions: ColumnElement[bool]) -> Select[int]:
    """The ids of the approved statements of which none on the same subject is newer."""
    place = func.row_number().over(
        partition_by=(Statement.kind, Statement.subject, _DAY),
        order_by=(Statement.decided_at.desc(), Statement.id.desc()),
    )
    approved = (
        select(Statement.id, place.label("place"))
        .where(Statement.state == StatementState.APPROVED, *conditions)
        .subquery()
    )
    return select(approved.c.id).where(approved.c.place == 1)


def open_statements(session: Session, *, limit: int, offset: int = 0) -> list[Statement]:
    """Drafts and what waits, the latest first. One statement."""
    return list(
        session.scalars(
            select(Statement)
            .where(Statement.state.in_(_OPEN))
            .order_by(Statement.written_at.desc(), Statement.id.desc())
            .limit(limit)
            .offset(offset)
        )
    )


def _key(one: Statement) -> str:
    is_change = one.kind is StatementKind.CHANGE
    return f"{one.subject} {one.content['day']}" if is_change else one.subject


def _first_subject(one: Statement) -> str:
    if one.kind is StatementKind.KPI:
        return f"plan-{one.id}"
    return str(one.id) if one.kind is StatementKind.PROBLEM else one.content.get("month", "")


def _move(
    session: Session,
    one: Statement,
    states: tuple[StatementState, ...],
    read_edition: int,
    **values: object,
) -> None:
    """Change the row if it is still what was read. The database decides who was first."""
    moved = session.scalar(
        update(Statement)
        .where(
            Statement.id == one.id, Statement.state.in_(states), Statement.edition == read_edition
        )
        .values(**values)
        .returning(Statement.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise ChangedMeanwhile
    session.refresh(one)
