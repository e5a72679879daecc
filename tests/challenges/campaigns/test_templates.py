"""Seven templates: whole in both languages, with days to come, and nothing to mend."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session

from app.config import Config
from challenges.calendar import is_working_day
from challenges.campaigns import templates
from challenges.campaigns.facts import gather
from challenges.campaigns.files import from_yaml, to_yaml
from challenges.campaigns.lint import Severity, codes, lint
from challenges.catalogue.published import Catalogue
from challenges.languages import LANGUAGES
from challenges.people.models import Membership
from challenges.vocabulary import MembershipKind

TODAY = date(2026, 11, 28)
slugs = pytest.mark.parametrize("slug", templates.SLUGS)


def test_there_is_one_for_each_part_of_the_year() -> None:
    found = templates.read()
    assert [one.slug for one in found] == list(templates.SLUGS)
    assert {path.stem for path in templates.FOLDER.glob("*.yaml")} == set(templates.SLUGS)
    days = [one.definition.first_day for one in found]
    assert [day.month for day in days if day] == [4, 5, 7, 9, 11, 1, 2]
    assert len({one.definition.cover for one in found}) == len(found)


@slugs
def test_a_template_says_everything_in_both_languages(slug: str) -> None:
    definition = templates.from_template(slug, TODAY)
    for language in LANGUAGES:
        assert all(getattr(definition, language).model_dump().values())


@slugs
def test_a_template_chooses_challenges_of_the_catalogue(slug: str, catalogue: Catalogue) -> None:
    definition = templates.from_template(slug, TODAY)
    assert {one.slug for one in definition.challenges} <= set(catalogue.by_slug)


@slugs
@pytest.mark.parametrize("today", [date(2026, 4, 1), TODAY, date(2031, 3, 31)])
def test_its_days_are_the_next_ones_that_suit_it(slug: str, today: date) -> None:
    definition = templates.from_template(slug, today)
    assert definition.first_day is not None
    assert definition.last_day is not None
    assert 0 < (definition.first_day - today).days < 400
    assert is_working_day(definition.first_day)
    assert is_working_day(definition.last_day)


@slugs
def test_a_template_passes_the_lint(
    slug: str,
    session: Session,
    cast: SimpleNamespace,
    climb: Callable[..., object],
) -> None:
    new = Membership(
        person_id=cast.staff.id,
        unit_id=cast.other_section.id,
        kind=MembershipKind.STAFF,
        valid_from=date(2027, 4, 1),
    )
    old = session.query(Membership).filter_by(person_id=cast.staff.id, is_primary=True).one()
    old.valid_to = date(2027, 3, 31)
    session.add(new)
    session.flush()
    definition = templates.from_template(slug, TODAY)
    facts = gather(
        session, definition, campaign_id=None, today=TODAY, kinds=Config.counted_employments
    )
    found = lint(definition, facts)
    assert [one.code for one in found if one.severity is Severity.ERROR] == []
    texts = {codes.JARGON, codes.LONG_SENTENCE, codes.LONG_PURPOSE}
    assert texts & {one.code for one in found} == set()


@slugs
def test_a_template_can_be_exported_and_imported(slug: str) -> None:
    definition = templates.from_template(slug, TODAY)
    assert from_yaml(to_yaml(definition)).digest() == definition.digest()


def test_an_unknown_template_is_refused() -> None:
    with pytest.raises(KeyError):
        templates.from_template("../secrets", TODAY)
