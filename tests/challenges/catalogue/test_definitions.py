"""What a catalogue file may say. A mistake is reported with file, line and what is wrong."""

import re
import shutil
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from challenges.catalogue.definitions import CONTENT, read_folder
from challenges.catalogue.yaml_files import ContentWrong
from challenges.text import fold
from challenges.vocabulary import Audience, Check, Mindset, Stage
from tests.shipped import CATALOGUE

DRAWINGS = Path(__file__).parents[3] / "static" / "challenges"
BY_SLUG = {challenge.slug: challenge for challenge in CATALOGUE.challenges}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small catalogue: the projects, one challenge with a habit and one with a quiz."""
    for name in ("projects", "quick-hands", "dx-words"):
        shutil.copy(CONTENT / f"{name}.yaml", tmp_path)
    return tmp_path


def change(path: Path, old: str, new: str) -> int:
    """Replace the first ``old`` in the file. Returns its line."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(ContentWrong) as told:
        read_folder(folder)
    return told.value.problems


MISTAKES = {
    "a key nobody knows": ("minutes: 20", "minuets: 20", "minuets: Extra inputs are not permitted"),
    "a number in words": (
        "minutes: 20",
        "minutes: twenty",
        "minutes: Input should be a valid integer",
    ),
    "needs that nobody thought of": ("needs: [pc]\n", "", "needs: Field required"),
    "a need nobody knows": ("[pc]", "[fax]", "needs.0: Input should be 'pc' or 'slack'"),
    "a need named twice": ("[pc]", "[pc, pc]", "needs: Value error, name each need once"),
    "no time at all": (
        "minutes: 20",
        "minutes: 0",
        "minutes: Input should be greater than or equal to 1",
    ),
    "an unknown mindset": (
        "PRODUCE",
        "PRODUCT",
        "mindset: Input should be 'LEARN', 'PRODUCE' or 'CHALLENGE'",
    ),
    "an unknown check": (
        "check: self",
        "check: boss",
        "steps.0.check: Input should be 'self', 'link', 'quiz'",
    ),
    "a project that is not there": (
        "project: learning",
        "project: cooking",
        "'cooking' is not in projects.yaml",
    ),
    "a list for a project": (
        "project: learning",
        "project: [learning]",
        "project: Input should be a valid string",
    ),
    "a slug that is not the file's": (
        "slug: quick-hands",
        "slug: quick-feet",
        "must be the file's name",
    ),
    "a slug with capitals": (
        "slug: quick-hands",
        "slug: Quick",
        "slug: String should match pattern",
    ),
    "a title that is too long": (
        "title: Quick hands",
        f"title: {'Q' * 61}",
        "en.title: String should have at most 60",
    ),
    "a habit of one day": (
        "days: 3",
        "days: 1",
        "a HABIT step, and no other, is done on several days",
    ),
    "a window too small": (
        "within_days: 90",
        "within_days: 2",
        "within_days must leave room for the days",
    ),
    "a habit a manager checks": (
        "check: self\n    days: 3",
        "check: manager\n    days: 3",
        "a step of several days is checked by the person alone",
    ),
    "a quiz step without a quiz": (
        "check: self",
        "check: quiz",
        "a quiz belongs to a step with check: quiz",
    ),
    "a staircase that begins high": (
        "stage: TRY",
        "stage: SPREAD",
        "steps go up: TRY first, then HABIT",
    ),
    "one key twice": ("minutes: 20", "minutes: 20\nminutes: 30", 'found duplicate key "minutes"'),
    "too few search words": (
        "search_words: [Excel, Word, Outlook, Windows, shortcut, keyboard, copy and paste,"
        " time-saver, tips, macro]",
        "search_words: [Excel, Word]",
        "en.search_words: Value error, give at least 3 words that people may type",
    ),
    "an empty search word": ("macro]", '" "]', "en.search_words.9: String should have at least 1"),
    "a broken line": (
        "project: learning",
        "project: learning: more",
        "mapping values are not allowed here",
    ),
    "a caution in one language": (
        "  caution: Keep",
        "  # caution: Keep",
        "a caution stands in both languages or in none",
    ),
}
WHOLE = {"a quiz step without a quiz", "a staircase that begins high", "a caution in one language"}
STEP = {"a habit of one day", "a window too small", "a habit a manager checks"}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_file_and_line(folder: Path, name: str) -> None:
    old, new, sentence = MISTAKES[name]
    line = change(folder / "quick-hands.yaml", old, new)
    if name in WHOLE | {"needs that nobody thought of"}:
        line = 1
    elif name in STEP:
        line = 43
    elif name == "one key twice":
        line += 1
    [problem] = [problem for problem in problems_of(folder) if sentence in problem]
    assert problem.startswith(f"quick-hands.yaml:{line}: ")


def test_a_missing_language_is_reported(folder: Path) -> None:
    change(folder / "quick-hands.yaml", "\nen:\n", "\nfr:\n")
    assert "quick-hands.yaml:1: en: Field required" in problems_of(folder)


def test_each_challenge_without_search_words_is_named_with_the_remedy(folder: Path) -> None:
    for name in ("quick-hands", "dx-words"):
        path = folder / f"{name}.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"  search_words: \[[^]]*\]\n", "", text), encoding="utf-8")
    remedy = (
        "search_words: Value error, give at least 3 words that people may type to find this "
        "challenge: other names, tools, the reading in kana"
    )
    assert problems_of(folder) == [
        f"{name}.yaml:{line}: {language}.{remedy}"
        for name, lines in (("dx-words", (8, 18)), ("quick-hands", (8, 20)))
        for language, line in zip(("ja", "en"), lines, strict=True)
    ]


def test_an_answer_that_is_no_option_is_reported(folder: Path) -> None:
    line = change(folder / "dx-words.yaml", "answer: b", "answer: z")
    assert any(
        problem.startswith(f"dx-words.yaml:{line - 1}: quiz.0: ")
        and "'z' is none of the options" in problem
        for problem in problems_of(folder)
    )


def test_a_quiz_of_nine_questions_is_reported(folder: Path) -> None:
    path = folder / "dx-words.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.rindex("\n  - id: ") + 1], encoding="utf-8")
    assert any("a quiz has 10 different questions" in problem for problem in problems_of(folder))


@pytest.mark.parametrize("more", ["a question more", "a question twice"])
def test_a_quiz_of_eleven_questions_is_reported(folder: Path, more: str) -> None:
    path = folder / "dx-words.yaml"
    text = path.read_text(encoding="utf-8")
    last = text[text.rindex("\n  - id: ") + 1 :]
    path.write_text(
        text + (last.replace("- id: ", "- id: more-", 1) if more == "a question more" else last),
        encoding="utf-8",
    )
    assert any("a quiz has 10 different questions" in problem for problem in problems_of(folder))


@pytest.mark.parametrize("steps", [(3,), (1, 3)])
def test_a_quiz_above_the_first_step_is_reported(folder: Path, steps: tuple[int, ...]) -> None:
    path = folder / "dx-words.yaml"
    before, *rungs = (
        path.read_text(encoding="utf-8").replace("check: quiz", "check: self").split("  - stage: ")
    )
    rungs = [
        rung.replace("check: self", "check: quiz") if number in steps else rung
        for number, rung in enumerate(rungs, start=1)
    ]
    path.write_text("  - stage: ".join([before, *rungs]), encoding="utf-8")
    assert any(
        "check: quiz stands on step 1 and on no other" in problem for problem in problems_of(folder)
    )


def test_two_challenges_cannot_have_one_number(folder: Path) -> None:
    line = change(folder / "quick-hands.yaml", "number: 25", "# Words first.\n\nnumber: 21")
    assert problems_of(folder) == [
        f"quick-hands.yaml:{line + 2}: number: 21 is also dx-words.yaml's"
    ]


@pytest.mark.parametrize("also", ["minutes: 20", "minutes: 0"])
def test_every_mistake_in_a_file_is_reported_at_once(folder: Path, also: str) -> None:
    path = folder / "quick-hands.yaml"
    change(path, "number: 25", "# Words first.\nnumber: 25")
    change(path, "minutes: 20", also)
    slug = change(path, "slug: quick-hands", "slug: quick-feet")
    project = change(path, "project: learning", "project: cooking")
    told = [problem for problem in problems_of(folder) if ": minutes: " not in problem]
    assert told == [
        f"quick-hands.yaml:{slug}: slug: must be the file's name, 'quick-hands'",
        f"quick-hands.yaml:{project}: project: 'cooking' is not in projects.yaml",
    ]


def test_a_folder_without_projects_is_reported(folder: Path) -> None:
    (folder / "projects.yaml").unlink()
    assert problems_of(folder) == ["projects.yaml: this file is missing; it lists the projects"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "quick-hands.yaml:1: file: Input should be a valid dictionary"),
        (b"- one\n- two\n", "quick-hands.yaml:1: file: Input should be a valid dictionary"),
        ("number: 1\ntitle: 手".encode("cp932"), "quick-hands.yaml:2: not UTF-8"),
        (b"number: 1\nslug: \x01\n", "quick-hands.yaml:2: special characters are not allowed"),
        (b"number: &one [*one]\n", "quick-hands.yaml:1: aliases (*name) are not allowed"),
        (b"slug: 2026-02-31\n", "quick-hands.yaml:1: day is out of range for month"),
    ],
)
def test_a_file_that_is_no_challenge_is_reported(
    folder: Path, content: bytes, sentence: str
) -> None:
    (folder / "quick-hands.yaml").write_bytes(content)
    assert any(problem.startswith(sentence) for problem in problems_of(folder))


def test_mistakes_in_all_files_are_reported_at_once(folder: Path) -> None:
    change(folder / "projects.yaml", "slug: data", "slug: Data!")
    change(folder / "quick-hands.yaml", "minutes: 20", "minutes: 0")
    change(folder / "quick-hands.yaml", "PRODUCE", "PRODUCT")
    change(folder / "dx-words.yaml", "LEARN", "LEARNING")
    told = problems_of(folder)
    assert [problem.split(":")[0] for problem in told] == [
        "projects.yaml",
        "dx-words.yaml",
        "quick-hands.yaml",
        "quick-hands.yaml",
    ]


def test_a_file_with_a_byte_order_mark_is_read(folder: Path) -> None:
    path = folder / "quick-hands.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read_folder(folder).challenges) == 2


# The challenges that come with the app.


def test_the_24_challenges_of_the_first_catalogue_are_there() -> None:
    numbers = {1, 3, 4, 5, 7, 10, 11, 12, 13, 16, 19, 21, 22, 23, 25, 26, 28, 29, 32, 36}
    numbers |= {43, 44, 45, 46}
    assert {challenge.number for challenge in CATALOGUE.challenges} == numbers


def test_three_of_the_five_projects_are_marked_provisional() -> None:
    assert [project.provisional for project in CATALOGUE.projects] == [
        False,
        False,
        True,
        True,
        True,
    ]


def test_each_of_the_four_checks_and_three_mindsets_occurs() -> None:
    assert {step.check for one in CATALOGUE.challenges for step in one.steps} == set(Check)
    assert {one.mindset for one in CATALOGUE.challenges} == set(Mindset)


def test_the_three_quizzes_explain_each_answer_in_both_languages() -> None:
    quizzes = [one.quiz for one in CATALOGUE.challenges if one.quiz]
    assert len(quizzes) == 3
    for question in (question for quiz in quizzes for question in quiz):
        for wording in (question.ja, question.en):
            assert all(option.because for option in wording.options.values())


def test_answer_length_does_not_give_a_quiz_away() -> None:
    """Always choosing the longest answer, the shortest or one between scores at most half."""
    for quiz in [one.quiz for one in CATALOGUE.challenges if one.quiz]:
        for language in ("ja", "en"):
            longer, shorter = Counter[int](), Counter[int]()
            for question in quiz:
                lengths = {
                    key: len(option.text)
                    for key, option in getattr(question, language).options.items()
                }
                right = lengths.pop(question.answer)
                longer[sum(length > right for length in lengths.values())] += 1
                shorter[sum(length < right for length in lengths.values())] += 1
            assert max(*longer.values(), *shorter.values()) <= len(quiz) // 2, (
                quiz[0].id,
                language,
            )


@pytest.mark.parametrize("slug", BY_SLUG)
def test_a_challenge_is_fully_written(slug: str) -> None:
    challenge = BY_SLUG[slug]
    assert [step.stage for step in challenge.steps] == sorted(
        (step.stage for step in challenge.steps), key=list(Stage).index
    )
    assert 3 <= len(challenge.ja.how) == len(challenge.en.how) <= 6
    assert challenge.en.title.isascii()
    assert not challenge.ja.title.isascii()


@pytest.mark.parametrize("slug", BY_SLUG)
def test_text_that_others_may_read_carries_a_caution(slug: str) -> None:
    read_by_others = {Check.LINK, Check.MANAGER} & {step.check for step in BY_SLUG[slug].steps}
    assert BY_SLUG[slug].ja.caution or not read_by_others


def test_only_the_glossary_challenge_needs_no_caution() -> None:
    assert [slug for slug, challenge in BY_SLUG.items() if not challenge.ja.caution] == ["dx-words"]


@pytest.mark.parametrize("slug", BY_SLUG)
def test_a_challenge_has_search_words_in_kana_and_english(slug: str) -> None:
    challenge = BY_SLUG[slug]
    assert [word for word in challenge.ja.search_words if re.fullmatch("[ぁ-ゖー]+", word)]
    assert all(word.isascii() for word in challenge.en.search_words)
    for words in (challenge.ja.search_words, challenge.en.search_words):
        folded = [fold(word) for word in words]
        assert sorted(folded) == sorted(set(folded))


@pytest.mark.parametrize("slug", BY_SLUG)
def test_a_challenge_has_a_drawing_in_the_colours_of_its_mindset(slug: str) -> None:
    drawn = ElementTree.parse(DRAWINGS / f"{slug}.svg").getroot()  # noqa: S314  # our own file
    assert (drawn.get("id"), drawn.get("viewBox")) == ("drawing", "0 0 64 64")
    inks = {
        one.get(kind) for one in drawn.iter() for kind in ("fill", "stroke") if one.get(kind)
    } - {"none"}
    assert inks <= {"var(--hue)", "var(--mid)", "var(--light)", "var(--card)"}
    assert "var(--hue)" in inks


def test_most_challenges_are_for_everyone_and_some_for_managers() -> None:
    audiences = [one.audience for one in CATALOGUE.challenges]
    assert audiences.count(Audience.MANAGERS) >= 1
    assert audiences.count(Audience.EVERYONE) >= 20
