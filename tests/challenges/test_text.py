"""What counts as text: nothing that nobody can see, each letter once, one key for what looks the
same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from challenges.text import as_written, comparable, fold, has_length, in_one_line, letters

FAMILY = "👨\u200d👩\u200d👧\u200d👦"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    "unseen",
    [
        *"\u200b\u2060\u3164\u2800\u115f\u1160\uffa0\u00ad\u034f\u180e\ufeff\ufffc\u061c\u17b4",
        *"\u200e\u200f\u202a\u202e\u2066\u2069\u200c\u200d\ufe0f\ufe00\U000e0100\u0000\u0007\u009f",
        "\U000e0041\U000e0042\U000e007f",
        "\ud800",
        "\uffff",
        "\U0001d159",
        "\U0001d173",
        "\u3000\u00a0\u2003 \t\r\n\u2028",
        "\u200b\n\u2060 \ufe0f\u3164",
    ],
)
def test_what_nobody_can_see_is_no_text(unseen: str) -> None:
    assert as_written(unseen * 3) == ""


@pytest.mark.parametrize("inside", ["\u200b", "\u2060", "\u202e", "\u00ad", "\ufeff", "\U000e0061"])
def test_unseen_characters_leave_words_whole(inside: str) -> None:
    assert as_written(f"助{inside}かった") == "助かった"


@pytest.mark.parametrize(
    "seen",
    [
        "葛\U000e0100城",
        "辻\ufe00",
        FAMILY,
        ENGLAND,
        "❤\ufe0f",
        "☎\ufe0e",
        "3\ufe0f\u20e3",
        "👍🏽",
        "🏳\ufe0f\u200d🌈",
        "🇯🇵",
        "か\u309a",
        "﨑",
        "神",
        "٣",
    ],
)
def test_forms_of_kanji_and_emoji_stay(seen: str) -> None:
    assert as_written(seen) == seen


def test_a_selector_without_its_letter_goes() -> None:
    assert as_written("葛\u200b\U000e0100") == "葛"
    assert as_written("葛\U000e0100\U000e0101") == "葛\U000e0100"
    assert as_written("a\ufe0f5\ufe0f👍\u200d") == "a5👍"


def test_letters_from_a_mac_are_stored_composed() -> None:
    assert as_written("ハ\u3099ッシ\u3099 か\u3099") == "バッジ が"
    # NFC alone would turn this form of a name into another.
    assert as_written("福田\ufa1b") == "福田\ufa1b"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_every_line_end_is_one_character(end: str) -> None:
    assert as_written(f"一行目{end}二行目") == "一行目\n二行目"


@pytest.mark.parametrize("run", ["\n\n\n", "\n \n\u3000\n\n", "\r\n\r\n\r\n\r\n", "\n\u200b\n\n"])
def test_a_run_of_blank_lines_is_one(run: str) -> None:
    assert as_written(f"\n\n一行目{run}二行目\n\n") == "一行目\n\n二行目"


def test_a_field_of_one_line_has_single_blanks() -> None:
    assert in_one_line(" 浜口\u3000\n汐里\u200b\t") == "浜口 汐里"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("ありがとう", 5),
        ("a b\nc", 3),
        (FAMILY * 2, 2),
        (ENGLAND + "🇯🇵🇺🇸", 3),
        ("葛\U000e0100", 1),
        ("か\u309aき\u309a", 2),
        ("e\u0301\u0302\u0303", 1),
    ],
)
def test_letters_are_counted_as_people_see_them(text: str, count: int) -> None:
    assert letters(text) == count


def test_blank_lines_and_two_families_are_not_ten_letters() -> None:
    assert not has_length(as_written(FAMILY + "\n" * 8 + FAMILY), (10, 400))


@pytest.mark.parametrize(("count", "fits"), [(4, False), (5, True), (10, True), (11, False)])
@pytest.mark.parametrize("letter", ["あ", FAMILY, "葛\U000e0100", "か\u309a"])
def test_lengths_are_in_letters(letter: str, count: int, fits: bool) -> None:
    assert has_length(letter * count, (5, 10)) is fits


def test_one_letter_cannot_carry_marks_without_end() -> None:
    assert not has_length("e" + "\u0301" * 1000, (1, 10))


@given(
    st.text(
        alphabet=st.sampled_from("aか\u3099葛\U000e0100\u200b\u200d👩🏽\ufe0f3\u20e3\n \r\u3000")
    )
)
def test_stored_text_is_stored_as_it_is_when_saved_again(text: str) -> None:
    once = as_written(text)
    assert as_written(once) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("企画～調整班", "企画〜調整班"),
        ("総務－管理", "総務−管理"),
        ("Ａ∥Ｂ", "a‖b"),
        ("￠￡￢", "¢£¬"),
        ("課—係", "課―係"),
        ("￣", "‾"),
        ("葛\U000e0100城班", "葛城班"),
        ("神\ufe00社", "神社"),
        ("ＤＸ推進課", "dx推進課"),
        ("ﾃﾞｼﾞﾀﾙ", "デジタル"),
        ("テ\u3099シ\u3099タル", "デジタル"),
        ("福祉課", "福祉\u200b課"),
        ("総務 課", "総務\u3000課"),
        ("福祉課", "\ufa1b祉課"),
        ("㈱", "(株)"),
        ("⼭", "山"),
        ("Straße", "STRASSE"),
    ],
)
def test_what_looks_the_same_has_one_key(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("こども課", "コドモ課"),
        ("一班", "ー班"),
        ("企画課", "企画班"),
        ("1班", "2班"),
        ("髙橋", "高橋"),
    ],
)
def test_what_looks_different_has_another_key(one: str, other: str) -> None:
    assert comparable(one) != comparable(other)


@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    assert comparable(comparable(text)) == comparable(text)


def test_words_are_found_in_either_kana() -> None:
    assert fold("カイギ の ﾒﾓ") == "かいぎ の めも"
