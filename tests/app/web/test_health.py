"""/healthz and /readyz, as a load balancer reads them."""

from flask.testing import FlaskClient
from sqlalchemy import text

from app import migrations
from app.db.sessions import Database


def test_a_living_process_says_ok(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "ok\n", "text/plain")


def test_a_migrated_database_is_ready(client: FlaskClient) -> None:
    assert (client.get("/readyz").status_code, client.get("/readyz").text) == (200, "ready\n")


def test_an_older_schema_is_not_ready_and_says_what_to_run(
    client: FlaskClient, database: Database
) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.text == "The database has not been migrated: run `flask --app wsgi db upgrade`.\n"
    assert client.get("/healthz").status_code == 200


def test_a_schema_of_a_newer_release_is_not_ready_and_says_so(
    client: FlaskClient, database: Database
) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.text == (
        f"The database is newer than this release (it is at 9999, "
        f"the release knows up to {migrations.newest()}): "
        "start the newer release again, or restore a backup from before it.\n"
    )


def test_a_database_without_tables_is_not_ready(client: FlaskClient, database: Database) -> None:
    with database.writing() as session:
        session.execute(text("DROP TABLE alembic_version"))
    assert client.get("/readyz").status_code == 503


def test_asking_for_health_leaves_no_line_and_no_cookie(client: FlaskClient, capfd) -> None:
    answer = client.get("/healthz")
    assert "Set-Cookie" not in answer.headers
    assert capfd.readouterr().err == ""
