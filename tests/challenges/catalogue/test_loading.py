"""The catalogue in the database: loading again changes nothing, and a completion keeps the rules it
was made under."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from challenges.catalogue.definitions import CatalogueDefinition, ChallengeDefinition, read_folder
from challenges.catalogue.loading import CatalogueDiff, digest_of, dump, load, write_folder
from challenges.catalogue.models import CatalogueLoad, Challenge, ChallengeVersion, Project, Step
from challenges.catalogue.published import DamagedDefinition, read_catalogue
from challenges.catalogue.yaml_files import ContentWrong
from challenges.submissions import submitting
from challenges.submissions.models import Completion, Submission
from challenges.submissions.queries import steps_with_submissions
from tests.shipped import CATALOGUE as SHIPPED


def changed(slug: str, **values: Any) -> CatalogueDefinition:
    """The shipped catalogue with one challenge written differently."""
    challenges = [
        ChallengeDefinition.model_validate({**one.as_data(), **values}) if one.slug == slug else one
        for one in SHIPPED.challenges
    ]
    return CatalogueDefinition(projects=SHIPPED.projects, challenges=challenges)


def without(slug: str) -> CatalogueDefinition:
    challenges = [one for one in SHIPPED.challenges if one.slug != slug]
    return CatalogueDefinition(projects=SHIPPED.projects, challenges=challenges)


def versions_of(session: Session, slug: str) -> list[int]:
    statement = select(ChallengeVersion.number).join(
        Challenge, Challenge.id == ChallengeVersion.challenge_id
    )
    return list(
        session.scalars(statement.where(Challenge.slug == slug).order_by(ChallengeVersion.number))
    )


def loads(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(CatalogueLoad)).one()


def test_what_is_dumped_is_what_was_loaded(session: Session, tmp_path: Path) -> None:
    assert dump(session) == SHIPPED
    write_folder(dump(session), tmp_path)
    again = read_folder(tmp_path)
    assert again == SHIPPED
    assert [one.as_data() for one in again.challenges] == [
        one.as_data() for one in SHIPPED.challenges
    ]


def test_loading_again_changes_nothing(session: Session, at: datetime) -> None:
    before = loads(session)
    diff = load(session, SHIPPED, used_steps=steps_with_submissions(session), at=at)
    assert diff == CatalogueDiff(unchanged=[one.slug for one in SHIPPED.challenges])
    assert loads(session) == before


def test_a_changed_file_makes_a_new_version_beside_the_old_one(
    session: Session, at: datetime
) -> None:
    before = loads(session)
    diff = load(
        session,
        changed("quick-hands", minutes=25),
        used_steps=steps_with_submissions(session),
        at=at,
    )
    assert diff.changed == {"quick-hands": ["minutes"]}
    assert versions_of(session, "quick-hands") == [1, 2]
    assert versions_of(session, "dx-words") == [1]
    assert read_catalogue(session).by_slug["quick-hands"].minutes == 25
    assert loads(session) == before + 1


def test_a_completion_keeps_the_version_it_was_made_under(
    session: Session, cast: SimpleNamespace, climb: Callable[..., Completion], at: datetime
) -> None:
    old = climb(cast.staff, "quick-hands")
    load(
        session,
        changed("quick-hands", minutes=25),
        used_steps=steps_with_submissions(session),
        at=at,
    )
    new = climb(cast.colleague, "quick-hands")
    assert (old.challenge_version, new.challenge_version) == (1, 2)
    published = session.scalars(
        select(ChallengeVersion).where(ChallengeVersion.challenge_id == old.step.challenge_id)
    ).all()
    assert {version.number: version.definition["minutes"] for version in published} == {
        1: 20,
        2: 25,
    }
    assert all(version.digest == digest_of(version.definition) for version in published)


@pytest.fixture
def before_search_words(session: Session) -> None:
    """What is published is from before search words existed."""
    for version in session.scalars(select(ChallengeVersion)):
        version.definition = without_search_words(version.definition)
        version.digest = digest_of(version.definition)
    session.flush()


def without_search_words(definition: dict[str, Any]) -> dict[str, Any]:
    texts = {language: dict(definition[language]) for language in ("ja", "en")}
    for words in texts.values():
        del words["search_words"]
    return {**definition, **texts}


@pytest.mark.usefixtures("before_search_words")
def test_what_was_published_without_search_words_is_still_read_and_dumped(
    session: Session, tmp_path: Path
) -> None:
    assert "はんこ" not in read_catalogue(session).by_slug["why-the-seal"].folded_text
    write_folder(dump(session), tmp_path)
    with pytest.raises(ContentWrong) as told:
        read_folder(tmp_path)
    assert len(told.value.problems) == 2 * len(SHIPPED.challenges)


def test_what_was_published_without_needs_is_still_read_and_dumped(session: Session) -> None:
    for version in session.scalars(select(ChallengeVersion)):
        version.definition = {
            key: value for key, value in version.definition.items() if key != "needs"
        }
    session.flush()
    assert all(one.needs == () for one in read_catalogue(session).challenges)
    assert all(one.needs == () for one in dump(session).challenges)


@pytest.mark.usefixtures("before_search_words")
def test_search_words_make_new_versions_and_leave_what_people_did(
    session: Session,
    cast: SimpleNamespace,
    climb: Callable[..., Completion],
    step_of: Callable[..., Step],
    at: datetime,
) -> None:
    old = climb(cast.staff, "why-the-seal")
    waiting = submitting.open_submission(
        session, person_id=cast.staff.id, step_id=step_of("why-the-seal", 2).id, version=1, at=at
    )
    rows = columns_of(session)
    steps = [(step.id, step.number, step.retired_at) for step in session.scalars(select(Step))]
    diff = load(session, SHIPPED, used_steps=steps_with_submissions(session), at=at)
    assert diff.changed.keys() == {one.slug for one in SHIPPED.challenges}
    assert columns_of(session) == rows
    assert (old.challenge_version, waiting.challenge_version) == (1, 1)
    assert steps == [(one.id, one.number, one.retired_at) for one in session.scalars(select(Step))]
    assert "はんこ" in read_catalogue(session).by_slug["why-the-seal"].folded_text


def columns_of(session: Session) -> list[tuple[Any, ...]]:
    """Every completion and submission, as stored."""
    session.flush()
    return [
        tuple(row)
        for model in (Completion, Submission)
        for row in session.execute(select(*model.__table__.columns))
    ]


def test_a_removed_challenge_is_retired_and_its_completions_stay(
    session: Session, cast: SimpleNamespace, climb: Callable[..., Completion], at: datetime
) -> None:
    completion = climb(cast.staff, "quick-hands")
    diff = load(session, without("quick-hands"), used_steps=steps_with_submissions(session), at=at)
    assert diff.retired == ["quick-hands"]
    catalogue = read_catalogue(session)
    assert catalogue.by_slug["quick-hands"].is_retired
    assert "quick-hands" not in [one.slug for one in catalogue.offered(to_manager=True)]
    assert catalogue.by_step[completion.step_id][0].slug == "quick-hands"
    assert dump(session) == without("quick-hands")
    assert load(
        session, without("quick-hands"), used_steps=steps_with_submissions(session), at=at
    ).is_empty


def test_a_retired_challenge_that_comes_back_is_offered_again(
    session: Session, at: datetime
) -> None:
    load(session, without("quick-hands"), used_steps=steps_with_submissions(session), at=at)
    diff = load(session, SHIPPED, used_steps=steps_with_submissions(session), at=at)
    assert diff.changed == {"quick-hands": ["retired"]}
    assert not read_catalogue(session).by_slug["quick-hands"].is_retired
    assert dump(session) == SHIPPED


@pytest.fixture
def shorter() -> CatalogueDefinition:
    """The shipped catalogue with only the first step of one staircase."""
    steps = next(one for one in SHIPPED.challenges if one.slug == "quick-hands").as_data()["steps"]
    return changed("quick-hands", steps=steps[:1])


def test_a_step_that_left_the_file_is_retired_and_kept(
    session: Session,
    cast: SimpleNamespace,
    climb: Callable[..., Completion],
    shorter: CatalogueDefinition,
    at: datetime,
) -> None:
    climb(cast.staff, "quick-hands", 1)
    third = climb(cast.staff, "quick-hands", 3)
    load(session, shorter, used_steps=steps_with_submissions(session), at=at)
    assert session.get_one(Step, third.step_id).retired_at == at
    assert len(read_catalogue(session).by_slug["quick-hands"].steps) == 1
    load(session, SHIPPED, used_steps=steps_with_submissions(session), at=at)
    assert session.get_one(Step, third.step_id).retired_at is None


@pytest.mark.parametrize("definition", [{}, {"minutes": 20}, [], None])
def test_a_damaged_definition_is_told_in_one_sentence(session: Session, definition: Any) -> None:
    version = session.scalars(
        select(ChallengeVersion).join(Challenge).where(Challenge.slug == "quick-hands")
    ).one()
    version.definition = definition
    session.flush()
    sentence = "^challenge quick-hands version 1: its definition cannot be read: "
    with pytest.raises(DamagedDefinition, match=sentence):
        read_catalogue(session)


SEAL = next(one for one in SHIPPED.challenges if one.slug == "why-the-seal").as_data()["steps"]
"""TRY, HABIT and two of SPREAD."""
ANOTHER = {**SEAL[3], "ja": {"ask": "もう一つ広げる。"}, "en": {"ask": "Spread one more."}}
MOVES = {
    "the one below is removed": ([SEAL[0], SEAL[2], SEAL[3]], "step 3 would become what is step 4"),
    "it is removed itself": ([*SEAL[:2], SEAL[3]], "step 3 would become what is step 4"),
    "one is put before it": ([*SEAL[:2], ANOTHER, *SEAL[2:]], "step 3 would move to 4"),
    "it is swapped": ([*SEAL[:2], SEAL[3], SEAL[2]], "step 3 would become what is step 4"),
    "it gets another stage": ([*SEAL[:2], SEAL[1]], "step 3 is SPREAD and would become HABIT"),
}


@pytest.mark.parametrize("how", MOVES)
def test_a_used_step_cannot_be_replaced(
    session: Session,
    cast: SimpleNamespace,
    climb: Callable[..., Completion],
    at: datetime,
    how: str,
) -> None:
    steps, why = MOVES[how]
    before = loads(session)
    climb(cast.staff, "why-the-seal", 3)
    with pytest.raises(ContentWrong) as told:
        load(
            session,
            changed("why-the-seal", steps=steps),
            used_steps=steps_with_submissions(session),
            at=at,
        )
    [problem] = told.value.problems
    assert problem.startswith("why-the-seal.yaml: steps: ")
    assert why in problem
    assert (dump(session), loads(session)) == (SHIPPED, before)


@pytest.mark.parametrize("how", MOVES)
def test_an_unused_step_can_be_replaced(session: Session, at: datetime, how: str) -> None:
    wanted = changed("why-the-seal", steps=MOVES[how][0])
    load(session, wanted, used_steps=steps_with_submissions(session), at=at)
    assert dump(session) == wanted


def test_one_submission_makes_a_step_used(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    [first] = session.scalars(
        select(Step).join(Challenge).where(Challenge.slug == "why-the-seal", Step.number == 1)
    )
    draft = {
        "person_id": cast.staff.id,
        "step": first,
        "version": 1,
        "reflection": "まだ途中",
        "link": "",
        "at": at,
    }
    submitting.save_draft(session, **draft)
    steps = [{**SEAL[0], **{language: ANOTHER[language] for language in ("ja", "en")}}, *SEAL]
    with pytest.raises(ContentWrong, match="step 1 would move to 2"):
        load(
            session,
            changed("why-the-seal", steps=steps),
            used_steps=steps_with_submissions(session),
            at=at,
        )


def test_a_challenge_can_gain_or_lose_top_steps_and_be_reworded(
    session: Session, cast: SimpleNamespace, climb: Callable[..., Completion], at: datetime
) -> None:
    for number in (1, 2, 3):
        climb(cast.staff, "why-the-seal", number)
    reworded = [*SEAL[:2], {**SEAL[2], "check": "manager", "ja": {"ask": "となりの課に話す。"}}]
    for steps in ([*SEAL, ANOTHER], SEAL[:3], SEAL[:2], SEAL, reworded):
        wanted = changed("why-the-seal", steps=steps)
        load(session, wanted, used_steps=steps_with_submissions(session), at=at)
        assert dump(session) == wanted


def test_a_project_may_be_renamed_and_may_leave(session: Session, at: datetime) -> None:
    words = SHIPPED.projects[2].ja.model_copy(update={"name": "まなび"})
    renamed = [
        one.model_copy(update={"ja": words}) if one.slug == "learning" else one
        for one in SHIPPED.projects
    ]
    diff = load(
        session,
        CatalogueDefinition(projects=renamed, challenges=SHIPPED.challenges),
        used_steps=steps_with_submissions(session),
        at=at,
    )
    assert diff.changed == {"projects": ["learning"]}
    assert read_catalogue(session).by_slug["quick-hands"].project.name["ja"] == "まなび（仮称）"

    staying = [one for one in SHIPPED.projects if one.slug != "data"]
    fewer = CatalogueDefinition(
        projects=staying, challenges=[one for one in SHIPPED.challenges if one.project != "data"]
    )
    diff = load(session, fewer, used_steps=steps_with_submissions(session), at=at)
    assert "data" in diff.changed["projects"]
    assert session.get_one(Project, "data").retired_at == at
    assert [project.slug for project in read_catalogue(session).projects] == [
        one.slug for one in staying
    ]
    assert dump(session) == fewer
    assert load(session, fewer, used_steps=steps_with_submissions(session), at=at).is_empty


def test_the_order_of_projects_is_the_order_of_the_file(session: Session, at: datetime) -> None:
    turned = CatalogueDefinition(projects=SHIPPED.projects[::-1], challenges=SHIPPED.challenges)
    load(session, turned, used_steps=steps_with_submissions(session), at=at)
    assert dump(session) == turned
