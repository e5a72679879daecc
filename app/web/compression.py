"""Compresses pages and answers of the API. A calendar file (.ics) is sent as it is, because some
calendars cannot read another.

The token of a page's forms is masked anew in each answer (app/web/csrf.py).
"""

from flask import Flask
from flask_compress import Compress

KINDS = [
    "text/html",
    "application/json",
    "application/ld+json",
    "text/csv",
    "text/xml",
    "image/svg+xml",
]


def init_app(app: Flask) -> None:
    app.config.update(
        COMPRESS_MIMETYPES=KINDS,
        COMPRESS_ALGORITHM=["br", "gzip"],
        # Bytes are cheap within the prefecture's network: at the usual level 4 the dashboard takes
        # three times as long, for a sixth less of them.
        COMPRESS_BR_LEVEL=1,
        COMPRESS_STREAMS=False,
    )
    Compress(app)
