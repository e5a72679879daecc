"""Gives Flask-Babel the English of messages.po, compiled in memory at each start.

Flask-Babel reads only compiled .mo files and we commit none. Without this step, a fresh clone
answers in Japanese whatever language a person chose. Compiling takes about 12 ms, so no file is
kept that could be missing or stale.
"""

from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask
from flask_babel import Babel

SOURCE = Path("app/translations/en/LC_MESSAGES/messages.po")


def init_app(app: Flask, babel: Babel, source: Path = SOURCE) -> None:
    """Put the English texts of ``source``, a path relative to the app's root, into Flask-Babel's
    cache."""
    compiled = _compiled(Path(app.root_path, source))
    with app.app_context():
        babel.domain_instance.cache["en", babel.domain] = Translations(compiled)


def _compiled(source: Path) -> BytesIO:
    """The content of a .mo file."""
    written = BytesIO()
    with source.open("rb") as file:
        write_mo(written, read_po(file, locale="en"))
    written.seek(0)
    return written
