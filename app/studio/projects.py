"""The DX office edits a project, and the audit log keeps what was there before."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.studio.models import AuditEntry
from challenges.catalogue import projects
from challenges.catalogue.models import Project
from challenges.catalogue.projects import ProjectValues


def edit(
    session: Session, project: Project, values: ProjectValues, *, by_id: int, at: datetime
) -> bool:
    """Make the project say that. Returns whether that changed it. Raises InvalidField."""
    before = ProjectValues.of(project)
    if not projects.edit(session, project, values, at=at):
        return False
    session.add(
        AuditEntry(
            at=at,
            by_id=by_id,
            act="edited",
            subject="project",
            subject_name=project.wording["ja"]["name"],
            before=before.as_data(),
            after=ProjectValues.of(project).as_data(),
        )
    )
    session.flush()
    return True
