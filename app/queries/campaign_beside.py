"""What stands beside one's own part on the page of a campaign, in one statement: everybody opens
it, and each statement costs a way to the database and back."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.queries.campaign_lines import LINES, Line, asked_of_lines, line_of
from app.queries.campaign_log import LOG, LogLine, log_lines
from app.queries.campaigns import Looking, SeenCampaign
from app.queries.nightly import MADE, Made, asked_of_made, made_of
from challenges.storage.sql import fetch_rows, united


@dataclass(frozen=True, slots=True)
class Beside:
    """What others did in the campaign, and what became of it."""

    lines: list[Line]
    log: list[LogLine]
    made: list[Made]
    """Of its snapshots and last year's, from which its shares follow."""


def beside(
    session: Session,
    campaign: SeenCampaign,
    looking: Looking,
    *,
    lines: int,
    log: int,
    log_offset: int = 0,
) -> Beside:
    """So many lines of colleagues, and a page of so many lines of the log."""
    asked = {
        **asked_of_lines(campaign.id, looking, limit=lines),
        **asked_of_made(campaign),
        "log_at_most": log,
        "log_skipped": log_offset,
    }
    rows = fetch_rows(session, _BESIDE, asked).all()
    said = sorted(
        (row for row in rows if row.part == "line"),
        key=lambda row: (row.is_near, row.completion_id),
        reverse=True,
    )
    logged = sorted(
        (row for row in rows if row.part == "log"), key=lambda row: (row.at, row.id), reverse=True
    )
    return Beside(
        lines=[line_of(row) for row in said],
        log=log_lines(logged),
        made=[made_of(row) for row in rows if row.part == "made"],
    )


_BESIDE = united(line=LINES, log=LOG, made=MADE)
