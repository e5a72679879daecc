"""What tests of recognition ask for."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from challenges.people.consents import set_consent
from challenges.people.models import Person
from challenges.vocabulary import Consent


@pytest.fixture
def allow(session: Session, at) -> Callable[..., None]:
    """``allow(person, Consent.STEPS)``: the person gives that consent."""

    def give(person: Person, consent: Consent = Consent.STEPS) -> None:
        set_consent(session, person, consent, given=True, at=at)

    return give
