"""The steps of everybody until now, from the stored totals."""

from datetime import date

from app.indicators.live import StepsUntilNow, steps_until_now
from challenges.submissions.models import StepTotal


def test_this_month_and_this_fiscal_year_are_counted(session, step_of) -> None:
    months = {date(2026, 3, 1): 1000, date(2026, 4, 1): 200, date(2026, 7, 1): 30}
    for month, completions in months.items():
        for slug in ("first-hello", "give-back-15"):
            step_id = step_of(slug).id
            session.add(StepTotal(step_id=step_id, month=month, completions=completions))
    session.flush()

    assert steps_until_now(session, on=date(2026, 7, 15)) == StepsUntilNow(60, 460)
    assert steps_until_now(session, on=date(2026, 3, 31)) == StepsUntilNow(2000, 2000)


def test_fewer_than_ten_are_not_told(session, step_of) -> None:
    step_id = step_of("first-hello").id
    session.add(StepTotal(step_id=step_id, month=date(2026, 7, 1), completions=9))
    session.flush()
    assert steps_until_now(session, on=date(2026, 7, 15)) == StepsUntilNow(None, None)


def test_one_statement_is_asked(session, database, count_statements) -> None:
    with count_statements(database.engine) as statements:
        steps_until_now(session, on=date(2026, 7, 15))
    assert len(statements) == 1
