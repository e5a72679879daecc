"""The English of messages.po, compiled in memory at each start.

We commit no compiled .mo file. Compiling takes about 12 ms, so no file is kept that could be
missing or stale.
"""

from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from app.config import ROOT

SOURCE = ROOT / "app/translations/en/LC_MESSAGES/messages.po"


def english_texts(source: Path = SOURCE) -> Translations:
    """The English of every text of the screens and letters."""
    return Translations(_compiled(source))


def _compiled(source: Path) -> BytesIO:
    """The content of a .mo file."""
    written = BytesIO()
    with source.open("rb") as file:
        write_mo(written, read_po(file, locale="en"))
    written.seek(0)
    return written
