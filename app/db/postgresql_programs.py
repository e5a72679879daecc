"""pg_dump, pg_restore and psql, which come with PostgreSQL's client."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy.engine import URL

MISSING = (
    "{program} is not installed: `apt-get install postgresql-client` brings it. It must not be"
    " older than the server."
)
LOCKS = "30s"
"""How long a restore waits for those who use the tables."""


class ProgramFailed(Exception):
    """A program is missing or failed. The message is a sentence for the operator."""


def dump(url: URL, file: Path) -> None:
    """Write the whole database into the file, as of the moment at which this begins."""
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={file}", url=url)
    _run("pg_restore", "--list", str(file))


def read_dump(file: Path, script: Path) -> None:
    """Turn a dump into the SQL that makes it again."""
    _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(file))


def revision_in(script: Path) -> str | None:
    """The revision of the schema in the SQL of a dump, or None."""
    with script.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("COPY public.alembic_version "):
                return next(lines).strip()
    return None


def replace(url: URL, script: Path) -> None:
    """Replace everything in the database by what the SQL makes: all of it, or nothing."""
    _run(
        "psql",
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        "--command=DROP SCHEMA public CASCADE",
        "--command=CREATE SCHEMA public",
        f"--file={script}",
        url=url,
    )


def _run(program: str, *words: str, url: URL | None = None) -> None:
    found = shutil.which(program)
    if found is None:
        raise ProgramFailed(MISSING.format(program=program))
    command, environment = [found, *words], dict(os.environ)
    if url is not None:
        # A password among the words could be read by everybody on the machine.
        plain = url.set(drivername="postgresql", password=None)
        command.append(f"--dbname={plain.render_as_string()}")
        environment |= {
            "PGPASSWORD": str(url.password or ""),
            "PGOPTIONS": f"-c lock_timeout={LOCKS}",
        }
    done = subprocess.run(  # noqa: S603  # our words; the file and the address are arguments
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise ProgramFailed(f"{program} failed, and nothing was changed: {lines[-1]}")
