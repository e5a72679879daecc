"""The API, /api/v1/: what the office publishes, for spreadsheets, dashboards and scripts.

It only translates, as pages do: a request is read by parameters.py, asked of app/queries, and
answered as rows.py describes it, in JSON or CSV. Errors are problems (RFC 9457).
"""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from app.api import answering, limiting, problems, v1

__all__ = ["answering", "init_app", "limiting", "problems", "v1"]


def init_app(app: Flask, forms: CSRFProtect) -> None:
    """Add the API. It has no cookies, so ``forms`` need not guard it against forms of others."""
    forms.exempt(v1.bp)
    app.before_request(limiting.count)
    app.after_request(answering.finish)
    app.register_blueprint(v1.bp)
