"""What the tests of the dashboard's pages share."""

import pytest

from challenges.people import roles
from challenges.vocabulary import Role


@pytest.fixture
def as_dx2(session, cast, at, as_):
    """Signed in as a second person of the DX office."""
    roles.grant_role(session, cast.colleague, Role.DX_OFFICE, at=at)
    session.commit()
    return as_(cast.colleague)
