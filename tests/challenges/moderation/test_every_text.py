"""Every column in which people write for others can be reported and masked. A new one fails here
until it stands in ``PLACES``, or below with the reason why it need not."""

import pytest
from sqlalchemy import String, Text

from app.migrations.tables import metadata
from challenges.moderation.texts import PLACES, find_text
from challenges.words.kinds import TextKind
from tests.texts import WORDS

OFFICE = "words of the DX office, by duty; an act of office stands in the audit log"
NO_PERSON = "holds nothing that a person wrote"
LONG = 300
"""A column for fewer characters holds a name, a key or an address."""

NOT_REPORTED = {
    "practice.reflection": "shown to nobody but its writer",
    "sealed_words.words": "sealed: opened by the office alone, with a reason",
    "sealed_words.link": "as above",
    "passed_on.words": "a copy that its keeper alone reads",
    "words_report.note": "from the reporter to the office, which masks nothing that only it reads",
    "words_report.answer": OFFICE,
    "mask.reason": OFFICE,
    "pulse_words.words": "nobody knows who wrote them, and the office reads them before others do",
    "completion.void_reason": OFFICE,
    "completion_void.reason": OFFICE,
    "award.void_reason": OFFICE,
    "audit_entry.reason": OFFICE,
    "campaign.submitted_reason": OFFICE,
    "campaign_version.reason": OFFICE,
    "campaign_log_entry.reason": OFFICE,
    "measure.reason": OFFICE,
    "measure_import.undone_reason": OFFICE,
    "statement.handed_back": OFFICE,
    "campaign_report.do_differently": OFFICE,
    "campaign_report.learned": OFFICE,
    "disaster_pause.reason": OFFICE,
    **dict.fromkeys(
        (
            "delivery.last_error",
            "job.last_error",
            "letter.last_error",
            "person.given_kana_key",
            "person.given_key",
            "person.kana_key",
            "person.name_key",
            "slack_post.last_error",
            "stored_chart.narrow",
            "stored_chart.wide",
            "unit.name_key",
            "unit.path",
        ),
        NO_PERSON,
    ),
}


def columns_for_words():
    """Each column of a table that is wide enough for sentences."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            kind = getattr(column.type, "impl_instance", column.type)
            if isinstance(kind, Text) or (isinstance(kind, String) and (kind.length or 0) > LONG):
                yield f"{table.name}.{column.name}"


def registered():
    """The columns of ``PLACES``."""
    for place in PLACES.values():
        for column in filter(None, (place.words, place.link)):
            yield f"{place.table.__tablename__}.{column.key}"


def test_every_column_for_words_is_reported_or_says_why_not():
    assert set(columns_for_words()) == {*registered(), *NOT_REPORTED}


@pytest.mark.parametrize("kind", TextKind)
def test_a_text_is_found_with_its_writer(texts, session, kind):
    found = find_text(session, texts.refs[kind])
    assert found.words == WORDS[kind]
    assert found.writer_id == texts.writers[kind].id
    assert found.is_readable
