"""Makes the English of messages.po ready for Flask-Babel, which reads compiled catalogues only;
none is committed.

Without this step an app started from a fresh clone would answer in Japanese whatever a person
chose.
"""

import os
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask
from flask_babel import Babel

SOURCE = Path("app/translations/en/LC_MESSAGES/messages.po")


def init_app(app: Flask, babel: Babel, source: Path = SOURCE) -> None:
    """Compile where the compiled file is missing or older; in a folder that cannot be written, keep
    it in memory."""
    source = Path(app.root_path, source)
    target = source.with_suffix(".mo")
    if _is_current(target, source):
        return
    content = compiled(source)
    try:
        _put(target, content)
    except OSError:
        with app.app_context():
            babel.domain_instance.cache["en", babel.domain] = Translations(BytesIO(content))


def compiled(source: Path) -> bytes:
    """What a .mo file holds."""
    written = BytesIO()
    with source.open("rb") as file:
        write_mo(written, read_po(file, locale="en"))
    return written.getvalue()


def _is_current(target: Path, source: Path) -> bool:
    return target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns


def _put(target: Path, content: bytes) -> None:
    """All at once: several workers may start together."""
    with NamedTemporaryFile(dir=target.parent, suffix=".mo", delete=False) as file:
        file.write(content)
    os.chmod(
        file.name, 0o644
    )  # temporary files are private; the next start may be by another account
    os.replace(file.name, target)
