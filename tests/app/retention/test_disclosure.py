"""All texts of a period and a unit; what is withheld says so and is not there."""

from datetime import date, timedelta

import pytest

from app.retention.disclosure import TextState, disclosed, first_written
from app.retention.kinds import WordsKind
from challenges.campaigns import nominations
from challenges.campaigns.models import Campaign
from challenges.errors import InvalidField
from challenges.people.models import Membership
from challenges.recognition import cheering, endorsing
from challenges.recognition.models import Cheer, Endorsement
from challenges.recognition.pulse_models import PulseWords
from challenges.submissions import submitting
from challenges.words.kinds import SealedBecause, TextKind
from challenges.words.models import SealedWords
from challenges.words.withheld import Withheld

FIRST, LAST = date(2026, 7, 1), date(2026, 7, 31)


def by_kind(found):
    return {one.kind: one for one in found}


def test_every_kind_is_there_with_its_writer_and_unit(session, said, cast):
    said()
    found = by_kind(disclosed(session, FIRST, LAST))
    assert found.keys() == set(WordsKind) - {WordsKind.PULSE}
    words = found[WordsKind.ENDORSEMENT]
    assert (words.writer, words.number, words.unit) == ("中村 岳", "manager", "デジタル部/改革課")
    assert (words.about, words.day) == ("浜口 汐里", date(2026, 7, 15))
    assert "〓" in words.text
    assert found[WordsKind.STEP].link == "https://pref.example/〓"


def test_who_told_the_office_of_words_is_not_named(session, said, cast):
    said()
    told = by_kind(disclosed(session, FIRST, LAST))[WordsKind.CONCERN]
    assert (told.writer, told.number, told.unit) == ("", "", "")
    assert told.about
    assert told.text
    its_unit = disclosed(session, FIRST, LAST, unit_id=cast.section.id)
    assert WordsKind.CONCERN in by_kind(its_unit)


def test_words_of_the_pulse_are_there_once_they_were_read(session, said):
    said()
    session.query(PulseWords).one().is_read = True
    session.flush()
    one = by_kind(disclosed(session, FIRST, LAST))[WordsKind.PULSE]
    assert (one.writer, one.number, one.unit) == ("", "", "")


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (date(2026, 7, 15), date(2026, 7, 15), 10),
        (date(2026, 7, 16), date(2026, 7, 31), 0),
        (date(2026, 7, 1), date(2026, 7, 14), 0),
    ],
)
def test_both_days_are_in_the_period(session, said, first, last, count):
    said()
    assert len(disclosed(session, first, last)) == count


def test_the_unit_is_the_one_of_that_day(session, said, cast, at):
    said()
    manager = session.query(Membership).filter_by(person_id=cast.manager.id).one()
    manager.valid_to = date(2026, 7, 20)
    session.flush()
    session.add(
        Membership(
            person_id=cast.manager.id,
            unit_id=cast.other_section.id,
            valid_from=date(2026, 7, 21),
        )
    )
    session.flush()
    here = disclosed(session, FIRST, LAST, unit_id=cast.section.id)
    above = disclosed(session, FIRST, LAST, unit_id=cast.section.parent_id)
    there = disclosed(session, FIRST, LAST, unit_id=cast.other_section.id)
    assert WordsKind.ENDORSEMENT in by_kind(here)
    assert [one.kind for one in above] == [one.kind for one in here]
    assert {one.writer for one in there} == {cast.dx.name}
    assert len(here) + len(there) == len(disclosed(session, FIRST, LAST))


def test_what_is_masked_or_gone_says_so_and_is_not_there(session, said, keep, night):
    said()
    session.query(Cheer).one().words = Withheld.MASKED.value
    keep(1, WordsKind.QUESTION)
    night()
    found = by_kind(disclosed(session, FIRST, LAST))
    assert (found[WordsKind.CHEER].state, found[WordsKind.CHEER].text) == (TextState.MASKED, "")
    gone = found[WordsKind.QUESTION]
    assert (gone.state, gone.text) == (TextState.EXPIRED, "")


def test_what_was_taken_back_is_named_and_never_read(session, said, cast, at):
    said()
    given = session.query(Endorsement).one()
    session.add(
        SealedWords(
            kind=TextKind.ENDORSEMENT,
            text_id=given.id,
            writer_id=given.endorser_id,
            words=given.words,
            because=SealedBecause.TAKEN_BACK,
            sealed_at=at,
            written_at=at,
        )
    )
    given.withdrawn_at = at
    session.flush()
    found = by_kind(disclosed(session, FIRST, LAST))[WordsKind.ENDORSEMENT]
    assert (found.state, found.text, found.writer) == (TextState.TAKEN_BACK, "", "中村 岳")


def test_what_was_taken_back_stands_under_its_own_day(session, said, cast, at):
    said()
    later = at + timedelta(days=40)
    cheering.take_back(session, session.query(Cheer).one(), by_id=cast.colleague.id, at=later)
    endorsing.withdraw(session, session.query(Endorsement).one(), by_id=cast.manager.id, at=later)
    nominations.withdraw(session, session.query(Campaign).one(), person_id=cast.staff.id, at=later)
    found = disclosed(session, FIRST, LAST)
    gone = {one.kind: one.day for one in found if one.state is TextState.TAKEN_BACK}
    kinds = {WordsKind.CHEER, WordsKind.ENDORSEMENT, WordsKind.NOMINATION}
    assert gone == dict.fromkeys(kinds, at.date())
    assert disclosed(session, later.date(), later.date()) == []


def test_a_draft_is_nobodys_to_read(session, cast, step_of, at):
    submitting.save_draft(
        session,
        person_id=cast.staff.id,
        step=step_of("good-failure"),
        version=1,
        reflection="まだ途中です",
        link="",
        at=at,
    )
    assert disclosed(session, FIRST, LAST) == []


def test_the_last_day_is_not_before_the_first(session):
    with pytest.raises(InvalidField):
        disclosed(session, LAST, FIRST)


def test_a_unit_that_is_none_is_refused(session):
    with pytest.raises(InvalidField):
        disclosed(session, FIRST, LAST, unit_id=999_999)


def test_the_first_day_is_that_of_the_oldest_text(session, said, at):
    assert first_written(session) is None
    said()
    assert first_written(session) == at.date()


def test_a_year_takes_as_many_statements_as_a_day(session, said, at, count_statements):
    said()
    session.flush()
    with count_statements(session.get_bind()) as of_a_day:
        disclosed(session, at.date(), at.date())
    with count_statements(session.get_bind()) as of_a_year:
        disclosed(session, FIRST, FIRST + timedelta(days=365))
    assert len(of_a_day) == len(of_a_year) <= 15
