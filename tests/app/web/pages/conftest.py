"""What tests of single pages do to what the pages show."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from app.clock import now
from challenges.catalogue import loading
from tests.shipped import CATALOGUE


@pytest.fixture
def retire(session: Session) -> Callable[..., None]:
    """``retire("meeting-as-post")``: load a catalogue without that challenge."""

    def make(*slugs: str) -> None:
        left = [one for one in CATALOGUE.challenges if one.slug not in slugs]
        loading.load(
            session, CATALOGUE.model_copy(update={"challenges": left}), used_steps=(), at=now()
        )
        session.commit()

    return make
