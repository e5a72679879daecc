"""The DX office edits projects: the name, whether it is a working title (仮称), the first day.

What it edited stays when catalogue files are loaded again; the rest follows the files.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.catalogue.models import CatalogueLoad, Project
from challenges.errors import InvalidField
from challenges.text import has_length, in_one_line

NAME_LENGTH = (1, 40)
"""Letters of the name in each language."""
EDITED = "projects"
"""The kind of the row that tells every process of an edit."""


@dataclass(frozen=True, slots=True)
class ProjectValues:
    """What the office may edit of a project. Its fields are the names in ``Project.edited``."""

    ja: str
    """The name, without 仮称."""
    en: str
    is_provisional: bool
    starts_on: date | None

    @classmethod
    def of(cls, project: Project) -> "ProjectValues":
        """As they stand."""
        return cls(
            ja=project.wording["ja"]["name"],
            en=project.wording["en"]["name"],
            is_provisional=project.is_provisional,
            starts_on=project.starts_on,
        )

    def as_data(self) -> dict[str, Any]:
        """As plain data, for a log."""
        day = self.starts_on.isoformat() if self.starts_on else None
        return {
            "ja": self.ja,
            "en": self.en,
            "is_provisional": self.is_provisional,
            "starts_on": day,
        }


def listed(session: Session) -> list[Project]:
    """The projects of the catalogue, in their order."""
    return list(
        session.scalars(
            select(Project).where(Project.retired_at.is_(None)).order_by(Project.position)
        )
    )


def edit(session: Session, project: Project, values: ProjectValues, *, at: datetime) -> bool:
    """Make the project say that. Returns whether that changed it.

    Raises InvalidField where a name is missing or too long.
    """
    values = ProjectValues(
        ja=_name(values.ja, "ja"),
        en=_name(values.en, "en"),
        is_provisional=values.is_provisional,
        starts_on=values.starts_on,
    )
    before, after = ProjectValues.of(project).as_data(), values.as_data()
    changed = {name for name in after if after[name] != before[name]}
    if not changed:
        return False
    project.edited = sorted({*(project.edited or ()), *changed})
    project.is_provisional, project.starts_on = values.is_provisional, values.starts_on
    project.wording = _renamed(project.wording, {"ja": values.ja, "en": values.en})
    # Every process reads its copy of the catalogue again.
    session.add(CatalogueLoad(kind=EDITED, digest="", loaded_at=at))
    session.flush()
    return True


def keep_edited(project: Project, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a file wants, with what the office edited in their place."""
    kept = dict(wanted)
    edited = set(project.edited or ())
    for column in edited & {"is_provisional", "starts_on"}:
        kept[column] = getattr(project, column)
    names = {language: project.wording[language]["name"] for language in edited & {"ja", "en"}}
    kept["wording"] = _renamed(wanted["wording"], names)
    return kept


def _renamed(wording: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        language: {**texts, "name": names.get(language, texts["name"])}
        for language, texts in wording.items()
    }


def _name(written: str, language: str) -> str:
    name = in_one_line(written)
    if not has_length(name, NAME_LENGTH):
        raise InvalidField(
            "名前を%(shortest)s〜%(longest)s文字で入れてください。",
            field=language,
            shortest=NAME_LENGTH[0],
            longest=NAME_LENGTH[1],
        )
    return name
