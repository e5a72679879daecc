"""The DX office edits projects, and a load of files leaves alone what it edited."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from challenges.catalogue.definitions import CatalogueDefinition
from challenges.catalogue.loading import dump, load
from challenges.catalogue.models import CatalogueLoad, Project
from challenges.catalogue.projects import ProjectValues, edit, listed
from challenges.catalogue.published import read_catalogue
from challenges.errors import InvalidField
from tests.shipped import CATALOGUE as SHIPPED

SUMMER = date(2026, 8, 3)


@pytest.fixture
def learning(session: Session) -> Project:
    """A project whose official name nobody knows yet."""
    return session.get_one(Project, "learning")


def changed_files(**changes: object) -> CatalogueDefinition:
    """The shipped files, with the project of learning changed."""
    projects = [
        one.model_copy(update=changes) if one.slug == "learning" else one
        for one in SHIPPED.projects
    ]
    return SHIPPED.model_copy(update={"projects": projects})


def revision(session: Session) -> int:
    return session.scalar(select(func.max(CatalogueLoad.id))) or 0


def test_shipped_projects_began_in_the_first_year(session: Session) -> None:
    assert {row.slug: row.starts_on for row in listed(session)} == {
        "communication": date(2023, 5, 22),
        "meetings": date(2023, 5, 22),
        "learning": date(2023, 7, 3),
        "improvement": date(2023, 7, 3),
        "data": date(2023, 7, 3),
    }


def test_an_edit_shows_everywhere_at_once(
    session: Session, learning: Project, at: datetime
) -> None:
    before = revision(session)
    wanted = replace(
        ProjectValues.of(learning), ja="学び合い", is_provisional=False, starts_on=SUMMER
    )
    assert edit(session, learning, wanted, at=at)
    assert revision(session) > before
    [found] = [one for one in read_catalogue(session).projects if one.slug == "learning"]
    assert (found.name["ja"], found.name["en"]) == ("学び合い", "Digital learning")
    assert [found.has_begun(day) for day in (date(2026, 8, 2), SUMMER)] == [False, True]


def test_an_edit_that_changes_nothing_is_none(
    session: Session, learning: Project, at: datetime
) -> None:
    before = revision(session)
    assert not edit(session, learning, ProjectValues.of(learning), at=at)
    assert (learning.edited, revision(session)) == (None, before)


def test_a_load_keeps_what_was_edited_and_brings_the_rest(
    session: Session, learning: Project, at: datetime
) -> None:
    wanted = replace(ProjectValues.of(learning), ja="学び合い", starts_on=SUMMER)
    edit(session, learning, wanted, at=at)
    assert learning.edited == ["ja", "starts_on"]
    files = changed_files(
        provisional=False,
        starts_on=date(2027, 1, 4),
        en=SHIPPED.projects[2].en.model_copy(update={"name": "Learning together"}),
        ja=SHIPPED.projects[2].ja.model_copy(update={"about": "新しい説明。"}),
    )
    load(session, files, used_steps=(), at=at)
    assert ProjectValues.of(learning) == ProjectValues(
        ja="学び合い", en="Learning together", is_provisional=False, starts_on=SUMMER
    )
    assert learning.wording["ja"]["about"] == "新しい説明。"
    assert load(session, files, used_steps=(), at=at).is_empty


def test_what_nobody_edited_follows_the_files(
    session: Session, learning: Project, at: datetime
) -> None:
    load(session, changed_files(starts_on=SUMMER), used_steps=(), at=at)
    assert learning.starts_on == SUMMER
    assert dump(session).projects[2].starts_on == SUMMER
    load(session, changed_files(starts_on=None), used_steps=(), at=at)
    assert learning.starts_on is None


@pytest.mark.parametrize(
    ("field", "name"), [("ja", ""), ("ja", " \u200b "), ("en", ""), ("ja", "あ" * 41)]
)
def test_a_project_needs_a_name_that_fits(
    session: Session, learning: Project, at: datetime, field: str, name: str
) -> None:
    before = ProjectValues.of(learning)
    with pytest.raises(InvalidField) as refused:
        edit(session, learning, replace(before, **{field: name}), at=at)
    assert refused.value.field == field
    assert ProjectValues.of(learning) == before


def test_forty_letters_fit(session: Session, learning: Project, at: datetime) -> None:
    assert edit(session, learning, replace(ProjectValues.of(learning), ja="あ" * 40), at=at)
