"""Where servers and `flask --app wsgi` enter."""

import os
from pathlib import Path

from app.config import Config
from app.factory import create_app

app = create_app(Config.from_environment(Path(os.environ.get("STEPUP_INSTANCE") or Path(__file__).parent / "instance")))
