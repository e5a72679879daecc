"""`history …`: compares what is stored with the history it follows from."""

from collections.abc import Iterator

import click
from flask.cli import AppGroup
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cli.console import say
from app.cli.schema import on_newest_schema
from app.clock import now
from app.db.sessions import database
from app.indicators import verifying as indicators_verifying
from app.indicators.changed_days import people_pending as people_to_fold
from app.jobs.recounting import campaigns_recounting
from app.migrations.tables import metadata
from badges.awards.verifying import awards_of_no_version
from badges.awards.verifying import differences as awards_that_disagree
from badges.catalogue.reading import read_badges
from badges.models import Award
from badges.subscribers import people_pending
from challenges.calendar import day_of
from challenges.campaigns import verifying as campaigns_verifying
from challenges.campaigns.subscribers import campaigns_pending
from challenges.catalogue.published import DamagedDefinition
from challenges.people import verifying as people_verifying
from challenges.recognition import verifying as recognition_verifying
from challenges.storage.verifying import doubled_rows, missing_guards
from challenges.submissions import totals, verifying

group = AppGroup("history")


@group.command()
@on_newest_schema
def verify() -> None:
    """Compare every stored total, submission, decision, void, endorsement, cheer, weekly budget,
    unit, rest, key of a name, award, count of a campaign and day of a person with the fold from
    scratch, and find what is there twice; exit 1 and name what is wrong."""
    with database().snapshot_session() as session:
        found = 0
        for difference in _differences(session):
            say(difference)
            found += 1
        checked = ", ".join(f"{count} {name}" for name, count in _rows(session).items())
    if found:
        raise click.ClickException(f"{found} differences in {checked}.")
    say(f"The history is whole: {checked} checked.")


def _differences(session: Session) -> Iterator[str]:
    yield from missing_guards(session, metadata)
    yield from doubled_rows(session, metadata)
    yield from totals.differences(session)
    yield from verifying.submissions_that_disagree(session)
    yield from verifying.completions_that_disagree(session)
    yield from verifying.decisions_that_disagree(session)
    yield from verifying.voids_that_disagree(session)
    yield from recognition_verifying.endorsements_that_disagree(session)
    yield from recognition_verifying.cheers_that_disagree(session)
    yield from recognition_verifying.budgets_that_disagree(session)
    yield from verifying.units_that_disagree(session)
    yield from people_verifying.rests_that_disagree(session)
    yield from people_verifying.names_that_disagree(session)
    yield from campaigns_verifying.differences(
        session, pending=campaigns_pending(session), recounting=campaigns_recounting(session)
    )
    yield from indicators_verifying.differences(session, pending=people_to_fold(session))
    yield from awards_of_no_version(session)
    try:
        catalogue, pending = read_badges(session), people_pending(session)
        wrong = awards_that_disagree(
            session, catalogue=catalogue, pending=pending, on=day_of(now())
        )
        yield from map(str, wrong)
    except DamagedDefinition as damage:  # there is nothing to judge awards by
        yield str(damage)


def _rows(session: Session) -> dict[str, int]:
    awards = session.scalars(select(func.count()).select_from(Award)).one()
    return {
        "monthly totals": len(totals.stored(session)),
        **verifying.rows_checked(session),
        **recognition_verifying.rows_checked(session),
        **people_verifying.rows_checked(session),
        **campaigns_verifying.rows_checked(session),
        **indicators_verifying.rows_checked(session),
        "awards": awards,
    }
