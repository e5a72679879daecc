"""`make run`: the whole app as one foreground command.

It upgrades the schema, loads the catalogue and demo data, and runs web server and relay. Neither
outlives this process or the other. Ctrl-C or SIGTERM stops everything.
"""

import argparse
import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from multiprocessing import connection, get_context
from multiprocessing.context import ForkProcess
from typing import Any, NoReturn

import flask.cli
from flask import Flask
from gunicorn.app import wsgiapp
from sqlalchemy import exists, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import migrations
from app.catalogue import KINDS, bring_in, read
from app.clock import now
from app.config import ROOT, Config, ConfigWrong
from app.db.sessions import database
from app.demo.accounts import ACCOUNTS, PASSWORD
from app.demo.models import DemoLoad
from app.factory import create_app
from app.private_files import new_files_are_private
from challenges.catalogue.yaml_files import ContentWrong
from challenges.people.models import Person

WEB = (
    "--worker-class app.web_worker.Worker --workers 2 --threads 2 --graceful-timeout 10"
    " --log-level warning"
)
"""Arguments of gunicorn."""
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 20
"""Seconds for a clean stop of web server and relay."""
PR_SET_PDEATHSIG = 1
"""Of Linux's prctl(2)."""


class CannotServe(Exception):
    """The app was not started. The message is a sentence for the operator."""


class Stopped(BaseException):
    """A signal asked us to stop."""


def main() -> int:
    """Serve until stopped. Returns the exit code: 0 if stopped by a signal, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m app.serve", description="Web server and relay in one command."
    )
    parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")
    wants_demo = not parser.parse_args().no_demo
    new_files_are_private()
    _on_stops(_raise)
    try:
        listener = listen()
        signs_in = _prepare(Config.from_environment(), wants_demo=wants_demo)
        return _serve(listener, signs_in)
    except (CannotServe, ConfigWrong) as error:
        print(error, file=sys.stderr)
        return 1
    except Stopped:
        return 0


def listen() -> socket.socket:
    """The socket of the web server.

    Opened before anything else, so that nothing is upgraded or loaded if the port is taken. Raises
    CannotServe.
    """
    host, text = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65_536):
        raise CannotServe(f"PORT must be a number from 1 to 65535, but is {text!r}.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, int(text)), family=family, backlog=2048)
    except OSError as error:
        raise CannotServe(
            f"Port {text} of {host} cannot be used: {os.strerror(error.errno or 0)}. Try PORT=8001."
        ) from error


def _prepare(config: Config, *, wants_demo: bool) -> list[str]:
    """Make the database ready. Returns the lines that say how to sign in."""
    app = create_app(config)
    with app.app_context():
        try:
            _upgrade()
            has_people, is_demo = _look(app)
            if not has_people or is_demo:
                _load_catalogue()
        except (migrations.MigrationFailed, ContentWrong) as error:
            raise CannotServe(str(error)) from error
        if not has_people and wants_demo:
            _flask("demo", "load")
            is_demo = True
        # No connection may be open at the fork: parent and children would share it.
        database().dispose()
    lines = [f"DX Step-Up: {config.public_url}/   (Ctrl-C stops it)"]
    if is_demo:
        *most, last = (account.number for account in ACCOUNTS)
        lines.append(f"Sign in as {', '.join(most)} or {last}, password {PASSWORD}.")
    return lines


def _upgrade() -> None:
    try:
        migrations.upgrade(database().engine)
    except OperationalError as error:
        raise CannotServe(f"The database cannot be opened: {error.orig}") from error


def _look(app: Flask) -> tuple[bool, bool]:
    """Whether there are people, and whether there is demo data."""
    with app.app_context(), database().reading() as session:
        return _any(session, Person), _any(session, DemoLoad)


def _any(session: Session, table: Any) -> bool:
    return bool(session.scalar(select(exists().select_from(table))))


def _load_catalogue() -> None:
    """Load the catalogue that comes with the app.

    Not called for a database of real people: there only `catalogue load` changes the catalogue.
    """
    with database().writing() as session:
        lines = list(bring_in(session, read(), at=now()))
    if len(lines) > len(KINDS):
        print(*lines, sep="\n", flush=True)


def _flask(*words: str) -> None:
    """Run one of our commands. Raises CannotServe if it fails; the command has printed why."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:  # noqa: S603  # ours
        raise CannotServe(f"`flask --app wsgi {' '.join(words)}` failed; nothing was started.")


def _serve(listener: socket.socket, lines: list[str]) -> int:
    web = [
        "gunicorn",
        "wsgi:app",
        "--bind",
        f"fd://{listener.fileno()}",
        "--no-control-socket",
        *WEB.split(),
    ]
    children: dict[str, ForkProcess] = {}
    try:
        children["web server"] = _start(wsgiapp.run, web)
        children["relay"] = _start(flask.cli.main, ["flask", "--app", "wsgi", "relay", "run"])
        listener.close()
        print(*lines, sep="\n", flush=True)
        names = {child.sentinel: name for name, child in children.items()}
        ended = [
            names[sentinel]
            for sentinel in connection.wait(list(names))
            if isinstance(sentinel, int)
        ]
        print(
            f"The {' and the '.join(ended)} ended by itself, so everything stops.", file=sys.stderr
        )
        return 1
    finally:
        # A second Ctrl-C must not interrupt the clean stop.
        _on_stops(signal.SIG_IGN)
        _stop(list(children.values()))


def _start(run: Callable[[], Any], words: list[str]) -> ForkProcess:
    """Start a command as a fork of this process, which has imported most modules already."""
    child = get_context("fork").Process(target=_become, args=(run, words, os.getpid()))
    child.start()
    return child


def _become(run: Callable[[], Any], words: list[str], parent: int) -> None:
    """Turn a forked child into its command, which ends when the parent does."""
    _on_stops(signal.SIG_DFL)
    # Its own session, because the terminal sends Ctrl-C to all of ours. The parent alone answers
    # it, and stops the children in order.
    os.setsid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    # The parent may have died before prctl, and then no signal comes.
    if os.getppid() != parent:
        return
    os.chdir(ROOT)
    sys.argv = words
    run()


def _stop(children: list[ForkProcess]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        child.join(PATIENCE)
        if child.is_alive():
            child.kill()
            child.join()


def _on_stops(what: Callable[..., NoReturn] | signal.Handlers) -> None:
    for number in STOPS:
        signal.signal(number, what)


def _raise(*_: object) -> NoReturn:
    raise Stopped


if __name__ == "__main__":
    sys.exit(main())
