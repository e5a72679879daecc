"""Whom a campaign reaches, as pieces of statements.

A person is judged by their main appointment (本務) of the day alone: concurrent ones (兼務) and
deputyships put nobody into an audience.
"""

from datetime import date

from sqlalchemy import ColumnElement, exists, or_
from sqlalchemy.orm import aliased

from challenges.campaigns.models import CampaignUnit, CampaignVersion
from challenges.people.models import Membership, Unit
from challenges.people.org_chart import holds_on, is_at_or_above
from challenges.vocabulary import MembershipKind


def fits_audience(
    *, version: type[CampaignVersion] = CampaignVersion, of: type[Membership] = Membership
) -> ColumnElement[bool]:
    """SQL: whether a main appointment belongs to the audience of a version of the statement.

    The caller sees to it that it is the main one (``is_main_on``).
    """
    upper, lower = aliased(Unit), aliased(Unit)
    lies_in_a_unit = exists().where(
        CampaignUnit.version_id == version.id,
        upper.id == CampaignUnit.unit_id,
        lower.id == of.unit_id,
        is_at_or_above(upper, lower),
    )
    return or_(
        version.everyone,
        version.managers & (of.kind == MembershipKind.MANAGER),
        of.valid_from >= version.new_since,
        # The appointment and the version are those of the statement around, wherever this stands.
        lies_in_a_unit.correlate_except(CampaignUnit, upper, lower),
    )


def is_main_on(
    on: date | ColumnElement[date], *, of: type[Membership] = Membership
) -> ColumnElement[bool]:
    """SQL: whether it is the appointment by which its person is judged on that day."""
    return of.is_primary & holds_on(on, of=of)
