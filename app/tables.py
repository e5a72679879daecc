"""Every table of every package. Whoever makes, migrates or compares tables imports the metadata from here."""

from importlib import import_module
from importlib.util import find_spec

from challenges.models import Base

for _package in ("badges.models", "app.slack.models", "app.demo.models"):
    if find_spec(_package):
        import_module(_package)

metadata = Base.metadata
