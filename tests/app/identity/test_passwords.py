"""Passwords are kept so that nobody can read them, and refused in words when they protect
nothing."""

import statistics
import time

import pytest

from app.identity import passwords
from challenges.errors import InvalidField
from challenges.people.accounts import Account

HANAKO = Account(1, "100001", "山田 花子", "hanako@pref.example.jp", None, 0, "ja", is_active=True)


def test_only_the_right_password_verifies() -> None:
    kept = passwords.hash_password("みかんの木の下で待つ。")
    assert kept.startswith("$argon2id$")
    assert passwords.verify(kept, "みかんの木の下で待つ。")
    assert not passwords.verify(kept, "みかんの木の上で待つ。")


def test_full_and_half_width_are_the_same_password() -> None:
    assert passwords.verify(passwords.hash_password("stepup-demo"), "ｓｔｅｐｕｐ－ｄｅｍｏ")


def test_no_password_never_verifies() -> None:
    assert not passwords.verify(None, "nobody has this password")
    assert not passwords.verify("no hash at all", "x")


def test_an_unknown_name_takes_as_long_as_a_known_one(real_cost: None) -> None:
    kept = passwords.hash_password("correct horse battery")
    passwords.verify(None, "warm up")
    known, unknown = [], []
    for _ in range(9):
        for times, password_hash in ((known, kept), (unknown, None)):
            begun = time.perf_counter()
            passwords.verify(password_hash, "wrong")
            times.append(time.perf_counter() - begun)
    assert 0.5 < statistics.median(known) / statistics.median(unknown) < 2


def test_the_cost_is_what_owasp_recommends(real_cost: None) -> None:
    kept = passwords.hash_password("correct horse battery")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_an_outdated_hash_is_detected() -> None:
    assert not passwords.needs_rehash(passwords.hash_password("correct horse battery"))
    assert passwords.needs_rehash(
        "$argon2id$v=19$m=1024,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"
    )


@pytest.mark.parametrize(
    "password",
    [
        "長いことばは覚えやすい。",
        "x1y2z3a4b5c6",
        "山田 花子 はみかんが好き",
        "hanako wa mikan ga suki",
        "tea at the pass, then on",
        "step-up to mikan wo taberu",
        "k3mw9qz7tr1v" * 16,
    ],
)
def test_a_good_password_is_accepted(password: str) -> None:
    passwords.must_be_good(password, HANAKO)


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("", "12文字以上"),
        ("x1y2z3a4b5c", "12文字以上"),
        ("x1y2z" * 40 + "x", "200文字まで"),
        ("aaaaaaaaaaaa", "繰り返し"),
        ("１００００１１００００１", "繰り返し"),
        ("Hanako@pref.example.jp", "そのまま"),
        ("hanakohanako", "そのまま"),
        ("hanako-100001-2026!", "そのまま"),
        ("山田花子山田花子山田花子", "繰り返し"),
    ],
)
def test_a_poor_password_is_refused_in_words(password: str, word: str) -> None:
    with pytest.raises(InvalidField, match=word):
        passwords.must_be_good(password, HANAKO)


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "PassWord1234",
        "Password1234!",
        "ｐａｓｓｗｏｒｄ１２３４",
        "passwordpassword",
        "qwertyuiop12",
        "1qaz2wsx3edc",
        "123456789012",
        "abcdefghijkl",
        "abcdefghijkl" * 16,
        "あいうえおかきくけこさし",
        "さくらもみじさくらもみじ",
        "iloveyou2026",
        "welcome12345",
    ],
)
def test_a_password_that_many_people_have_is_refused(password: str) -> None:
    with pytest.raises(InvalidField, match="よく使われる"):
        passwords.must_be_good(password, HANAKO)


@pytest.mark.parametrize(
    "password",
    [
        "DXStepUp2026!",
        "dx-step-up-2026",
        "ステップアップ２０２６年",
        "DXステップアップ・チャレンジ",
        "step-up step-up",
        passwords.EXAMPLE,
        f"{passwords.EXAMPLE}!!",
    ],
)
def test_our_own_name_and_example_are_refused(password: str) -> None:
    with pytest.raises(InvalidField, match="よく使われる"):
        passwords.must_be_good(password, HANAKO)


def test_the_example_is_long_enough_and_typed_without_an_input_method() -> None:
    assert len(passwords.EXAMPLE) >= passwords.LENGTH[0]
    assert passwords.EXAMPLE.isascii()


def test_the_worst_password_is_judged_in_a_moment() -> None:
    worst = "a4@b8c({[<e3g69i1!|l1|7o0s$5t+7x%z2" * 6
    begun = time.process_time()
    passwords.must_be_good(worst[:200], HANAKO)
    assert time.process_time() - begun < 5
