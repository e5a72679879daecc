"""Values that the office enters: what they replace, and whether they may.

A correction is a new measure with a reason. It never makes a value where none was published, and
never tells what is hidden.
"""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.indicators.models import Measure, Source, Variant
from app.indicators.published import Published, published
from app.indicators.statement_models import Statement, StatementKind
from challenges.calendar import day_of
from challenges.errors import N_, InvalidField

VALUES = (StatementKind.KPI_VALUE, StatementKind.CORRECTION)
"""Kinds that publish a measure once they are approved."""


def check_beside_published(session: Session, one: Statement, *, at: datetime) -> None:
    """Raises InvalidField for a month that is not over, and for a value that does not fit what was
    published by then."""
    if one.content.get("month", "") > f"{day_of(at):%Y-%m}":
        raise InvalidField(N_("まだ来ていない月です。"), field="month")
    if one.kind is StatementKind.KPI_VALUE:
        if _before(session, one, at=at) and not one.content["reason"]:
            raise InvalidField(
                N_("この年度の値は、もう載っています。直す理由を書いてください。"), field="reason"
            )
    elif one.kind is StatementKind.CORRECTION:
        _check_correction(one, _before(session, one, at=at))


def measure_of(session: Session, one: Statement, *, at: datetime) -> Measure:
    """The measure that is published with its approval."""
    variant = _variant(one)
    before = _before(session, one, at=at).get(variant)
    return Measure(
        indicator=one.subject,
        version=before.version if before else 1,
        period=_period(one),
        variant=variant,
        value=float(one.content["value"]),
        source=Source.ENTERED,
        published_at=at,
        reason=one.content["reason"],
        by_id=one.written_by_id,
    )


def _check_correction(one: Statement, before: dict[Variant, Published]) -> None:
    if not any(each.value is not None for each in before.values()):
        if any(each.is_hidden for each in before.values()):
            raise InvalidField(N_("伏せている値は、訂正できません。"), field="month")
        raise InvalidField(
            N_("その月に始まる期間の、公表した値がありません。"),
            field="month",
        )
    if len(before) > 1 and not one.content.get("variant"):
        raise InvalidField(N_("どちらの値かを選んでください。"), field="variant")
    if _variant(one) not in before:
        raise InvalidField(N_("その月には、この値を載せていません。"), field="variant")


def _before(session: Session, one: Statement, *, at: datetime) -> dict[Variant, Published]:
    """What holds of the same period, with and without the work of disasters."""
    period = _period(one)
    found = published(session, until=at, indicators=[one.subject], first=period, last=period)
    return {each.variant: each for each in found}


def _period(one: Statement) -> date:
    return date.fromisoformat(f"{one.content['month']}-01")


def _variant(one: Statement) -> Variant:
    return Variant(one.content.get("variant") or Variant.ALL)
