"""Settings, read once from the environment. docs/operating.md promises their names to operators."""

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import cast
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app import private_files
from app.mail_server import MailServer, read_mail_server
from challenges.people.counting import EMPLOYMENTS
from challenges.text import followable
from challenges.vocabulary import Employment

ROOT = Path(__file__).resolve().parent.parent
DATABASES = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}
"""What an operator may write before the colon of DATABASE_URL, and the driver it means."""

LIMITS_OF_ONE_WORKER = ("5 per minute", "15 per minute", "50 per hour")
"""Half of the limits for sign-ins: each of two web workers counts in its own memory."""
SHORTEST_SECRET = 16
"""Characters."""


EMBEDDER = re.compile(r"(https?://)?(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:\d{1,5})?/?")
"""A host as a content security policy names it. Nothing in it can end the directive."""


class DateStyle(StrEnum):
    """How fiscal years and days of record are written."""

    BOTH = "both"
    """令和8年度（2026年度）; a day in the era."""
    ERA = "era"
    WESTERN = "western"


class ConfigWrong(Exception):
    """A setting cannot be used. The message is a sentence for the operator."""


@dataclass(frozen=True)
class Config:
    """What the operator decides. The app reads it ``from_environment``; tests build their own."""

    database_url: str
    secret_key: str
    public_url: str = "http://127.0.0.1:8000"
    """Where people open the app. Links in Slack and one-time links start with it. With https,
    cookies are Secure."""
    slack_bot_token: str | None = None
    slack_signing_secret: str | None = None
    slack_app_token: str | None = None
    slack_api_url: str = "https://slack.com/api/"
    slack_channel: str | None = None
    limits_storage: str = "memory://"
    """Where tries to sign in are counted: in memory, per process, or redis://… for machines."""
    sign_in_limits: tuple[str, str, str] = ("10 per minute", "30 per minute", "100 per hour")
    """Failed sign-ins, for each name, each address and each account (docs/adr/0012)."""
    sign_in_idle: timedelta = timedelta(hours=12)
    """A sign-in that is not used for so long is over."""
    sign_in_lasts: timedelta = timedelta(days=14)
    """A sign-in is over after so long, however much it is used."""
    trusted_proxies: int = 0
    """Number of trusted reverse proxies in front of the app."""
    counted_employments: frozenset[Employment] = frozenset(
        {Employment.REGULAR, Employment.FISCAL_YEAR}
    )
    """The kinds of employment that are in every denominator."""
    campaigns_need_two: bool = True
    """Whether a second person of the office approves a campaign before it is published."""
    dashboard_public: bool = True
    """Whether the dashboard and the API are read without signing in."""
    dashboard_embed: tuple[str, ...] = ()
    """Origins whose pages may show the dashboard in a frame, as https://intra.pref.example.jp."""
    date_style: DateStyle = DateStyle.BOTH
    """How the dashboard writes fiscal years and days of record."""
    opens_inside_only: bool = False
    """Whether people reach the app only from computers of the office; then invitations say so."""
    incident_report_url: str | None = None
    """Where staff read how accidents, mistakes and leaks are reported. None: no link is shown."""
    mail_server: MailServer | None = None
    """Where letters and one-time links go out by e-mail. None: nothing is sent by mail, and no page
    offers it."""
    api_requests: int = 300
    """Requests to the API per minute and address, in each web worker if they count in memory."""

    @property
    def is_secure(self) -> bool:
        """Whether people reach the app over https."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def cookie_prefix(self) -> str:
        """Before the name of a cookie: with it, browsers take the cookie only from this very host,
        over https."""
        return "__Host-" if self.is_secure else ""

    @classmethod
    def from_environment(cls) -> "Config":
        """Read the environment. The database and the secret default to the ``instance`` folder.

        Raises ConfigWrong if a value cannot be used.
        """
        instance = instance_folder()
        public_url = (
            os.environ.get("PUBLIC_URL") or f"http://127.0.0.1:{os.environ.get('PORT') or '8000'}"
        )
        if (
            urlsplit(public_url).scheme not in {"http", "https"}
            or not urlsplit(public_url).hostname
        ):
            raise ConfigWrong(
                "PUBLIC_URL must be an address that starts with http:// or https://: "
                f"{public_url!r}."
            )
        limits_storage = os.environ.get("LIMITS_STORAGE") or cls.limits_storage
        return cls(
            database_url=_database_url(instance),
            secret_key=_secret(instance / "secret_key"),
            public_url=public_url.rstrip("/"),
            slack_bot_token=os.environ.get("SLACK_BOT_TOKEN") or None,
            slack_signing_secret=os.environ.get("SLACK_SIGNING_SECRET") or None,
            slack_app_token=os.environ.get("SLACK_APP_TOKEN") or None,
            slack_api_url=os.environ.get("SLACK_API_URL") or cls.slack_api_url,
            slack_channel=os.environ.get("SLACK_CHANNEL") or None,
            limits_storage=limits_storage,
            sign_in_limits=LIMITS_OF_ONE_WORKER
            if limits_storage.startswith("memory")
            else cls.sign_in_limits,
            sign_in_idle=timedelta(hours=_number("SIGN_IN_IDLE_HOURS", 12, least=1)),
            sign_in_lasts=timedelta(days=_number("SIGN_IN_DAYS", 14, least=1)),
            trusted_proxies=_number("TRUSTED_PROXIES"),
            counted_employments=counted_employments(),
            campaigns_need_two=_yes("CAMPAIGNS_NEED_TWO"),
            dashboard_public=_yes("DASHBOARD_PUBLIC"),
            dashboard_embed=_embedders(os.environ.get("DASHBOARD_EMBED")),
            date_style=_date_style(os.environ.get("DATE_STYLE")),
            opens_inside_only=_yes("OPENS_INSIDE_ONLY", otherwise="no"),
            incident_report_url=_incident_report(os.environ.get("INCIDENT_REPORT_URL")),
            mail_server=_mail_server(os.environ.get("SMTP_URL"), os.environ.get("MAIL_FROM")),
            api_requests=_number("API_REQUESTS_PER_MINUTE", cls.api_requests, least=1),
        )


def counted_employments() -> frozenset[Employment]:
    """The kinds of employment in denominators, for whoever works without an app. Raises
    ConfigWrong."""
    return _employments(os.environ.get("COUNTED_EMPLOYMENTS")) or Config.counted_employments


def instance_folder() -> Path:
    """Where the app keeps files of its own, for whoever works without an app."""
    return Path(os.environ.get("STEPUP_INSTANCE") or ROOT / "instance")


def config() -> Config:
    """The settings of the current app."""
    return cast(Config, current_app.extensions["stepup_config"])


def _database_url(instance: Path) -> str:
    url = os.environ.get("DATABASE_URL")
    if not url:
        private_files.make_folder(instance)
        return f"sqlite:///{instance / 'stepup.db'}"
    try:
        parsed = make_url(url)
        return parsed.set(drivername=DATABASES[parsed.get_backend_name()]).render_as_string(
            hide_password=False
        )
    except (ArgumentError, KeyError) as error:
        raise ConfigWrong("DATABASE_URL must start with sqlite:/// or postgresql://.") from error


def _number(name: str, default: int = 0, *, least: int = 0) -> int:
    text = os.environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 5 and int(text) >= least):
        raise ConfigWrong(f"{name} must be a whole number from {least} to 9999, but is {text!r}.")
    return int(text)


def _yes(name: str, *, otherwise: str = "yes") -> bool:
    """Whether a setting says yes, or what it is where it says nothing."""
    text = (os.environ.get(name) or otherwise).strip().lower()
    if text not in {"yes", "no"}:
        raise ConfigWrong(f"{name} must be yes or no, but is {text!r}.")
    return text == "yes"


def _embedders(listed: str | None) -> tuple[str, ...]:
    """Origins, with the scheme of our own address where none is written."""
    found = []
    for word in re.split("[,、\\s]+", listed or ""):
        if not word:
            continue
        if not EMBEDDER.fullmatch(word):
            raise ConfigWrong(
                "DASHBOARD_EMBED must list hosts, as https://intra.pref.example.jp, "
                f"but has {word!r}."
            )
        found.append(word.lower().rstrip("/"))
    return tuple(found)


def _date_style(name: str | None) -> DateStyle:
    try:
        return DateStyle((name or DateStyle.BOTH).strip().lower())
    except ValueError:
        raise ConfigWrong(
            f"DATE_STYLE must be one of {', '.join(DateStyle)}, but is {name!r}."
        ) from None


def _incident_report(address: str | None) -> str | None:
    if address and not followable(address):
        raise ConfigWrong(
            "INCIDENT_REPORT_URL must be an address that starts with http:// or https://: "
            f"{address!r}."
        )
    return address or None


def _mail_server(url: str | None, sender: str | None) -> MailServer | None:
    if not url and not sender:
        return None
    if not (url and sender):
        raise ConfigWrong("SMTP_URL and MAIL_FROM are set together, or neither of them.")
    try:
        return read_mail_server(url, sender)
    except ValueError as error:
        raise ConfigWrong(str(error)) from None


def _employments(listed: str | None) -> frozenset[Employment]:
    words = re.split("[,、]", listed or "")
    try:
        return frozenset(EMPLOYMENTS[word.strip()] for word in words if word.strip())
    except KeyError as error:
        raise ConfigWrong(
            f"COUNTED_EMPLOYMENTS must list some of {'、'.join(EMPLOYMENTS)},"
            f" but has {error.args[0]!r}."
        ) from error


def _secret(path: Path) -> str:
    given = os.environ.get("SECRET_KEY")
    secret, where = (given.strip(), "SECRET_KEY") if given else (_kept_secret(path), str(path))
    if len(secret) < SHORTEST_SECRET:
        raise ConfigWrong(
            f"{where} must hold at least {SHORTEST_SECRET} characters that nobody can guess."
        )
    return secret


def _kept_secret(path: Path) -> str:
    """The secret of this installation, created at its first start and kept for the next ones.

    The file is complete or does not exist, even if two processes start at once or the machine
    stops.
    """
    private_files.make_folder(path.parent)
    private_files.keep_private(path)
    if not path.exists():
        # A temporary file is readable by its owner alone. Linking it to its name fails if another
        # process was quicker, and then that one's secret is used.
        with NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text(encoding="ascii").strip()
