"""A Slack worker as a process of its own, to be killed by test_posting_kill.py.

python worker_process.py DATABASE_URL SLACK_URL
"""

import sys
import time
from datetime import timedelta

from app.clock import now
from app.config import Config
from app.db.sessions import Database
from app.slack.posts.models import RetryPolicy
from app.slack.posts.sending import post_next, poster

PATIENCE = RetryPolicy(
    timeout=20,
    lease=timedelta(seconds=30),
    settle=timedelta(seconds=0.1),
    pace=timedelta(seconds=0.05),
)


def main(url: str, slack_url: str) -> None:
    config = Config(
        database_url=url,
        secret_key="test",
        slack_bot_token="xoxb-test",
        slack_channel="C0STEPUP",
        slack_api_url=slack_url,
    )
    worker = poster(Database(url), config, clock=now, retry_policy=PATIENCE)
    assert worker is not None
    while True:
        if post_next(worker) is None:
            time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
