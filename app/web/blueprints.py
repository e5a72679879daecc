"""The page modules, in the order of the address bar."""

from app.web.pages import (
    about,
    badges,
    campaign_calendar,
    campaigns,
    challenges,
    completions,
    home,
    office,
    people,
    settings,
    sign_in,
    submissions,
    team,
    units,
)

PAGES = (
    home,
    sign_in,
    settings,
    challenges,
    submissions,
    completions,
    campaigns,
    campaign_calendar,
    badges,
    people,
    team,
    office,
    units,
    about,
)
BLUEPRINTS = [module.bp for module in PAGES]
