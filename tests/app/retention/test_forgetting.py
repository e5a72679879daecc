"""Words go when their period is over; the rows, and all that counts them, stay as they were."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import JSON, Text, select

from app.migrations.tables import metadata
from app.retention.kinds import WORDS, WordsKind
from app.retention.periods import kept_until, over_before
from challenges.calendar import TOKYO
from challenges.recognition.pulse_models import PulseWords
from challenges.submissions.models import Completion, CompletionVoid, Submission
from challenges.words.withheld import Withheld
from tests.app.retention.conftest import LATER

EVE = LATER - timedelta(days=1)


def words_in(session):
    """Every text of the database that holds one of the words, by its column."""
    found = {}
    for table in metadata.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, Text | JSON)]
        columns += [column for column in table.columns if column.name == "link"]
        for row in session.execute(select(*columns)).mappings() if columns else ():
            for name, value in row.items():
                if "〓" in str(value):
                    found[f"{table.name}.{name}"] = str(value)
    return found


def test_all_words_stay_while_nobody_has_entered_a_period(session, said, night):
    said()
    before = words_in(session)
    assert len(before) == 13
    assert night() == 0
    assert words_in(session) == before


def test_words_of_every_kind_go_on_the_first_of_april(session, said, keep, night):
    said()
    keep(1)
    before = words_in(session)
    assert night(EVE) == 0
    assert words_in(session) == before
    assert night() == len(WordsKind)
    assert words_in(session) == {}
    assert night() == 0


@pytest.mark.parametrize("kind", [kind for kind in WordsKind if kind is not WordsKind.PULSE])
def test_a_standing_sentence_takes_the_place_of_each(session, said, keep, night, kind):
    said()
    keep(1, kind)
    assert night() == 1
    left = session.scalars(
        select(WORDS[kind].columns[0]).where(WORDS[kind].columns[0] == Withheld.EXPIRED)
    )
    assert len(left.all()) == 1
    assert len(words_in(session)) >= 9


def test_where_nothing_was_written_nothing_is_said(session, said, keep, night, climb, cast, at):
    said()
    silent = climb(cast.deputy, "first-hello", at=at)
    keep(1)
    night()
    assert silent.submission.reflection == ""
    report = session.execute(select(WORDS[WordsKind.REPORT].columns[1])).scalar_one()
    assert report == ""


def test_what_waits_for_a_manager_keeps_its_words(session, said, keep, night, cast, at):
    said()
    waiting = session.scalars(select(Submission).filter_by(person_id=cast.colleague.id)).one()
    waiting.state, waiting.waiting_since, waiting.reflection = "WAITING", LATER, "〓 まだです"
    session.flush()
    keep(1, WordsKind.STEP)
    assert night() == 1
    assert waiting.reflection == "〓 まだです"


def test_a_reason_goes_with_the_completion_that_repeats_it(session, said, keep, night):
    said()
    keep(1, WordsKind.VOIDING)
    night()
    void = session.scalars(select(CompletionVoid)).one()
    undone = session.get_one(Completion, void.completion_id)
    assert void.reason == undone.void_reason == Withheld.EXPIRED
    assert undone.voided_at is not None


def test_words_of_the_pulse_go_without_a_row(session, said, keep, night):
    said()
    keep(1, WordsKind.PULSE)
    assert night() == 1
    assert session.scalars(select(PulseWords)).all() == []


@pytest.mark.parametrize(
    ("written", "years", "last"),
    [
        (date(2026, 7, 15), 1, date(2028, 3, 31)),
        (date(2026, 4, 1), 1, date(2028, 3, 31)),
        (date(2027, 3, 31), 1, date(2028, 3, 31)),
        (date(2027, 4, 1), 1, date(2029, 3, 31)),
        (date(2026, 7, 15), 5, date(2032, 3, 31)),
    ],
)
def test_years_count_from_april_after_the_fiscal_year(written, years, last):
    assert kept_until(written, years) == last
    assert written >= over_before(years, on=last)
    assert written < over_before(years, on=last + timedelta(days=1))


def test_the_last_minute_of_a_fiscal_year_is_one_of_tokyo(session, said, keep, night):
    said(datetime(2027, 3, 31, 23, 59, tzinfo=TOKYO))
    keep(1, WordsKind.CHEER)
    assert night() == 1


def test_the_first_minute_of_the_next_is_kept_a_year_longer(session, said, keep, night):
    said(datetime(2027, 4, 1, 0, 0, tzinfo=TOKYO))
    keep(1, WordsKind.CHEER)
    assert night() == 0
