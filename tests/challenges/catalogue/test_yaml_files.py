"""A YAML file of a few lines cannot keep the app busy or fill its memory."""

from pathlib import Path

import pytest

from badges.catalogue import definitions as badges
from challenges.catalogue import definitions as challenges
from challenges.catalogue.yaml_files import DEEPEST, LARGEST, ContentWrong, read

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def problem_of(path: Path) -> str:
    with pytest.raises(ContentWrong) as told:
        read(path)
    (problem,) = told.value.problems
    return problem


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (BOMB, 2),
        ("a: &a {b: *a}\n", 1),
        ("a: &a 1\nb:\n  - *a\n", 3),
        ("base: &base {c: 1}\nx:\n  <<: *base\n", 3),
        ("*a : 1\n", 1),
    ],
)
def test_aliases_are_refused_with_their_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    assert problem_of(path).startswith(f"x.yaml:{line}: ")


@pytest.mark.parametrize(
    "text",
    ["[" * 5000, "- " * 5000, "{a: " * 500 + "}" * 500, "? " * 500],
    ids=["lists", "lines", "mappings", "keys"],
)
def test_deep_nesting_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    assert f"more than {DEEPEST} deep" in problem_of(path)


@pytest.mark.parametrize(("deep", "fits"), [(DEEPEST - 1, True), (DEEPEST, False)])
def test_nesting_is_bounded_exactly(tmp_path: Path, deep: int, fits: bool) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("[" * deep + "x" + "]" * deep, encoding="utf-8")
    if fits:
        assert read(path)[0]
    else:
        assert "deep" in problem_of(path)


@pytest.mark.parametrize(("size", "fits"), [(LARGEST, True), (LARGEST + 1, False)])
def test_size_is_bounded_exactly(tmp_path: Path, size: int, fits: bool) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("x" * size, encoding="utf-8")
    if fits:
        assert read(path)[0] == "x" * size
    else:
        assert "larger than 64 KB" in problem_of(path)


def test_challenges_refuse_a_bomb(tmp_path: Path) -> None:
    for file in challenges.CONTENT.glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "bomb.yaml").write_text(BOMB, encoding="utf-8")
    with pytest.raises(ContentWrong) as told:
        challenges.read_folder(tmp_path)
    assert any(one.startswith("bomb.yaml:2: aliases") for one in told.value.problems)


def test_badges_and_their_rules_refuse_a_bomb(tmp_path: Path) -> None:
    (tmp_path / "bomb.yaml").write_text(BOMB, encoding="utf-8")
    with pytest.raises(ContentWrong) as told:
        badges.read_folder(tmp_path)
    assert any(one.startswith("bomb.yaml:2: aliases") for one in told.value.problems)
