"""The files of a SQLite database, and the folder ``instance``: only their owner may read them,
whatever the umask."""

import os
from contextlib import suppress
from pathlib import Path

SIDE_FILES = ("", "-wal", "-shm", "-journal", "-next", "-turn")
"""Ends of the names of a database and the files that belong to it."""
OWNER_ONLY = 0o600
FOLDER_OF_OWNER = 0o700


def new_files_are_private() -> None:
    """Let every file and folder that this process makes be its owner's alone: SQLite's, logs,
    sockets, temporary copies."""
    os.umask(0o077)


def open_lock(path: Path) -> int:
    """Open a lock file, and create it if need be.

    SQLite gives its own files to the owner of the database's folder when root creates them. The
    lock file follows, or a command run by root would lock the web server out.
    """
    return _open(path, os.O_RDONLY | os.O_CREAT)


def make_database(path: Path) -> None:
    """Make the empty file of a database that does not exist yet, and close older ones to others.

    SQLite gives its side files the mode of the database. A file that cannot be made is left to
    SQLite to complain about.
    """
    with suppress(OSError):
        os.close(_open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL))
    for end in SIDE_FILES:
        keep_private(path.with_name(path.name + end))


def make_folder(path: Path) -> None:
    """Make the folder, or close it to others."""
    path.mkdir(mode=FOLDER_OF_OWNER, parents=True, exist_ok=True)
    keep_private(path, mode=FOLDER_OF_OWNER)


def keep_private(path: Path, *, mode: int = OWNER_ONLY) -> None:
    """Take away what group and others may do with a file of ours. Files of others stay."""
    with suppress(OSError):
        if path.stat().st_mode & 0o077:
            path.chmod(mode)


def _open(path: Path, flags: int) -> int:
    descriptor = os.open(path, flags, OWNER_ONLY)
    with suppress(OSError):
        if os.geteuid() == 0:
            folder = path.parent.stat()
            os.fchown(descriptor, folder.st_uid, folder.st_gid)
        if os.fstat(descriptor).st_mode & 0o077:
            os.fchmod(descriptor, OWNER_ONLY)
    return descriptor
