"""Find people by the beginnings of their names, units by their names, and put challenges aside."""

import unicodedata
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op
from jntajis import MJShrinkSchemeCombo, mj_shrink_candidates

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

KEYS = ("name_key", "given_key", "kana_key", "given_kana_key")
ALSO_ONE = str.maketrans("亙凛巖晄桧穣遥斉麺", "亘凜巌晃檜穰遙斎麵")


def upgrade() -> None:
    # Byte by byte, as SQLite always compares.
    key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    for name in KEYS:
        op.add_column("person", sa.Column(name, key, server_default="", nullable=False))
    op.add_column("unit", sa.Column("name_key", key, server_default="", nullable=False))
    _fill("person", ("name", "kana", "search_key"), _keys_of_person)
    _fill("unit", ("name",), lambda row: {"name_key": _key(row.name)})
    for name in KEYS:
        op.create_index(f"ix_person_{name}", "person", [name, "id"])
    op.drop_index("ix_person_search_key", "person")
    op.drop_column("person", "search_key")
    op.create_table(
        "put_aside",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("challenge_id", sa.Integer(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenge.id"], name=op.f("fk_put_aside_challenge_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_put_aside_person_id")),
        sa.PrimaryKeyConstraint("person_id", "challenge_id", name=op.f("pk_put_aside")),
    )


def _fill(table: str, read: tuple[str, ...], keys: Callable[[sa.Row[Any]], dict[str, str]]) -> None:
    connection = op.get_bind()
    columns: list[sa.ColumnClause[Any]] = [
        sa.column(name) for name in dict.fromkeys(("id", *read, *KEYS))
    ]
    its = sa.table(table, *columns)
    rows = connection.execute(sa.select(its.c.id, *(its.c[name] for name in read)))
    filled = [{"row_id": row.id, **keys(row)} for row in rows]
    if filled:
        connection.execute(sa.update(its).where(its.c.id == sa.bindparam("row_id")), filled)


def _keys_of_person(row: sa.Row[Any]) -> dict[str, str]:
    name, _, kana = row.search_key.partition("\n")
    return {
        "name_key": name,
        "given_key": _given(row.name, name),
        "kana_key": kana,
        "given_kana_key": _given(row.kana, kana),
    }


def _given(written: str, key: str) -> str:
    """What the key has behind the surname; "" if no blank says where that ends."""
    surname, blank, _given_name = " ".join(written.split()).partition(" ")
    return key[len(_key(surname)) :] if blank else ""


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
    op.drop_table("put_aside")
    op.add_column("person", sa.Column("search_key", sa.Text(), server_default="", nullable=False))
    op.execute("UPDATE person SET search_key = name_key || '\n' || kana_key")
    op.create_index("ix_person_search_key", "person", ["search_key"])
    for name in KEYS:
        op.drop_index(f"ix_person_{name}", "person")
        op.drop_column("person", name)
    op.drop_column("unit", "name_key")
