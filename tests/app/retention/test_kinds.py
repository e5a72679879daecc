"""No column for text is forgotten: a period empties it, or it says why none does."""

from sqlalchemy import JSON, Text

from app.migrations.tables import metadata
from app.retention.kinds import OTHER_TEXTS, WORDS, WordsKind


def test_every_column_for_text_has_a_period_or_a_reason():
    texts = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Text | JSON)
    }
    emptied = {
        f"{words.table.__tablename__}.{column.key}"
        for words in WORDS.values()
        for column in words.columns
    }
    explained = {name for name in texts if {name, name.partition(".")[0]} & OTHER_TEXTS.keys()}
    assert emptied | explained == texts
    assert not emptied & explained


def test_every_kind_stands_somewhere():
    assert WORDS.keys() == set(WordsKind)
