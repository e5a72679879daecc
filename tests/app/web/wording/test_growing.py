"""The pictures that grow: 24 pieces, each the same number of steps."""

import re

import pytest
from flask import Flask

from app.config import ROOT
from app.web.wording import growing
from challenges.vocabulary import Cover


@pytest.mark.parametrize(
    ("have", "grown", "missing"),
    [
        (0, 0, 200),
        (199, 0, 1),
        (200, 1, 200),
        (2839, 14, 161),
        (4799, 23, 1),
        (4800, 24, 0),
        (9000, 24, 0),
    ],
)
def test_a_piece_appears_at_its_share_of_the_goal(have: int, grown: int, missing: int) -> None:
    assert growing.grown_pieces(have=have, target=4800) == grown
    assert growing.to_next_piece(have=have, target=4800) == missing


@pytest.mark.parametrize("target", [1, 7, 23, 25, 100])
def test_the_step_that_is_named_brings_the_next_piece(target: int) -> None:
    for have in range(target):
        missing = growing.to_next_piece(have=have, target=target)
        now, then, before = (
            growing.grown_pieces(have=number, target=target)
            for number in (have, have + missing, have + missing - 1)
        )
        assert missing > 0
        assert then > now == before


def test_without_a_goal_nothing_grows_and_nothing_is_missing() -> None:
    assert growing.grown_pieces(have=10, target=0) == 0
    assert growing.to_next_piece(have=10, target=0) == 0


@pytest.mark.parametrize("cover", Cover)
def test_every_cover_is_drawn_in_24_pieces(cover: Cover) -> None:
    drawing = (ROOT / "static" / "covers" / f"{cover}.svg").read_text(encoding="utf-8")
    assert re.findall(r'id="(\w+)"', drawing) == ["scene", "grown", "planned", "front"]
    assert sorted(place.number for place in growing.places(cover)) == list(range(1, 25))
    assert all(0 < place.x < 720 and 100 < place.y < 300 for place in growing.places(cover))


@pytest.mark.parametrize("cover", Cover)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_cover_has_words(app: Flask, cover: Cover, language: str) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        texts = [growing.in_words(cover, grown) for grown in (0, 15, 24)]
        texts += [growing.next_in_words(cover, have=0, target=4800), growing.picture_name(cover)]
    for text in texts:
        assert text
        assert (re.search(r"[ぁ-んァ-ヶ一-龥]", text) is None) == (language == "en"), text
