"""The pulse: answered once, counted and never kept."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import DateTime, inspect, select, text

from challenges.calendar import TOKYO, day_of
from challenges.errors import InvalidField, RuleBroken
from challenges.people.models import Membership, Person
from challenges.recognition import pulse
from challenges.recognition.pulse import Answer, HasAnswered, NotAsked
from challenges.recognition.pulse_models import PulseCount, PulseTicket, PulseWords

SECRET = "for tests only"
QUARTER = date(2026, 7, 1)
LATER = datetime(2026, 10, 5, 10, tzinfo=TOKYO)


@pytest.fixture
def crowd(session, cast, at):
    """Ten more people in the section, so that it is counted."""
    people = [Person(employee_number=f"c{n}", name=f"職員 {n}", kana="") for n in range(10)]
    session.add_all(people)
    session.flush()
    session.add_all(
        Membership(person_id=one.id, unit_id=cast.section.id, valid_from=date(2024, 4, 1))
        for one in people
    )
    session.flush()
    return people


@pytest.fixture
def say(session, at):
    def answer(person, value=4, words="", at=at):
        pulse.answer(session, person.id, Answer(value, words), secret=SECRET, at=at)

    return answer


def counted(session):
    rows = session.execute(select(PulseCount.unit_id, PulseCount.value, PulseCount.answers))
    return {(row.unit_id, row.value): row.answers for row in rows if row.answers}


def test_an_answer_is_one_more_in_a_counter(session, cast, crowd, say):
    say(cast.staff, 4)
    say(cast.colleague, 4)
    say(cast.manager, 1)
    assert counted(session) == {(cast.section.id, 4): 2, (cast.section.id, 1): 1}
    assert pulse.counts(session, QUARTER) == {1: 1, 2: 0, 3: 0, 4: 2, 5: 0}


def test_a_small_unit_counts_where_there_are_ten(session, cast, crowd, say):
    say(cast.outsider, 2)
    assert counted(session) == {(cast.section.id, 2): 1}


def test_nobody_answers_twice(session, cast, crowd, say):
    say(cast.staff, 4)
    with pytest.raises(HasAnswered):
        say(cast.staff, 1)
    assert counted(session) == {(cast.section.id, 4): 1}
    assert not pulse.is_open_to(session, cast.staff.id, secret=SECRET, on=QUARTER)
    assert pulse.is_open_to(session, cast.colleague.id, secret=SECRET, on=QUARTER)


def test_of_many_answers_at_once_one_counts(session, cast, crowd, race, database, at):
    session.commit()
    given = Answer(5, "安心しています")
    outcomes = race(
        lambda own: pulse.answer(own, cast.staff.id, given, secret=SECRET, at=at), times=16
    )
    assert sum(one is None for one in outcomes) == 1
    assert sum(isinstance(one, HasAnswered) for one in outcomes) == 15
    with database.reading() as reader:
        assert counted(reader) == {(cast.section.id, 5): 1}
        assert len(reader.scalars(select(PulseWords.key)).all()) == 1


def test_many_people_at_once_are_all_counted(session, cast, crowd, race, database, at):
    ids = iter([one.id for one in crowd] * 2)
    session.commit()
    turns = [
        (lambda own, who=who: pulse.answer(own, who, Answer(3, "ふつう"), secret=SECRET, at=at))
        for who in [next(ids) for _ in range(10)]
    ]
    assert race(*turns, times=1) == [None] * 10
    with database.reading() as reader:
        assert counted(reader) == {(cast.section.id, 3): 10}
        assert len(reader.scalars(select(PulseWords.key)).all()) == 10


def test_in_a_new_quarter_everybody_is_asked_again(session, cast, crowd, say):
    say(cast.staff)
    say(cast.staff, at=LATER)
    tickets = session.scalars(select(PulseTicket.quarter)).all()
    assert tickets == [date(2026, 10, 1)]


def test_no_table_has_a_time_a_number_or_a_person(session):
    for table in ("pulse_count", "pulse_ticket", "pulse_words"):
        columns = inspect(session.get_bind()).get_columns(table)
        assert not any(isinstance(one["type"], DateTime) for one in columns)
        assert not {"id", "person_id", "updated_at"} & {one["name"] for one in columns}


def test_rows_lie_in_no_order_of_arrival(session, crowd, say):
    """What the database returns without being asked for an order says nothing about it."""
    for n, person in enumerate(crowd):
        say(person, 3, f"{n}番")
    if session.get_bind().dialect.name == "sqlite":
        with pytest.raises(Exception, match="rowid"):
            session.execute(text("SELECT rowid FROM pulse_ticket"))
        session.rollback()
        return
    laid = session.execute(text("SELECT key FROM pulse_words")).scalars().all()
    assert list(laid) == sorted(laid)
    for table in ("pulse_count", "pulse_words"):
        written = text(f"SELECT DISTINCT xmin::text FROM {table}")  # noqa: S608  # our own names
        assert len(session.execute(written).all()) == 1


def test_the_database_alone_does_not_say_who_answered(session, cast, crowd, say):
    say(cast.staff)
    ticket = session.scalars(select(PulseTicket.ticket)).one()
    assert ticket == pulse.ticket_of(cast.staff.id, QUARTER, secret=SECRET)
    assert ticket != pulse.ticket_of(cast.staff.id, QUARTER, secret="another")


@pytest.mark.parametrize("value", [0, 6, -1])
def test_a_value_beyond_the_five_changes_nothing(session, cast, crowd, say, value):
    with pytest.raises(InvalidField):
        say(cast.staff, value)
    assert counted(session) == {}


def test_words_have_an_end(cast, crowd, say):
    say(cast.staff, 3, "あ" * 200)
    with pytest.raises(InvalidField):
        say(cast.colleague, 3, "あ" * 201)


def test_words_that_nobody_sees_are_none(session, cast, crowd, say, at):
    say(cast.staff, 3, "\u200b\u3164\u2800\u202e" * 9)
    assert list(counted(session).values()) == [1]
    after = day_of(at) + timedelta(days=120)
    assert pulse.unread_words(session, on=after, limit=9) == []


def test_words_are_read_for_names_once_the_quarter_is_over(session, cast, crowd, say, at):
    say(cast.staff, 5, "やってみてよかった")
    say(cast.colleague, 1, "中村さんに笑われた")
    today, after = day_of(at), day_of(LATER)
    assert pulse.unread_words(session, on=today, limit=9) == []
    unread = pulse.unread_words(session, on=after, limit=9)
    assert {one.words for one in unread} == {"やってみてよかった", "中村さんに笑われた"}
    assert pulse.shown_words(session, on=after, limit=9) == []
    for one in unread:
        fine = "中村" not in one.words
        assert pulse.decide_on_words(session, one.key, has_no_name=fine, on=after)
        assert not pulse.decide_on_words(session, one.key, has_no_name=fine, on=after)
    assert [one.words for one in pulse.shown_words(session, on=after, limit=9)] == [
        "やってみてよかった"
    ]
    assert len(session.scalars(select(PulseWords)).all()) == 1


def test_words_that_are_shown_can_still_be_deleted(session, cast, crowd, say):
    say(cast.staff, 5, "やってみてよかった")
    after = date(2026, 10, 1)
    [one] = pulse.unread_words(session, on=after, limit=9)
    assert pulse.decide_on_words(session, one.key, has_no_name=True, on=after)
    assert pulse.decide_on_words(session, one.key, has_no_name=False, on=after)
    assert not pulse.decide_on_words(session, one.key, has_no_name=False, on=after)
    assert pulse.shown_words(session, on=after, limit=9) == []


def test_a_skipped_quarter_asks_nobody_and_keeps_nothing(session, cast, crowd, say, at):
    say(cast.staff, 5, "ひとこと")
    pulse.skip(session, QUARTER, by_id=cast.dx.id, at=at)
    with pytest.raises(NotAsked):
        say(cast.colleague)
    for table in (PulseCount, PulseTicket, PulseWords):
        assert session.scalars(select(table)).all() == []
    assert pulse.counts(session, QUARTER) == {}
    pulse.ask_after_all(session, QUARTER, at=at)
    say(cast.staff)
    assert counted(session)


def test_only_this_quarter_and_the_next_can_be_skipped(session, cast, at):
    pulse.skip(session, date(2026, 10, 1), by_id=cast.dx.id, at=at)
    for wrong in (date(2026, 4, 1), date(2027, 1, 1), QUARTER + timedelta(days=1)):
        with pytest.raises(RuleBroken):
            pulse.skip(session, wrong, by_id=cast.dx.id, at=at)


def test_fewer_than_ten_people_are_not_asked(cast, say):
    with pytest.raises(NotAsked):
        say(cast.staff)


def test_quarters_follow_one_another():
    assert pulse.quarter_of(date(2026, 12, 31)) == date(2026, 10, 1)
    first = date(2026, 1, 1)
    for month in (4, 7, 10, 1):
        first = pulse.quarter_after(first)
        assert first.month == month
    assert first.year == 2027
