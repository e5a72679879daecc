"""What every test of moderation can ask for."""

import pytest

from tests.texts import write_texts


@pytest.fixture
def texts(session, cast, step_of, climb, campaign_of, at):
    """A text of each kind: see tests/texts.py."""
    return write_texts(session, cast, step_of, climb, campaign_of, at)
