"""Each kind of job and its handler, the function that does one chunk of it.

A handler stops when the time of its chunk is used up, so that nobody waits longer than a quarter of
a second to write to SQLite. It moves the cursor in the transaction of what it writes, so that no
kill doubles a chunk:

    def recount(session: Session, job: Job, chunk: Chunk) -> bool:
        while not chunk.is_over():
            person = …the first with an id above (job.cursor or 0)…
            if person is None:
                return False
            …
            job.cursor, job.done = person.id, job.done + 1
        return True

Kinds are stored with their jobs, so they do not change. Raise ``CannotFinish`` with a sentence to
park a job at once.
"""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.indicators.definitions import indicators
from app.jobs.disclosing import (
    FORGET_DISCLOSURES,
    WRITE_DISCLOSURE,
    forget_disclosures,
    write_disclosure,
)
from app.jobs.ending_roles import END_ROLES, end_roles
from app.jobs.forgetting_words import FORGET_WORDS, forget_words
from app.jobs.handling import Chunk, Handler, after_reading
from app.jobs.importing import (
    FORGET_IMPORTS,
    IMPORT_MEASURES,
    forget_imports,
    import_measures,
)
from app.jobs.indicators import FOLD_INDICATORS, fold_indicators
from app.jobs.letters import PLAN_LETTERS, plan_letters
from app.jobs.linting import LINT_CAMPAIGNS, lint_campaigns
from app.jobs.models import SCHEDULED, Job, JobState
from app.jobs.noticing import (
    FORGET_NOTICES,
    TELL_AUDIENCE,
    TELL_OF_ENDS,
    TELL_WHO_DECIDES,
    forget_notices,
    tell_audience,
    tell_of_ends,
    tell_who_decides_today,
)
from app.jobs.recounting import (
    RECOUNT_CAMPAIGN,
    SNAPSHOT_CAMPAIGNS,
    recount_campaign,
    snapshot_campaigns,
)
from app.jobs.redrawing import REDRAW_CHARTS, redraw_charts
from app.jobs.sealed_words import REMOVE_SEALED_WORDS, remove_sealed_words
from challenges.campaigns.lifecycle import open_and_close
from challenges.people.sign_ins import forget_ended
from challenges.submissions.overdue import accept_overdue
from challenges.submissions.routing import route_some

ACCEPT_OVERDUE = "accept-overdue"
ROUTE_SUBMISSIONS = "route-submissions"
OPEN_AND_CLOSE_CAMPAIGNS = "open-and-close-campaigns"
FORGET_JOBS = "forget-jobs"
FORGET_SIGN_INS = "forget-sign-ins"

AT_ONCE = 20
"""Rows between two looks at the time."""
KEPT = timedelta(days=30)
"""How long a finished job of the schedule is kept."""


def accept_overdue_submissions(session: Session, job: Job, chunk: Chunk) -> bool:
    """Accept what has waited for a manager for over five working days."""
    while not chunk.is_over():
        accepted = accept_overdue(session, at=chunk.at, limit=AT_ONCE)
        job.done += accepted
        if not accepted:
            return False
    return True


def route_submissions(session: Session, job: Job, chunk: Chunk) -> bool:
    """Give what waits in a unit without a manager to the nearest unit above that has one."""
    while not chunk.is_over():
        routed = route_some(session, after=job.cursor or 0, limit=AT_ONCE, at=chunk.at)
        job.done += routed.moved
        if routed.last is None:
            return False
        job.cursor = routed.last
    return True


def open_and_close_campaigns(session: Session, job: Job, chunk: Chunk) -> bool:
    """Open and close what is due, all at once: they are a handful, and their order matters."""
    job.done += open_and_close(session, at=chunk.at)
    return False


def forget_jobs(session: Session, job: Job, chunk: Chunk) -> bool:
    """Delete finished jobs of the schedule after a month. Jobs that people asked for are kept."""
    is_over = Job.state.in_((JobState.DONE, JobState.CANCELLED)) & (
        Job.created_at < chunk.at - KEPT
    )
    while not chunk.is_over():
        old = (
            select(Job.id)
            .where(is_over, Job.key.startswith(SCHEDULED))
            .order_by(Job.created_at)
            .limit(AT_ONCE)
        )
        gone = session.scalars(delete(Job).where(Job.id.in_(old)).returning(Job.id)).all()
        job.done += len(gone)
        if not gone:
            return False
    return True


def forget_sign_ins(session: Session, job: Job, chunk: Chunk) -> bool:
    """Delete sign-ins that are over."""
    while not chunk.is_over():
        gone = forget_ended(session, at=chunk.at, limit=AT_ONCE)
        job.done += gone
        if not gone:
            return False
    return True


HANDLERS: Mapping[str, Handler] = {
    ACCEPT_OVERDUE: accept_overdue_submissions,
    ROUTE_SUBMISSIONS: route_submissions,
    OPEN_AND_CLOSE_CAMPAIGNS: open_and_close_campaigns,
    FORGET_JOBS: forget_jobs,
    FORGET_SIGN_INS: forget_sign_ins,
    RECOUNT_CAMPAIGN: recount_campaign,
    SNAPSHOT_CAMPAIGNS: snapshot_campaigns,
    LINT_CAMPAIGNS: lint_campaigns,
    FOLD_INDICATORS: after_reading(indicators, fold_indicators),
    END_ROLES: end_roles,
    REDRAW_CHARTS: after_reading(indicators, redraw_charts),
    IMPORT_MEASURES: import_measures,
    FORGET_IMPORTS: forget_imports,
    TELL_AUDIENCE: tell_audience,
    TELL_OF_ENDS: tell_of_ends,
    TELL_WHO_DECIDES: tell_who_decides_today,
    FORGET_NOTICES: forget_notices,
    PLAN_LETTERS: plan_letters,
    FORGET_WORDS: forget_words,
    REMOVE_SEALED_WORDS: remove_sealed_words,
    WRITE_DISCLOSURE: write_disclosure,
    FORGET_DISCLOSURES: forget_disclosures,
}
