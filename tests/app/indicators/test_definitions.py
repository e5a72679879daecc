"""The files of indicators: what is in them, and how mistakes are told."""

from pathlib import Path

import pytest

from app.indicators.definitions import Direction, IndicatorSource, Layer, indicators
from challenges.catalogue.published import Catalogue
from challenges.catalogue.yaml_files import ContentWrong

ONE = """\
- slug: copier-pages
  position: 1
  direction: down
  source: imported
  ja: {name: 面数, formula: 面数, unit: 面, source: 記録, caveat: なし}
  en: {name: Pages, formula: Pages, unit: pages, source: Records, caveat: None}
"""


def write(folder: Path, text: str, name: str = "a.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_forty_two_indicators_are_monitored() -> None:
    assert len([one for one in indicators() if one.layer is Layer.MONITORING]) == 42


def test_every_project_of_the_catalogue_has_indicators(catalogue: Catalogue) -> None:
    known = {project.slug for project in catalogue.projects}
    assert {one.project for one in indicators() if one.project} == known


def test_units_have_values_of_computed_shares_alone() -> None:
    for one in indicators():
        assert not one.by_unit or (one.source is IndicatorSource.COMPUTED and one.ja.unit == "%")


def test_what_must_not_become_a_target_has_no_direction() -> None:
    aimless = {one.slug for one in indicators() if one.direction is Direction.NONE}
    assert aimless == {"public-channel-share", "failures-shared"}


def test_a_mistake_is_named_with_file_and_line(tmp_path: Path) -> None:
    write(tmp_path, ONE.replace("direction: down", "direction: sideways"))
    with pytest.raises(ContentWrong, match=r"^a\.yaml:3: indicators\.0\.direction: "):
        indicators(tmp_path)


def test_a_slug_is_used_once(tmp_path: Path) -> None:
    write(write(tmp_path, ONE), ONE.replace("position: 1", "position: 2"), "b.yaml")
    with pytest.raises(ContentWrong, match="copier-pages: used by more than one indicator"):
        indicators(tmp_path)
