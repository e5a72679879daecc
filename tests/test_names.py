"""The names of tests fit on a line and say what is promised, once."""

import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 70  # characters; a longer one wants to be two tests, or a shorter sentence


def names_by_file() -> dict[str, list[str]]:
    """The names of the test functions of each file, in order."""
    return {
        str(path.relative_to(ROOT)): [
            node.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        ]
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
    }


def test_no_test_name_is_longer_than_70_characters() -> None:
    found = [
        f"{path}: {name}"
        for path, names in names_by_file().items()
        for name in names
        if len(name) > LONGEST
    ]
    assert found == [], f"shorten to {LONGEST} characters"


def test_no_file_defines_a_test_twice() -> None:
    """Python would keep the second one only, and the first would never run."""
    found = [
        f"{path}: {name}"
        for path, names in names_by_file().items()
        for name, times in Counter(names).items()
        if times > 1
    ]
    assert found == [], "rename one of them"
