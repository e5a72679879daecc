"""What a person reads of their notices: the number at the bell, and the list."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from app.notices.kinds import NoticeKind
from app.notices.models import Notice
from badges.models import Award
from challenges.campaigns.models import Campaign, CampaignVersion
from challenges.people.models import Person
from challenges.recognition.models import Cheer, Endorsement
from challenges.recognition.stamps import Stamp
from challenges.storage.sql import fetch_rows
from challenges.submissions.models import Completion
from challenges.words.kinds import TextKind
from challenges.words.models import Mask


@dataclass(frozen=True, slots=True)
class ListedNotice:
    """A notice with what its sentence needs, as it is by now."""

    id: int
    kind: NoticeKind
    happened_at: datetime
    is_unread: bool
    step_id: int | None
    by: str | None
    """The name of whoever did it."""
    reason: str | None
    """Why the DX office took a completion back, or masked words."""
    masked_kind: TextKind | None
    masked_id: int | None
    """The text that the DX office masked."""
    came_with_acceptance: bool
    """The words came when the submission was accepted."""
    stamp: Stamp | None
    """Of the cheer."""
    badge: str | None
    campaign: str | None
    """Slugs."""
    campaign_names: dict[str, str]
    """By language."""
    last_day: date | None
    """Of the campaign."""


def listed(session: Session, person_id: int, *, limit: int, offset: int = 0) -> list[ListedNotice]:
    """What the person was told, newest first. One statement."""
    asked = {"person_id": person_id, "at_most": limit, "skipped": offset}
    return [_listed(row) for row in fetch_rows(session, _LISTED, asked)]


def the_notice(session: Session, notice_id: int, *, person_id: int) -> ListedNotice | None:
    """One of the person's own notices that is listed, or None. One statement."""
    asked = {"person_id": person_id, "notice_id": notice_id}
    row = fetch_rows(session, _ONE, asked).one_or_none()
    return None if row is None else _listed(row)


def _listed(row: Any) -> ListedNotice:
    found = dict(row._mapping)
    names = {"ja": found.pop("name_ja") or "", "en": found.pop("name_en") or ""}
    return ListedNotice(**found, campaign_names=names)


def _statement() -> Select[*tuple[Any, ...]]:
    """The subject of each kind is in another table, so most columns are empty in most rows."""
    subject = Notice.subject_id
    of_cheer = Notice.kind.in_((NoticeKind.CHEER, NoticeKind.THANKS))
    of_campaign = Notice.kind.in_(
        (NoticeKind.CAMPAIGN_OPENS, NoticeKind.CAMPAIGN_ENDS, NoticeKind.CAMPAIGN_MEND)
    )
    vouched = and_(Notice.kind == NoticeKind.WORDS, Endorsement.id == subject)
    taken_back = and_(Notice.kind == NoticeKind.TAKEN_BACK, Completion.id == subject)
    endorsed = and_(Notice.kind == NoticeKind.WORDS, Completion.id == Endorsement.completion_id)
    name = CampaignVersion.definition
    return (
        select(
            Notice.id,
            Notice.kind,
            Notice.happened_at,
            Notice.read_at.is_(None).label("is_unread"),
            Notice.step_id,
            Person.name.label("by"),
            func.coalesce(Completion.void_reason, Mask.reason).label("reason"),
            Mask.kind.label("masked_kind"),
            Mask.text_id.label("masked_id"),
            func.coalesce(
                (Completion.decided_by_id == Endorsement.endorser_id)
                & (Completion.decided_at == Endorsement.given_at),
                False,
            ).label("came_with_acceptance"),
            Cheer.stamp,
            Award.badge_slug.label("badge"),
            Campaign.slug.label("campaign"),
            Campaign.last_day,
            name[("ja", "name")].as_string().label("name_ja"),
            name[("en", "name")].as_string().label("name_en"),
        )
        .outerjoin(Person, Person.id == Notice.by_id)
        .outerjoin(Endorsement, vouched)
        .outerjoin(Completion, taken_back | endorsed)
        .outerjoin(Mask, and_(Notice.kind == NoticeKind.MASKED, Mask.id == subject))
        .outerjoin(Cheer, and_(of_cheer, Cheer.id == subject))
        .outerjoin(Award, and_(Notice.kind == NoticeKind.BADGE, Award.id == subject))
        .outerjoin(Campaign, and_(of_campaign, Campaign.id == subject))
        .outerjoin(
            CampaignVersion,
            and_(CampaignVersion.campaign_id == Campaign.id, CampaignVersion.replaced_at.is_(None)),
        )
        .where(Notice.person_id == bindparam("person_id"), Notice.withdrawn_at.is_(None))
    )


_LISTED = (
    _statement()
    .order_by(Notice.happened_at.desc(), Notice.id.desc())
    .limit(bindparam("at_most"))
    .offset(bindparam("skipped"))
)
_ONE = _statement().where(Notice.id == bindparam("notice_id"))

UNREAD = (
    select(func.count())
    .select_from(Notice)
    .where(Notice.person_id == Person.id, Notice.read_at.is_(None))
    .where(Notice.withdrawn_at.is_(None))
    .where(Notice.rises_at <= bindparam("at", type_=Notice.rises_at.type))
    .correlate(Person)
    .scalar_subquery()
)
"""SQL: the number at the bell of a ``Person`` of the statement at the time ``at``."""
