"""Gives Flask-Babel the English of messages.po.

Flask-Babel reads only compiled .mo files and we commit none. Without this step, a fresh clone
answers in Japanese whatever language a person chose.
"""

from pathlib import Path

from flask import Flask
from flask_babel import Babel

from app.english import english_texts

SOURCE = Path("app/translations/en/LC_MESSAGES/messages.po")


def init_app(app: Flask, babel: Babel, source: Path = SOURCE) -> None:
    """Put the English texts of ``source``, a path relative to the app's root, into Flask-Babel's
    cache."""
    english = english_texts(Path(app.root_path, source))
    with app.app_context():
        babel.domain_instance.cache["en", babel.domain] = english
