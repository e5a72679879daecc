"""What the office writes after a campaign, and what next year's begins with."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from challenges.storage.orm import Base, UtcDateTime


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
