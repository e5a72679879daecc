"""A person is found however the kanji of the name are written."""

import pytest

from challenges.people.names import name_key, person_keys


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("高橋", "髙橋"),
        ("高橋", "髙𣘺"),
        ("山崎", "山﨑"),
        ("山崎", "山嵜"),
        ("渡辺", "渡邉"),
        ("渡辺", "渡邊"),
        ("渡邉", "渡邊"),
        ("渡辺", "渡𨕙"),
        ("斎藤", "齋藤"),
        ("斎藤", "齊藤"),
        ("斎藤", "斉藤"),
        ("齊藤", "齋藤"),
        ("浜口", "濱口"),
        ("浜口", "濵口"),
        ("吉田", "𠮷田"),
        ("桜井", "櫻井"),
        ("沢田", "澤田"),
        ("広瀬", "廣瀨"),
        ("島田", "嶋田"),
        ("島田", "嶌田"),
        ("富田", "冨田"),
        ("国枝", "國枝"),
        ("滝川", "瀧川"),
        ("真田", "眞田"),
        ("徳川", "德川"),
        ("柳", "栁"),
        ("土屋", "圡屋"),
        ("舘", "館"),
        ("渕上", "淵上"),
        ("福田", "\ufa1b田"),
        ("神田", "\ufa19田"),
        ("都", "\ufa26"),
        ("檜山", "桧山"),
        ("巌", "巖"),
        ("遥", "遙"),
        ("凛", "凜"),
        ("葛城", "葛\U000e0100城"),
        ("浜口 汐里", "浜口\u3000汐里"),
        ("浜口汐里", "浜口 汐里"),
        ("はまぐち", "ハマグチ"),
        ("ﾊﾏｸﾞﾁ", "はまぐち"),
        ("ハマク\u3099チ", "ハマグチ"),
        ("か\u3099", "が"),
        ("Ana Silva", "ＡＮＡ　ｓｉｌｖａ"),
        ("José", "Jose\u0301"),
    ],
)
def test_ways_to_write_one_name_have_one_key(typed: str, written: str) -> None:
    assert name_key(typed) == name_key(written)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("吉田", "桔田"),
        ("田中", "佃中"),
        ("山崎", "山埼"),
        ("大田", "太田"),
        ("土田", "士田"),
        ("千葉", "干葉"),
        ("祐介", "右介"),
        ("渡辺", "渡部"),
        ("橋本", "端本"),
        ("ハ", "八"),
        ("坂本", "板本"),
        ("未来", "末来"),
    ],
)
def test_other_names_have_another_key(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


def test_a_name_that_unfolds_has_keys_of_bounded_length() -> None:
    keys = person_keys("ﷺ" * 100, "㍿" * 100)
    assert max(map(len, keys.values())) <= 200


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("浜口 汐里", "汐里"),
        ("濵口\u3000汐里", "汐里"),
        ("浜口汐里", ""),
        ("Ana Maria Silva", "mariasilva"),
        ("", ""),
    ],
)
def test_the_given_name_stands_behind_the_first_blank(name: str, given: str) -> None:
    assert person_keys(name, "")["given_key"] == given
    assert person_keys("", name)["given_kana_key"] == given
