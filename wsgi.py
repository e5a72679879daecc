"""Where servers and `flask --app wsgi` enter."""

import sys

from app import private_files
from app.config import Config, ConfigWrong
from app.factory import create_app

private_files.new_files_are_private()
try:
    app = create_app(Config.from_environment())
except ConfigWrong as error:
    sys.exit(str(error))
