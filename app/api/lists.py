"""The lists of the API. Each has an address, and a section in docs/api.md."""

from app.api import measured, offered, parameters, rows
from app.api.parameters import ListParameters
from app.api.reading import OpenList

LISTS = (
    OpenList(
        "indicators",
        "What each indicator means",
        rows.Indicator,
        parameters.IndicatorParameters,
        str,
        measured.mark_of_indicators,
        measured.indicator_page,
    ),
    OpenList(
        "measures",
        "Published values of indicators",
        rows.Measure,
        parameters.MeasureParameters,
        int,
        measured.mark_of_measures,
        measured.measure_page,
    ),
    OpenList(
        "projects",
        "The themes that challenges belong to",
        rows.Project,
        ListParameters,
        str,
        offered.mark_of_catalogue,
        offered.project_page,
    ),
    OpenList(
        "units",
        "The units of the organisation",
        rows.Unit,
        parameters.UnitParameters,
        int,
        measured.mark_of_units,
        measured.unit_page,
    ),
    OpenList(
        "campaigns",
        "Published campaigns, with the numbers of the whole as of yesterday",
        rows.Campaign,
        parameters.CampaignParameters,
        int,
        offered.mark_of_campaign_list,
        offered.campaign_page,
    ),
    OpenList(
        "challenges",
        "The challenges that everybody is offered",
        rows.Challenge,
        parameters.ChallengeParameters,
        str,
        offered.mark_of_catalogue,
        offered.challenge_page,
    ),
    OpenList(
        "badges",
        "The badges that everybody can be awarded",
        rows.Badge,
        ListParameters,
        str,
        offered.mark_of_catalogue,
        offered.badge_page,
    ),
)
