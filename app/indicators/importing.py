"""Files of measures: taken in as a whole or not at all, shown at one time, and taken back.

An import is written in chunks that nobody sees; its last chunk shows all of it by one update. The
job that does so, and ``begin``, stand in app/jobs/importing.py, because indicators know no jobs.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.indicators.import_plan import Change, ImportProblem, Plan, PlannedRow, compared
from app.indicators.import_reading import read
from app.indicators.models import ImportState, Measure, MeasureImport, Source, Variant
from challenges.errors import N_, AlreadyDecided, InvalidField, RuleBroken
from challenges.text import as_written, has_length, in_one_line

LONGEST_NAME = 200
LENGTH_OF_REASON = (5, 400)
REPLACED = re.compile(r"取込み(?P<number>\d+)による差し替え")
"""The reason of a measure that replaces another because a later file says something else."""
_REMEMBERED = 50
"""How many earlier imports are looked through for the same headings."""


class ImportWrong(RuleBroken):
    """The file is not taken in. ``problems`` has everything that is wrong with it."""

    sentence = N_("このファイルには直すところがあります。何も取り込んでいません。")

    def __init__(self, problems: Sequence[ImportProblem]) -> None:
        self.problems = list(problems)
        super().__init__()


class SameAsBefore(RuleBroken):
    """All of the file is published already."""

    sentence = N_("前と同じ内容です。何も変えていません。")


def plan(
    session: Session,
    data: bytes,
    *,
    file_name: str,
    mapping: Mapping[str, str] | None = None,
    at: datetime,
) -> Plan:
    """What the file would do. Without a ``mapping``, the one last used for the same headings."""
    newest = select(MeasureImport.mapping).order_by(MeasureImport.id.desc()).limit(_REMEMBERED)
    remembered = session.scalars(newest).all() if mapping is None else ()
    found = read(
        data, file_name=clean_name(file_name), mapping=mapping, remembered=remembered, at=at
    )
    return compared(session, found, at=at)


def record(
    session: Session,
    planned: Plan,
    *,
    digest: str,
    by_id: int | None,
    token_id: int | None,
    at: datetime,
) -> MeasureImport:
    """Keep what is to be written. Raises ImportWrong and SameAsBefore, and writes nothing then."""
    if planned.problems:
        raise ImportWrong(planned.problems)
    if planned.changes_nothing:
        raise SameAsBefore
    one = MeasureImport(
        file_name=planned.file_name,
        digest=digest,
        mapping=planned.mapping,
        rows=[_as_data(row) for row in planned.rows],
        lines=len(planned.rows),
        state=ImportState.RUNNING,
        begun_at=at,
        begun_by_id=by_id,
        token_id=token_id,
    )
    session.add(one)
    session.flush()
    return one


def digest_of(data: bytes) -> str:
    """What two files with the same bytes have in common."""
    return hashlib.sha256(data).hexdigest()


def clean_name(file_name: str) -> str:
    """The name of a file as it is kept."""
    return in_one_line(as_written(file_name))[:LONGEST_NAME] or "—"


def _as_data(row: PlannedRow) -> list[Any]:
    return [
        row.indicator,
        row.version,
        row.period.isoformat(),
        row.variant.value,
        row.value,
        row.denominator,
        row.change is Change.CHANGED,
    ]


def write_some(
    session: Session, import_id: int, *, after: int, limit: int, at: datetime
) -> int | None:
    """Write the next rows, or show the import if there are none. The place it came to.

    None: it is done, or was cancelled meanwhile. The row of the import is locked until the end of
    the transaction, so that a cancellation finds every measure that was written.
    """
    one = session.get(MeasureImport, import_id, with_for_update=True, populate_existing=True)
    if one is None or one.state is not ImportState.RUNNING:
        return None
    rows = (one.rows or [])[after : after + limit]
    if rows:
        session.execute(insert(Measure), [_measure(one, row) for row in rows])
        return after + len(rows)
    one.state, one.shown_at, one.rows = ImportState.SHOWN, at, None
    session.flush()
    return None


def _measure(one: MeasureImport, row: Sequence[Any]) -> dict[str, Any]:
    indicator, version, period, variant, value, denominator, is_changed = row
    return {
        "indicator": indicator,
        "version": version,
        "unit_id": None,
        "period": date.fromisoformat(period),
        "variant": Variant(variant),
        "value": value,
        "denominator": denominator,
        "source": Source.IMPORTED,
        "import_id": one.id,
        "published_at": one.begun_at,
        "reason": _replaced(one) if is_changed else "",
        "by_id": one.begun_by_id,
    }


def _replaced(one: MeasureImport) -> str:
    return f"取込み{one.id}による差し替え"


def cancel(session: Session, import_id: int) -> bool:
    """Drop an import that was not shown yet, with its measures. False if it was, or is gone."""
    running = update(MeasureImport).where(
        MeasureImport.id == import_id, MeasureImport.state == ImportState.RUNNING
    )
    cancelled = running.values(state=ImportState.CANCELLED, rows=None).returning(MeasureImport.id)
    if session.execute(cancelled).first() is None:
        return False
    session.execute(delete(Measure).where(Measure.import_id == import_id))
    session.expire_all()
    return True


def undo(session: Session, import_id: int, *, reason: str, by_id: int | None, at: datetime) -> None:
    """Let the measures of an import hold no longer. Pages of the days before still show them.

    Raises InvalidField for a reason that is too short, AlreadyDecided if it is not shown.
    """
    reason = as_written(reason)
    if not has_length(reason, LENGTH_OF_REASON):
        raise InvalidField(
            N_("取り消す理由を%(least)s文字から%(most)s文字で書いてください。"),
            field="reason",
            least=LENGTH_OF_REASON[0],
            most=LENGTH_OF_REASON[1],
        )
    shown = update(MeasureImport).where(
        MeasureImport.id == import_id, MeasureImport.state == ImportState.SHOWN
    )
    values = {"state": ImportState.UNDONE, "undone_at": at, "undone_by_id": by_id}
    undone = shown.values({**values, "undone_reason": reason}).returning(MeasureImport.id)
    if session.execute(undone).first() is None:
        raise AlreadyDecided
    session.expire_all()
