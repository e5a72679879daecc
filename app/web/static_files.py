"""Static files by WhiteNoise. An address carries the file's digest: browsers keep it, and a release is seen at once."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

A_YEAR = 31_536_000


def init_app(app: Flask, folder: Path) -> None:
    """Serve ``folder`` under /static/ and give templates ``asset('app.css')``."""

    def fixed(path: str, _url: str) -> bool:
        return not path.endswith(".map")

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # the documented way to wrap
        app.wsgi_app, root=str(folder), prefix="static/", max_age=A_YEAR, immutable_file_test=fixed
    )

    @cache
    def asset(path: str) -> str:
        digest = hashlib.sha256((folder / path).read_bytes()).hexdigest()[:12]
        return f"/static/{path}?v={digest}"

    app.jinja_env.globals["asset"] = asset
