"""Lines of plain text letters: 76 columns, nothing lost, and no mark alone at an edge."""

from unicodedata import east_asian_width

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.notices.letter_wrapping import COLUMNS, NEVER_FIRST, NEVER_LAST, wrapped

TEXTS = st.text(st.sampled_from("あ亜、。「」（）ーっa1 .-/\n"), max_size=400)
KANJI = st.text(st.sampled_from("あ亜ア"), min_size=1, max_size=400)


def columns(line: str) -> int:
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in line)


def bare(text: str) -> str:
    """The text without the spaces and line breaks that wrapping may change."""
    return "".join(text.split())


@given(TEXTS)
def test_nothing_is_lost_or_added(text: str) -> None:
    assert bare(wrapped(text)) == bare(text)


@given(TEXTS)
def test_what_is_wrapped_stays_as_it_is(text: str) -> None:
    lines = [line for line in text.split("\n") if columns(line) <= COLUMNS]
    assert wrapped("\n".join(lines)) == "\n".join(lines)


@given(KANJI)
def test_no_line_of_kanji_is_too_long_or_shorter_than_need_be(text: str) -> None:
    *full, _last = wrapped(text).split("\n")
    assert {columns(line) for line in full} <= {COLUMNS}


@given(
    st.text(st.sampled_from("あ亜、。「」"), max_size=400).filter(lambda text: "、、" not in text)
)
def test_no_line_begins_or_ends_with_a_mark_that_must_not(text: str) -> None:
    lines = wrapped(text).split("\n")
    assert not any(line[0] in NEVER_FIRST for line in lines[1:])
    assert not any(line[-1] in NEVER_LAST for line in lines[:-1])


@pytest.mark.parametrize("width", [COLUMNS - 1, COLUMNS, COLUMNS + 1])
def test_a_line_may_fill_its_columns(width: int) -> None:
    text = f"{'a' * (width - 2)} b"
    assert wrapped(text).count("\n") == (width > COLUMNS)


def test_an_address_is_never_broken() -> None:
    address = "https://stepup.example.jp/letters/unsubscriptions/" + "x" * 90
    assert wrapped(f"手紙をやめる: {address}").split("\n") == ["手紙をやめる:", address]


def test_an_item_is_indented_and_a_quotation_marked() -> None:
    item, again = wrapped("- " + "あ" * 40).split("\n")
    assert (item[:2], again[:3]) == ("- ", "  あ")
    assert all(line.startswith("  > ") for line in wrapped("  > " + "あ" * 90).split("\n"))


def test_a_number_stays_with_its_counter() -> None:
    first, second = wrapped("あ" * 37 + "12日").split("\n")
    assert (first[-1], second) == ("あ", "12日")
