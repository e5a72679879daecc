"""Tables that indicators fold from: what each person did on each day, and the people of each unit
by month. True numbers, never shown as they are: what is published is decided in closing.py.

Who belonged where is not kept by day. The memberships say it, as of that day (denominators.py), so
a transfer that is entered late needs no new fold.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from challenges.storage.orm import Base, UtcDateTime

_PASSED, _FAILED = text("quiz_passes > 0"), text("failures > 0")


class PersonDay(Base):
    """What one person did on one day: the standing completions that happened on it."""

    __tablename__ = "person_day"
    __table_args__ = (
        # Few days have either, and both are asked for without the rest.
        Index(
            "ix_person_day_quiz_passes",
            "person_id",
            "day",
            sqlite_where=_PASSED,
            postgresql_where=_PASSED,
        ),
        Index(
            "ix_person_day_failures",
            "day",
            "failures",
            sqlite_where=_FAILED,
            postgresql_where=_FAILED,
        ),
        # Millions of rows that are found by their key alone need no second tree on SQLite.
        {"sqlite_with_rowid": False},
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """The first day of the month of ``day``. In the key, so that the days of a month lie together
    and are summed up without being sorted."""
    day: Mapped[date] = mapped_column(primary_key=True)
    """A day of the Tokyo calendar."""
    tries: Mapped[int]
    habits: Mapped[int]
    spreads: Mapped[int]
    by_calendar: Mapped[int]
    """Of all these, how many the calendar accepted (うち自動)."""
    failures: Mapped[int]
    """Steps of the challenge in which people tell of a failure."""
    quiz_passes: Mapped[int]
    first_word_on: Mapped[date | None]
    """The first day on which one of these steps was endorsed or cheered. None: none is."""
    tries_before_habit: Mapped[int]
    """Of the tries, those of a challenge that has a habit step."""
    became_habit: Mapped[int]
    """Of these, those followed by the habit step of the same challenge in time."""
    became_habit_by_calendar: Mapped[int]
    habits_before_spread: Mapped[int]
    """Of the habits, those of a challenge that has a spread step."""
    was_spread: Mapped[int]
    """Of these, those followed by the spread step of the same challenge in time."""
    was_spread_by_calendar: Mapped[int]


# Written out, because SQLite uses a partial index only for a condition it can read.
HAS_PASSED = PersonDay.quiz_passes > literal_column("0")
HAS_FAILURES = PersonDay.failures > literal_column("0")


class FirstWord(Base):
    """A standing completion that was endorsed or cheered, with the day on which that first was."""

    __tablename__ = "first_word"
    __table_args__ = (
        # With all that is asked of the completions of a month.
        Index("ix_first_word_submitted_on", "submitted_on", "worded_on", "person_id"),
        Index("ix_first_word_person_id", "person_id"),
    )

    completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    submitted_on: Mapped[date]
    worded_on: Mapped[date]


class ChangedDay(Base):
    """A day of a person that has to be folded again, because something of it changed since."""

    __tablename__ = "changed_day"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class FoldProgress(Base):
    """How far the fold of everybody has come that a database of before these tables needs.

    One row, made by the migration.
    """

    __tablename__ = "fold_progress"

    id: Mapped[int] = mapped_column(primary_key=True)
    folded_until: Mapped[int | None]
    """The id of the last person folded. None: it is done, and only changed days are folded."""


class UnitMonth(Base):
    """The people of one unit in one month, without those of the units below it."""

    __tablename__ = "unit_month"

    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    people: Mapped[int]
    """Those who count, see denominators.py. Every other number is about them alone."""
    managers: Mapped[int]
    tried: Mapped[int]
    """People with a completion in the month."""
    tried_by_calendar: Mapped[int]
    """Completions of the month that the calendar accepted."""
    managers_tried: Mapped[int]
    managers_tried_by_calendar: Mapped[int]
    unnoticed: Mapped[int]
    """Of ``tried``, people of whom no step of the month was endorsed or cheered before the month
    was settled."""
    learned: Mapped[int]
    """People who had passed a quiz by the end of the month."""
    began: Mapped[int]
    """People with a try in the month that a habit step follows."""
    became_habit: Mapped[int]
    became_habit_by_calendar: Mapped[int]
    used: Mapped[int]
    """People with a habit in the month that a spread step follows."""
    was_spread: Mapped[int]
    was_spread_by_calendar: Mapped[int]


class MonthCount(Base):
    """How far the counting of one month for ``UnitMonth`` has come."""

    __tablename__ = "month_count"

    month: Mapped[date] = mapped_column(primary_key=True)
    counted_until: Mapped[int | None]
    """The id of the last person counted. None: it is done."""
    counted_on: Mapped[date | None]
    """The day on which it was last done."""
    is_stale: Mapped[bool] = mapped_column(default=False)
    """Something of it changed since it was counted."""
    settled_on: Mapped[date | None]
    """The day on which all of it was decided, see periods.py. Known once its counting begins."""


class Closing(Base):
    """An indicator was published for a period. The key sees to it that this happens once."""

    __tablename__ = "closing"

    indicator: Mapped[str] = mapped_column(String(60), primary_key=True)
    period: Mapped[date] = mapped_column(primary_key=True)
    """The first day of the month or quarter."""
    closed_at: Mapped[datetime] = mapped_column(UtcDateTime)
