"""The job that ends roles with the posts that they rest on, and leaves places in campaigns empty.

Whoever lost a post has no role since its last day, also while no relay runs (held_roles.py). This
writes it down, so that nobody who comes back years later finds an old role.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from app.jobs.handling import Chunk
from app.jobs.models import Job
from app.studio import audit, drafts
from challenges.calendar import day_of
from challenges.campaigns.owners import Vacated, vacate
from challenges.people.held_roles import end_with_posts
from challenges.people.models import Person, RoleGrant

END_ROLES = "end-roles"
WHY = "異動か退職で、役割が終わったため"
"""Stands in the audit log, which is Japanese."""


def end_roles(session: Session, job: Job, chunk: Chunk) -> bool:
    """End what is due, all at once: they are a handful."""
    ended = end_with_posts(session, at=chunk.at)
    for grant in ended:
        _note_role(session, grant, at=chunk.at)
    for one in vacate(session, on=day_of(chunk.at)):
        _note_campaign(session, one, at=chunk.at)
    job.done += len(ended)
    return False


def _note_role(session: Session, grant: RoleGrant, *, at: datetime) -> None:
    audit.note(
        session,
        act="role_ended",
        subject="role",
        subject_id=grant.person_id,
        subject_name=session.get_one(Person, grant.person_id).name,
        before={"role": grant.role.value},
        after={"role": ""},
        reason=WHY,
        by_id=None,
        at=at,
    )


def _note_campaign(session: Session, one: Vacated, *, at: datetime) -> None:
    draft = drafts.draft_of(session, one.campaign.id)
    audit.note(
        session,
        act="people",
        subject="campaign",
        subject_id=one.campaign.id,
        subject_name=draft.definition.ja.name or one.campaign.slug,
        before=one.before,
        after=one.after,
        reason=WHY,
        by_id=None,
        at=at,
    )
