"""`indicators …`: values of indicators as files."""

from pathlib import Path
from threading import Event

import click
from flask.cli import AppGroup

from app.cli.console import in_words, say, say_all
from app.cli.given_files import open_given
from app.cli.schema import on_newest_schema
from app.clock import now
from app.db.sessions import database
from app.indicators import importing
from app.indicators.definitions import indicators
from app.indicators.import_plan import Change, Plan, PlannedRow
from app.indicators.models import ImportState, MeasureImport
from app.jobs.handling import Worker
from app.jobs.importing import begin, job_of
from app.jobs.kinds import HANDLERS
from app.jobs.models import JobState
from app.jobs.working import work

group = AppGroup("indicators")

PAUSE = 0.2
"""Seconds between two looks while a relay is at the same work."""
WORDS = {Change.NEW: "新しい値", Change.CHANGED: "変わる値", Change.SAME: "同じ値"}


@group.command("import")
@click.argument("file")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@on_newest_schema
def import_file(file: str, dry_run: bool) -> None:
    """Take in the measures of FILE (CSV or Excel workbook): all of them, or nothing and every
    mistake."""
    with open_given(file) as opened:
        data = opened.read()
    with database().reading() as session:
        planned = importing.plan(session, data, file_name=Path(file).name, at=now())
    _report(planned)
    if dry_run:
        say("試しに読みました。何も変えていません。")
        return
    if planned.changes_nothing:
        say(importing.SameAsBefore.sentence)
        return
    import_id = _begin(file, data)
    _work_until_done(import_id)
    say(f"取込み{import_id}として載せました（{len(planned.rows)}件）。")


def _report(planned: Plan) -> None:
    """Say what the file does, or end the command with every mistake."""
    if planned.problems:
        _refuse(planned)
    for change, word in WORDS.items():
        say(f"{change.value}: {planned.count(change)} {word}")
    changed = [one for one in planned.rows if one.change is Change.CHANGED]
    say_all([f"  {_shown(one)}" for one in changed])


def _refuse(planned: Plan) -> None:
    say_all([str(one) for one in planned.problems], err=True)
    raise click.ClickException(f"{len(planned.problems)}件の誤りがあります。何も変えていません。")


def _shown(row: PlannedRow) -> str:
    name = next(one.ja.name for one in indicators() if one.slug == row.indicator)
    return f"{name} {row.period:%Y-%m}: {_number(row.before)} → {_number(row.value)}"


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:,.10g}"


def _begin(file: str, data: bytes) -> int:
    with in_words(), database().writing() as session:
        begun = begin(
            session,
            data=data,
            file_name=Path(file).name,
            mapping=None,
            by_id=None,
            token_id=None,
            at=now(),
        )
        return begun.id


def _work_until_done(import_id: int) -> None:
    """Do the job here, chunk by chunk; a relay may help, or do all of it."""
    worker = Worker(database=database(), handlers=HANDLERS, clock=now)
    pause = Event()
    while True:
        with database().reading() as session:
            job = job_of(session, import_id)
            state = session.get_one(MeasureImport, import_id).state
        if state is ImportState.SHOWN:
            return
        if job is None or job.state is not JobState.WAITING:
            why = job.last_error if job and job.last_error else "取りやめられました。"
            raise click.ClickException(f"取込み{import_id}は終わっていません: {why}")
        if work(worker, stop=Event(), job_id=job.id) is None:
            pause.wait(PAUSE)
