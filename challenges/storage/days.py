"""Days of the Tokyo calendar inside a statement, on both databases."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement


class TokyoDay(FunctionElement[date]):
    """The Tokyo day of a time, see ``tokyo_day``."""

    name = "tokyo_day"
    type = Date()
    inherit_cache = True


class DayAfter(FunctionElement[date]):
    """The day after another, see ``day_after``."""

    name = "day_after"
    type = Date()
    inherit_cache = True


class DayBefore(FunctionElement[date]):
    """The day before another, see ``day_before``."""

    name = "day_before"
    type = Date()
    inherit_cache = True


class TokyoDayNumber(FunctionElement[int]):
    """The Tokyo day of a time as a number, see ``tokyo_day_number``."""

    name = "tokyo_day_number"
    type = Integer()
    inherit_cache = True


class MonthOf(FunctionElement[date]):
    """The first day of the month of a day, see ``month_of``."""

    name = "month_of"
    type = Date()
    inherit_cache = True


class MonthEnd(FunctionElement[date]):
    """The last day of the month of a day, see ``month_end``."""

    name = "month_end"
    type = Date()
    inherit_cache = True


def tokyo_day(time: ColumnElement[datetime] | InstrumentedAttribute[Any]) -> ColumnElement[date]:
    """SQL: the day of the Tokyo calendar that a stored time falls on."""
    return TokyoDay(time)


def day_after(day: ColumnElement[date] | InstrumentedAttribute[Any]) -> ColumnElement[date]:
    """SQL: the day after that day."""
    return DayAfter(day)


def day_before(day: ColumnElement[date] | InstrumentedAttribute[Any]) -> ColumnElement[date]:
    """SQL: the day before that day."""
    return DayBefore(day)


def tokyo_day_number(
    time: ColumnElement[datetime] | InstrumentedAttribute[Any],
) -> ColumnElement[int]:
    """SQL: the number of the day that ``tokyo_day`` gives. The next day has the next number."""
    return TokyoDayNumber(time)


def month_of(day: ColumnElement[date] | InstrumentedAttribute[Any]) -> ColumnElement[date]:
    """SQL: the first day of the month that a day is in."""
    return MonthOf(day)


def month_end(day: ColumnElement[date] | InstrumentedAttribute[Any]) -> ColumnElement[date]:
    """SQL: the last day of the month that a day is in."""
    return MonthEnd(day)


# Tokyo has been nine hours ahead all the year round since 1952, which SQLite has to be told.
@compiles(TokyoDay, "sqlite")
def _tokyo_day_on_sqlite(element: TokyoDay, compiler: SQLCompiler, **more: Any) -> str:
    return f"date({compiler.process(element.clauses, **more)}, '+9 hours')"


@compiles(TokyoDay, "postgresql")
def _tokyo_day_on_postgresql(element: TokyoDay, compiler: SQLCompiler, **more: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **more)} AT TIME ZONE 'Asia/Tokyo' AS DATE)"


@compiles(DayAfter, "sqlite")
def _day_after_on_sqlite(element: DayAfter, compiler: SQLCompiler, **more: Any) -> str:
    return f"date({compiler.process(element.clauses, **more)}, '+1 day')"


@compiles(DayAfter, "postgresql")
def _day_after_on_postgresql(element: DayAfter, compiler: SQLCompiler, **more: Any) -> str:
    return f"({compiler.process(element.clauses, **more)} + 1)"


@compiles(DayBefore, "sqlite")
def _day_before_on_sqlite(element: DayBefore, compiler: SQLCompiler, **more: Any) -> str:
    return f"date({compiler.process(element.clauses, **more)}, '-1 day')"


@compiles(DayBefore, "postgresql")
def _day_before_on_postgresql(element: DayBefore, compiler: SQLCompiler, **more: Any) -> str:
    return f"({compiler.process(element.clauses, **more)} - 1)"


# A Julian day begins at noon, and in Tokyo nine hours earlier: 21 hours are 0.875 days.
@compiles(TokyoDayNumber, "sqlite")
def _tokyo_day_number_on_sqlite(element: TokyoDayNumber, compiler: SQLCompiler, **more: Any) -> str:
    return f"CAST(julianday({compiler.process(element.clauses, **more)}) + 0.875 AS INTEGER)"


@compiles(TokyoDayNumber, "postgresql")
def _tokyo_day_number_on_postgresql(
    element: TokyoDayNumber, compiler: SQLCompiler, **more: Any
) -> str:
    time = compiler.process(element.clauses, **more)
    return f"(CAST({time} AT TIME ZONE 'Asia/Tokyo' AS DATE) - DATE '2000-01-01')"


@compiles(MonthOf, "sqlite")
def _month_of_on_sqlite(element: MonthOf, compiler: SQLCompiler, **more: Any) -> str:
    return f"(substr({compiler.process(element.clauses, **more)}, 1, 8) || '01')"


@compiles(MonthOf, "postgresql")
def _month_of_on_postgresql(element: MonthOf, compiler: SQLCompiler, **more: Any) -> str:
    day = compiler.process(element.clauses, **more)
    return f"CAST(date_trunc('month', CAST({day} AS TIMESTAMP)) AS DATE)"


@compiles(MonthEnd, "sqlite")
def _month_end_on_sqlite(element: MonthEnd, compiler: SQLCompiler, **more: Any) -> str:
    day = compiler.process(element.clauses, **more)
    return f"date({day}, 'start of month', '+1 month', '-1 day')"


@compiles(MonthEnd, "postgresql")
def _month_end_on_postgresql(element: MonthEnd, compiler: SQLCompiler, **more: Any) -> str:
    day = compiler.process(element.clauses, **more)
    start = f"date_trunc('month', CAST({day} AS TIMESTAMP))"
    return f"CAST({start} + INTERVAL '1 month' - INTERVAL '1 day' AS DATE)"
