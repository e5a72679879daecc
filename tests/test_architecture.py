"""Our own house rules as code. Each failure names the place and the remedy."""

import ast
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from app.web.blueprints import PAGES

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [
    path
    for package in ("app", "badges", "challenges")
    for path in sorted((ROOT / package).rglob("*.py"))
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LETTERS = ROOT / "templates/mail"
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠々]")


@dataclass(frozen=True)
class Module:
    """What the rules ask about a module, read once for all of them."""

    docstring: str | None
    calls: list[tuple[int, str]]
    """With their lines: ``datetime.now``, ``session.commit`` …"""
    updates: list[tuple[int, str]]
    """Calls that begin with ``update(…)``, with all that follows."""


@cache
def read_module(path: Path) -> Module:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    calls = [(node.lineno, ast.unparse(node.func)) for node in found]
    updates = [
        (node.lineno, ast.unparse(node))
        for node, (_line, name) in zip(found, calls, strict=True)
        if name.startswith("update")
    ]
    return Module(ast.get_docstring(tree), calls, updates)


def places(found: Iterator[tuple[Path, int, str]]) -> list[str]:
    return [f"{path.relative_to(ROOT)}:{line}: {what}" for path, line, what in found]


def test_only_the_clock_module_looks_at_the_clock() -> None:
    clocks = re.compile(r"(^|\.)(now|utcnow|today)$|^time\.(time|time_ns|localtime|gmtime)$")
    own = {ROOT / "app" / "clock.py"}
    found = (
        (
            path,
            line,
            f"{name}(): take the time as an argument `at`; the shell gets it from app.clock",
        )
        for path in SOURCES
        if path not in own
        for line, name in read_module(path).calls
        if clocks.search(name) and name != "now"
    )
    assert places(found) == []


def test_now_is_always_the_clocks_and_never_asked_by_the_domain() -> None:
    found = (
        (path, 1, "imports app.clock: the domain is told the time")
        for path in SOURCES
        if path.relative_to(ROOT).parts[0] != "app"
        and "clock" in path.read_text(encoding="utf-8").split()
    )
    assert places(found) == []


def test_activities_never_commit() -> None:
    found = (
        (path, line, f"{name}(): one commit a request, in app/db/sessions.py")
        for path in SOURCES
        if path.relative_to(ROOT).parts[0] in {"challenges", "badges"}
        or "web" in path.relative_to(ROOT).parts
        for line, name in read_module(path).calls
        if re.search(r"\b(session|db)(\(\))?\.(commit|rollback)$", name)
    )
    assert places(found) == []


def test_only_one_function_moves_a_submission() -> None:
    own = ROOT / "challenges" / "submissions" / "states.py"
    found = (
        (path, node.lineno, "assigns .state: call challenges.submissions.states.move")
        for path in SOURCES
        if path.relative_to(ROOT).parts[0] == "challenges" and path != own
        if "campaigns" not in path.relative_to(ROOT).parts  # they have states of their own
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr == "state"
        and isinstance(node.ctx, ast.Store)
    )
    assert places(found) == []


@pytest.mark.parametrize(
    ("noun", "module"),
    [
        ("Submission", "challenges/submissions/states.py"),
        ("Completion", "challenges/submissions/voiding.py"),
        ("Endorsement", "challenges/recognition/endorsing.py"),
    ],
)
def test_updates_of_a_noun_live_in_one_module(noun: str, module: str) -> None:
    found = (
        (path, line, f"update({noun}): move it to {module}")
        for path in SOURCES
        if path != ROOT / module
        for line, call in read_module(path).updates
        if call.startswith(f"update({noun})")
    )
    assert places(found) == []


def test_only_the_visibility_filter_reads_what_others_are_shown() -> None:
    own = {
        "challenges/people/models.py",
        "challenges/people/consents.py",  # where they are given
        "challenges/people/visibility.py",
        "app/queries/settings.py",  # one's own
        "app/slack/posts/consenting.py",  # since when, of a post that is to be taken away
    }
    found = (
        (path, 1, "reads ConsentGiven: ask challenges/people/visibility.py what may be seen")
        for path in SOURCES
        if "ConsentGiven" in path.read_text(encoding="utf-8")
        and str(path.relative_to(ROOT)) not in own
        and not {"migrations", "demo"}.intersection(path.parts)
    )
    assert places(found) == []


def test_an_old_migration_does_not_depend_on_code_that_moves_on() -> None:
    found = (
        (path, node.lineno, "imports our code: write the type out, as app/migrations/env.py does")
        for path in SOURCES
        if path.parent.name == "versions"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").split(".")[0] in {"app", "badges", "challenges"}
    )
    assert places(found) == []


def test_no_place_is_called_after_nothing() -> None:
    vague = {
        "util",
        "utils",
        "helper",
        "helpers",
        "common",
        "misc",
        "manager",
        "managers",
        "handler",
        "handlers",
    }
    files = [path.relative_to(ROOT) for path in [*SOURCES, *TEMPLATES]]
    assert [str(path) for path in files if vague & {path.stem, *path.parts[:-1]}] == []


def test_every_module_says_why_it_exists() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.read_text(encoding="utf-8").strip() and not read_module(path).docstring
    ]
    assert silent == []


@pytest.mark.parametrize("package", ["challenges", "badges", "app"])
def test_a_module_can_be_read_at_one_sitting(package: str) -> None:
    """Three hundred lines of one subject are better than three riddles; more are two subjects."""
    longest = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in SOURCES
        if path.relative_to(ROOT).parts[0] == package and "migrations" not in path.parts
    }
    assert {name: lines for name, lines in longest.items() if lines > 300} == {}


def test_vendored_files_are_as_published_and_have_their_licence() -> None:
    sums = [
        *ROOT.glob("static/vendor/*/SHA256SUMS"),
        *ROOT.glob("app/migrations/vendor/*/SHA256SUMS"),
    ]
    assert len(sums) >= 4
    for file in sums:
        listed = dict(reversed(line.split(maxsplit=1)) for line in file.read_text().splitlines())
        here = {path.name for path in file.parent.iterdir()} - {"SHA256SUMS"}
        assert listed.keys() | {"LICENSE"} >= here >= {"LICENSE"}, file
        for name, digest in listed.items():
            assert hashlib.sha256((file.parent / name).read_bytes()).hexdigest() == digest, name


# Templates.


def lines_of(pattern: str, remedy: str, *, outside: re.Pattern[str] | None = None) -> list[str]:
    """Where a pattern stands in a template, comments left out."""
    found = []
    for path in TEMPLATES:
        text = without_comments(path)
        text = outside.sub(lambda match: re.sub(r"\S", " ", match[0]), text) if outside else text
        for match in re.finditer(pattern, text):
            line = text[: match.start()].count("\n") + 1
            found.append(f"{path.relative_to(ROOT)}:{line}: {match[0].strip()!r}: {remedy}")
    return found


def without_comments(path: Path) -> str:
    """The template with each comment blanked, so that lines keep their numbers."""
    return re.sub(
        r"\{#.*?#\}",
        lambda match: re.sub(r"[^\n]", " ", match[0]),
        path.read_text(encoding="utf-8"),
        flags=re.S,
    )


def with_includes(text: str) -> str:
    """The text with what it includes, one deep."""
    included = re.compile(r"""\{%\s*include ["']([^"']+)["']\s*%\}""")
    return included.sub(lambda match: without_comments(ROOT / "templates" / match[1]), text)


def test_each_folder_of_templates_belongs_to_a_page() -> None:
    """Page module, blueprint and folder have one name, so that each leads to the others."""
    names = {module.__name__.rpartition(".")[2]: module.bp.name for module in PAGES}
    assert {module: bp for module, bp in names.items() if module != bp} == {}
    folders = {path.name for path in (ROOT / "templates").iterdir() if path.is_dir()}
    assert folders - {"parts", "shared", "ui", "mail"} - names.keys() == set()


def test_every_template_is_used_and_every_used_one_exists() -> None:
    named = re.compile(r"""["']((?:[a-z_]+/)*[a-z_]+\.html)["']""")
    texts = [without_comments(path) for path in TEMPLATES]
    texts += [path.read_text(encoding="utf-8") for path in SOURCES if "web" in path.parts]
    used = {name for text in texts for name in named.findall(text)}
    # app/web/templating.py joins those of ui/, app/notices/letter_texts.py finds letters by kind.
    by_name = [
        path for path in TEMPLATES if path.parent.name != "ui" and path.parent.parent != LETTERS
    ]
    assert used == {str(path.relative_to(ROOT / "templates")) for path in by_name}


def test_no_line_of_a_template_needs_scrolling() -> None:
    """160 characters. Break inside a tag or {{ … }}, where a line break shows nothing."""
    found = (
        (path, number, f"{len(line)} characters")
        for path in TEMPLATES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > 160
    )
    assert places(found) == []


def test_a_template_can_be_read_at_one_sitting() -> None:
    long = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in TEMPLATES}
    assert {name: lines for name, lines in long.items() if lines > 110} == {}


def test_nothing_in_a_template_is_called_safe() -> None:
    assert (
        lines_of(
            r"\|\s*safe\b", "prose of the catalogue is Markup already; what people wrote never is"
        )
        == []
    )
    assert lines_of(r"autoescape\s+false", "leave the escaping on") == []


def test_no_style_or_script_stands_in_a_page() -> None:
    styles = lines_of(r"\sstyle\s*=", "the policy blocks it; make a class in static/css")
    # Programs for mail know no style sheets, and no policy.
    assert [one for one in styles if not one.startswith("templates/mail/")] == []
    assert lines_of(r"<style\b", "the policy blocks it; write it in static/css") == []
    assert (
        lines_of(r"<script\b(?![^>]*\bsrc=)", "the policy blocks it; write it in static/js") == []
    )
    assert lines_of(r"\son[a-z]+\s*=\s*[\"']", "the policy blocks it; listen in static/js") == []
    assert lines_of(r"\bhx-on\b", "the policy blocks it; listen in static/js") == []


def test_every_japanese_text_of_a_template_can_be_said_in_english() -> None:
    translated = re.compile(r"\b_\(\s*('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", re.S)
    native = re.compile(r"'日本語'")  # the name of the language, in the language, on the way to it
    found = [
        place
        for place in lines_of(
            r"[^\n]*[ぁ-んァ-ヶ一-龠々][^\n]*", "wrap it in _('…')", outside=translated
        )
        if not native.search(place.replace("\\", ""))
    ]
    assert found == []


def test_every_form_that_posts_carries_the_token() -> None:
    forms = (
        (path, text, form)
        for path in TEMPLATES
        for text in [without_comments(path)]
        for form in re.finditer(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", text, re.S)
    )
    found = [
        f"{path.relative_to(ROOT)}:{text[: form.start()].count(chr(10)) + 1}: "
        "add ui.csrf(csrf_token())"
        for path, text, form in forms
        if "csrf" not in with_includes(form[0])
    ]
    assert found == []  # without JavaScript there is no header that could carry it
