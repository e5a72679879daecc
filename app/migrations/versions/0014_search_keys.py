"""Find people by their names however the kanji are written, and appointments by their first day.
A deputyship keeps the last day that was named.
"""

import unicodedata

import sqlalchemy as sa
from alembic import op
from jntajis import MJShrinkSchemeCombo, mj_shrink_candidates

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


ALSO_ONE = str.maketrans("亙凛巖晄桧穣遥斉麺", "亘凜巌晃檜穰遙斎麵")


def upgrade() -> None:
    op.add_column("person", sa.Column("search_key", sa.Text(), server_default="", nullable=False))
    _fill(op.get_bind())
    op.create_index("ix_person_search_key", "person", ["search_key"])
    op.create_index("ix_membership_valid_from", "membership", ["valid_from"])
    op.add_column("membership", sa.Column("named_to", sa.Date(), nullable=True))
    op.execute("UPDATE membership SET named_to = valid_to WHERE kind = 'DEPUTY'")


def _fill(connection: sa.Connection) -> None:
    person = sa.table(
        "person", sa.column("id"), sa.column("name"), sa.column("kana"), sa.column("search_key")
    )
    rows = [
        {"row_id": row.id, "search_key": f"{_key(row.name)}\n{_key(row.kana)}"}
        for row in connection.execute(sa.select(person.c.id, person.c.name, person.c.kana))
    ]
    if rows:
        connection.execute(sa.update(person).where(person.c.id == sa.bindparam("row_id")), rows)


def _key(words: str) -> str:
    """A name as this release compares it."""
    plain = unicodedata.normalize("NFKC", words).casefold()
    seen = (char for char in plain if not char.isspace() and not _is_selector(char))
    return "".join(map(_form, seen)).translate(ALSO_ONE)[:200]


def _is_selector(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def _form(letter: str) -> str:
    if "ァ" <= letter <= "ヶ":
        return chr(ord(letter) - 0x60)
    forms, to_do = {letter}, [letter]
    while to_do:
        new = _simpler(to_do.pop()) - forms
        forms |= new
        to_do += new
    return min([form for form in forms if not _simpler(form)] or forms)


def _simpler(letter: str) -> set[str]:
    scheme = MJShrinkSchemeCombo.MOJ_FAMILY_REGISTER_ACT_RELATED_NOTICE
    found = mj_shrink_candidates(letter, scheme)
    return {unicodedata.normalize("NFKC", form) for form in found if len(form) == 1} - {letter}


def downgrade() -> None:
    op.drop_column("membership", "named_to")
    op.drop_index("ix_membership_valid_from", "membership")
    op.drop_index("ix_person_search_key", "person")
    op.drop_column("person", "search_key")
