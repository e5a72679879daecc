"""What may be personal data in a text is marked, and words of every day are not."""

import pytest

from app.retention.personal_data import KnownNames, MarkKind, marks_in

STAFF = KnownNames.of(["浜口 汐里", "山本樹", "森 太一", "D'Arcy Ann"])


def found(text):
    return {(one.kind, one.found) for one in marks_in(text, STAFF)}


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("浜口汐里と一緒に", MarkKind.NAME, "浜口汐里"),
        ("浜口 汐里 と一緒に", MarkKind.NAME, "浜口汐里"),
        ("浜口に聞いた", MarkKind.NAME, "浜口"),
        ("山本　樹に聞いた", MarkKind.NAME, "山本樹"),
        ("森課長に聞いた", MarkKind.NAME, "森課長"),
        ("窓口の鈴木さんの件", MarkKind.NAME, "鈴木さん"),
        ("ｽｽﾞｷさんの件", MarkKind.NAME, "スズキさん"),
        ("mail は taro@example.jp です", MarkKind.MAIL, "taro@example.jp"),
        ("電話は059-224-0000です", MarkKind.TELEPHONE, "059-224-0000"),
        ("電話は０５９－２２４－００００", MarkKind.TELEPHONE, "059-224-0000"),
        ("番号は123456789012です", MarkKind.NUMBER, "123456789012"),
        ("津市広明町13番地です", MarkKind.ADDRESS, "津市広明町13"),
    ],
)
def test_it_is_found(text, kind, part):
    assert any(one == kind and part in what for one, what in found(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "会議を45分で終えました。",
        "皆さんと、県民の皆様に伝わりました。",
        "森林の台帳を3件直しました。",
        "職員さん向けの手順を一枚に。",
    ],
)
def test_words_of_every_day_are_not(text):
    assert found(text) == set()


def test_each_is_marked_once():
    assert len(marks_in("浜口汐里、浜口汐里、浜口汐里", STAFF)) == 1
