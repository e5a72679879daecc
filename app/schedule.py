"""What happens when: each kind of periodic job and its times in Asia/Tokyo, in cron's notation."""

from app.jobs.disclosing import FORGET_DISCLOSURES
from app.jobs.ending_roles import END_ROLES
from app.jobs.forgetting_words import FORGET_WORDS
from app.jobs.importing import FORGET_IMPORTS
from app.jobs.indicators import FOLD_INDICATORS
from app.jobs.kinds import (
    ACCEPT_OVERDUE,
    FORGET_JOBS,
    FORGET_SIGN_INS,
    OPEN_AND_CLOSE_CAMPAIGNS,
    ROUTE_SUBMISSIONS,
)
from app.jobs.letters import PLAN_LETTERS
from app.jobs.linting import LINT_CAMPAIGNS
from app.jobs.noticing import FORGET_NOTICES, TELL_OF_ENDS, TELL_WHO_DECIDES
from app.jobs.recounting import SNAPSHOT_CAMPAIGNS
from app.jobs.redrawing import REDRAW_CHARTS
from app.jobs.scheduling import Line
from app.jobs.sealed_words import REMOVE_SEALED_WORDS

SCHEDULE = (
    Line(ACCEPT_OVERDUE, "*/10 * * * *"),
    Line(ROUTE_SUBMISSIONS, "*/10 * * * *"),
    Line(OPEN_AND_CLOSE_CAMPAIGNS, "*/5 * * * *"),  # midnight is one of them
    Line(END_ROLES, "1 0 * * *"),
    Line(FORGET_WORDS, "20 3 * * *"),
    Line(TELL_WHO_DECIDES, "5 0 * * *"),  # terms of managers and deputies begin and end at midnight
    Line(FORGET_JOBS, "30 3 * * *"),
    Line(FORGET_SIGN_INS, "40 3 * * *"),
    Line(FORGET_IMPORTS, "50 3 * * *"),
    # Usually all is done at 0:20; later slots make up for a campaign that opened late.
    Line(SNAPSHOT_CAMPAIGNS, "20 * * * *"),
    Line(FOLD_INDICATORS, "50 0 * * *"),
    Line(LINT_CAMPAIGNS, "10 4 * * *"),
    Line(FORGET_NOTICES, "55 3 * * *"),
    Line(REMOVE_SEALED_WORDS, "5 4 * * *"),
    Line(FORGET_DISCLOSURES, "25 * * * *"),
    Line(TELL_OF_ENDS, "10 8 * * *"),
    Line(PLAN_LETTERS, "30 8 * * *"),  # on the first working day of the week
    Line(REDRAW_CHARTS, "*/10 * * * *"),
)
