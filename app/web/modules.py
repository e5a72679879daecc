"""The page modules, in the order of the address bar."""

from app.web import badges, challenges, completions, home, office, people, settings, sign_in, submissions, teams

PAGES = (home, sign_in, settings, challenges, submissions, completions, badges, people, teams, office)
BLUEPRINTS = [module.bp for module in PAGES]
