"""A worker that sends letters, as a process of its own, to be killed by test_letter_kill.py.

python letter_process.py DATABASE_URL SMTP_URL
"""

import sys
import time

from app.clock import now
from app.config import Config
from app.db.sessions import Database
from app.mail_server import read_mail_server
from app.notices.letter_sending import send_some, sender


def main(url: str, smtp_url: str) -> None:
    server = read_mail_server(smtp_url, "stepup@pref.example.jp")
    config = Config(database_url=url, secret_key="for tests only", mail_server=server)
    worker = sender(Database(url), config, clock=now)
    assert worker is not None
    while True:
        if not send_some(worker):
            time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
