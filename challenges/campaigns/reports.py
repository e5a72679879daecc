"""What the office writes after a campaign, and what next year's begins with."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from challenges.errors import N_, InvalidField, RuleBroken
from challenges.storage.orm import Base, UtcDateTime
from challenges.storage.sql import upsert
from challenges.text import as_written, is_longer

LONGEST_TEXT = 4000
"""Letters of each of the two texts."""
TOO_LONG = N_("%(longest)s字までにしてください。")


class CampaignReport(Base):
    """What the office writes after a campaign. Its numbers are read from the snapshots."""

    __tablename__ = "campaign_report"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    learned: Mapped[str] = mapped_column(Text, default="")
    do_differently: Mapped[str] = mapped_column(Text, default="")
    """Carried into the draft of next year's clone."""
    revision: Mapped[int] = mapped_column(default=1)
    """Raised by every save, so that nothing is overwritten in silence."""
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReportChanged(RuleBroken):
    """Somebody saved the report after it was read."""

    sentence = N_(
        "読んでいるあいだに、ほかの人が保存しました。下の新しい文と見くらべて、もう一度保存してください。"
    )


def report_of(session: Session, campaign_id: int) -> CampaignReport | None:
    """What the office has written so far."""
    return session.get(CampaignReport, campaign_id, populate_existing=True)


def write(
    session: Session,
    campaign_id: int,
    *,
    learned: str,
    do_differently: str,
    read: int,
    by_id: int,
    at: datetime,
) -> int:
    """Save the report and return its revision. ``read`` is the one that was read, 0 for none.

    Raises InvalidField and ReportChanged.
    """
    values = {
        "learned": _checked(learned, field="learned"),
        "do_differently": _checked(do_differently, field="do_differently"),
        "written_by_id": by_id,
        "written_at": at,
    }
    # The database decides which of two came first: by the key, or by the revision.
    if read == 0:
        new = upsert(session, CampaignReport).values(campaign_id=campaign_id, revision=1, **values)
        saved = session.scalar(new.on_conflict_do_nothing().returning(CampaignReport.revision))
    else:
        changed = update(CampaignReport).where(
            CampaignReport.campaign_id == campaign_id, CampaignReport.revision == read
        )
        saved = session.scalar(
            changed.values(revision=read + 1, **values).returning(CampaignReport.revision)
        )
    if saved is None:
        raise ReportChanged
    return int(saved)


def _checked(text: str, *, field: str) -> str:
    written = as_written(text)
    if is_longer(written, LONGEST_TEXT):
        raise InvalidField(TOO_LONG, field=field, longest=LONGEST_TEXT)
    return written
