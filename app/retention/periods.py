"""How long each kind of words is kept: 未設定 until the office enters a period.

It is so many years from 1 April after the fiscal year of writing, as rules on documents count.

Words of July 2026 with a period of one year are there until 31 March 2028.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.retention.kinds import WORDS, WordsKind
from app.studio import audit
from challenges.calendar import day_of, fiscal_year_start
from challenges.errors import N_, InvalidField, RuleBroken
from challenges.people.models import Person
from challenges.storage.orm import Base, UtcDateTime, one_of
from challenges.storage.sql import upsert

YEARS = (1, 30)
"""The shortest and the longest period."""


class PeriodChanged(RuleBroken):
    """Somebody else entered a period in the meantime."""

    sentence = N_("ほかの人が先に変えました。今の期間を確かめて、もう一度決めてください。")


class MoreWouldGo(RuleBroken):
    """More words would go than the person was shown."""

    sentence = N_("消える言葉の数が、見ていたあいだに変わりました。もう一度確かめてください。")


class RetentionPeriod(Base):
    """The period of one kind of words. No row, or no years: 未設定, so they are kept."""

    __tablename__ = "retention_period"

    kind: Mapped[WordsKind] = mapped_column(one_of(WordsKind, "kind"), primary_key=True)
    years: Mapped[int | None]
    edition: Mapped[int]
    """Raised by every change, so that nothing is overwritten in silence."""
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Period:
    """How long one kind of words is kept."""

    kind: WordsKind
    years: int | None = None
    """None: 未設定."""
    edition: int = 0
    """0: nobody ever entered one."""
    entered_by: str | None = None
    entered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """How many texts a period would empty."""

    at_once: int
    """By the next run of the job."""
    next_april: int
    """Beside those, on the next 1 April."""
    on: date
    """That 1 April."""


def periods(session: Session) -> Mapping[WordsKind, Period]:
    """The period of each kind, in the order of the kinds. One statement."""
    rows = session.execute(
        select(
            RetentionPeriod.kind,
            RetentionPeriod.years,
            RetentionPeriod.edition,
            Person.name.label("entered_by"),
            RetentionPeriod.entered_at,
        ).join(Person, Person.id == RetentionPeriod.entered_by_id)
    )
    entered = {row.kind: Period(**row._mapping) for row in rows}
    return {kind: entered.get(kind, Period(kind)) for kind in WordsKind}


def over_before(years: int, *, on: date) -> date:
    """The first day whose words are still kept on that day; the period of all before is over."""
    return date(fiscal_year_start(on).year - years, 4, 1)


def kept_until(written: date, years: int) -> date:
    """The last day on which words that were written on that day are there."""
    return date(fiscal_year_start(written).year + years + 1, 3, 31)


def outlook(session: Session, kind: WordsKind, years: int | None, *, at: datetime) -> Outlook:
    """How many texts would go with that period. Two statements, none where there is none."""
    today = day_of(at)
    april = date(fiscal_year_start(today).year + 1, 4, 1)
    if years is None:
        return Outlook(0, 0, april)
    at_once = _count(session, kind, before=over_before(years, on=today))
    by_april = _count(session, kind, before=over_before(years, on=april))
    return Outlook(at_once, by_april - at_once, april)


def change(
    session: Session,
    kind: WordsKind,
    years: int | None,
    *,
    after: int,
    agreed: int,
    named: str,
    by_id: int,
    at: datetime,
) -> bool:
    """Keep words of that kind so many years from now on. Returns whether that changed anything.
    ``after`` is the edition that was read, ``agreed`` how many texts the person said may go, and
    ``named`` what the audit log, which is Japanese, calls the kind. The caller has checked the
    role.

    Raises InvalidField, MoreWouldGo, PeriodChanged.
    """
    checked(years)
    present = periods(session)[kind]
    if present.years == years:
        return False
    going = outlook(session, kind, years, at=at).at_once
    if going > agreed:
        raise MoreWouldGo
    _store(session, kind, years, after=after, by_id=by_id, at=at)
    audit.note(
        session,
        act="period_set",
        subject="retention",
        subject_id=None,
        subject_name=named,
        before={"years": present.years},
        after={"years": years, "going": going},
        by_id=by_id,
        at=at,
    )
    return True


def checked(years: int | None) -> None:
    """Raise InvalidField unless it is a period that may be entered."""
    shortest, longest = YEARS
    if years is not None and not shortest <= years <= longest:
        raise InvalidField(
            "%(shortest)s年から%(longest)s年までで入れてください。",
            field="years",
            shortest=shortest,
            longest=longest,
        )


def _store(
    session: Session, kind: WordsKind, years: int | None, *, after: int, by_id: int, at: datetime
) -> None:
    values = {"years": years, "edition": after + 1, "entered_by_id": by_id, "entered_at": at}
    # The database decides which of two came first: by the key, or by the edition.
    if after == 0:
        new = upsert(session, RetentionPeriod).values(kind=kind, **values)
        saved = session.scalar(new.on_conflict_do_nothing().returning(RetentionPeriod.kind))
    else:
        changed = update(RetentionPeriod).where(
            RetentionPeriod.kind == kind, RetentionPeriod.edition == after
        )
        saved = session.scalar(changed.values(values).returning(RetentionPeriod.kind))
    if saved is None:
        raise PeriodChanged


def _count(session: Session, kind: WordsKind, *, before: date) -> int:
    words = WORDS[kind]
    found = select(func.count()).select_from(words.table).where(words.older_than(before))
    return session.scalars(found).one()
