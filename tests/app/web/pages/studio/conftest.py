"""What the tests of the studio's pages share."""

import pytest

from app.studio import beginning, drafts
from challenges.campaigns.definitions import CampaignDefinition
from challenges.people import roles
from challenges.vocabulary import Role
from tests.conftest import JULY

WHOLE = {
    **JULY,
    "slug": "kaizen",
    "first_day": "2099-06-01",
    "last_day": "2099-06-30",
    "goal": {"kind": "steps", "target": 2},
}
"""A draft without an error, in the far future: pages ask the real clock."""


@pytest.fixture
def dx2(session, cast, at):
    """A second person of the DX office."""
    roles.grant_role(session, cast.colleague, Role.DX_OFFICE, at=at)
    session.commit()
    return cast.colleague


@pytest.fixture
def draft(session, cast, at):
    """The campaign ``kaizen``, a whole draft that nobody has published. dx owns it."""
    definition = CampaignDefinition.model_validate(WHOLE)
    campaign = beginning.begin(session, definition, by_id=cast.dx.id, at=at)
    session.commit()
    return campaign


@pytest.fixture
def says(session, draft):
    """``says()``: what the draft says now."""

    def read():
        session.expire_all()
        return drafts.draft_of(session, draft.id).definition

    return read
