"""`relay …`: carries facts to badges and Slack, and does jobs. Any number of relays may run."""

import os
import signal
import threading

from flask.cli import AppGroup

from app.cli.console import say
from app.cli.schema import on_newest_schema
from app.clock import now
from app.config import config
from app.db.sessions import database
from app.relay.worker import duties, finish, run_forever, run_once

group = AppGroup("relay")

STOPS = {signal.SIGTERM, signal.SIGINT}
LOOKS_UP_EVERY = 0.5
"""Seconds."""
WORDS = {
    "OVERDUE_ACCEPTED": "期限が過ぎて受け付けた申請",
    "JOBS_DONE": "終わった作業",
    "JOBS_PARKED": "止まった作業",
    "JOBS_CANCELLED": "取りやめた作業",
    "FACTS": "新しい出来事",
    "DONE": "届いた配達",
    "WAITING": "もう一度届ける配達",
    "PARKED": "止めた配達",
    "LETTERS": "送ったか断られた手紙",
    "LATE": "ほかの配達係が届けた配達",
    "Posted": "Slackに見えている投稿",
    "NotFound": "Slackに届いていなかった投稿",
    "Removed": "Slackから下げた投稿",
    "RateLimited": "Slackに待つよう言われた回数",
    "Refused": "Slackに断られた投稿",
    "Failed": "Slackに届かなかった投稿",
    "Ambiguous": "届いたか確かめる投稿",
}


@group.command()
@on_newest_schema
def run() -> None:
    """Work until Ctrl-C or SIGTERM, then finish what is under way and leave, within 15 seconds."""
    stop = threading.Event()
    # Handled, not blocked: a library may have started a thread of its own, which would get a
    # blocked signal and end the process.
    for one in STOPS:
        signal.signal(one, lambda *_: stop.set())
    named = duties(database(), config(), clock=now, stop=stop)
    threads = run_forever(named, stop=stop)
    say(f"配達係が動いています: {', '.join(named)} (pid {os.getpid()})", err=True)
    # Python handles a signal that another thread got as soon as this one looks up.
    while not stop.wait(LOOKS_UP_EVERY):
        pass
    finish(threads, stop=stop)


@group.command()
@on_newest_schema
def once() -> None:
    """Fan out, deliver and post until nothing is due, and say what was done."""
    counts = run_once(database(), config(), clock=now)
    done = [f"{WORDS.get(name, name)} ({name}): {count}" for name, count in counts.items() if count]
    for line in done or ["することはありませんでした。"]:
        say(line)
