"""Texts of people, and the way to them as a page gives it."""

import re

import pytest

from app.clock import now
from tests.texts import write_texts


@pytest.fixture
def texts(session, cast, step_of, climb, campaign_of):
    """A text of each kind, written today: see tests/texts.py."""
    return write_texts(session, cast, step_of, climb, campaign_of, now())


@pytest.fixture
def way(as_):
    """``way(person, address)``: the first link for reporting on that page, or None."""

    def find(person, address):
        page = as_(person).get(address).text
        found = re.search(r'href="(/words/[a-z]+/\d+/concern\?seen=[^"]+)"', page)
        return found and found[1]

    return find


@pytest.fixture
def told(as_, cast, texts, way):
    """Staff have reported the words of the cheer that reached them."""
    address = way(cast.staff, "/cheers")
    seen = address.partition("seen=")[2]
    sent = as_(cast.staff).post(
        address.partition("/concern")[0] + "/reports", data={"concern": "HURTFUL", "seen": seen}
    )
    assert sent.status_code == 303
    return address
