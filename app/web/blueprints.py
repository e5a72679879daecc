"""The page modules, in the order of the address bar."""

from app.web.pages import (
    about,
    badges,
    campaign_live,
    campaign_report,
    challenges,
    completions,
    home,
    office,
    people,
    projects,
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
    badges,
    people,
    team,
    office,
    campaign_live,
    campaign_report,
    units,
    projects,
    about,
)
BLUEPRINTS = [module.bp for module in PAGES]
