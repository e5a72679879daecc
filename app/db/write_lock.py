"""A lock that lets one thread of one process at a time write to a SQLite file.

SQLite keeps the file safe by itself, but not the order. A process that finds the file locked sleeps
longer each time, up to 100 ms, while others overtake it. PostgreSQL needs none of this.
"""

import fcntl
import os
import threading
from pathlib import Path


class WriteLock:
    """The lock of one database file, among threads first and then among processes.

    Two empty files beside the database are locked with ``flock``. The process that is next waits
    at ``NAME-turn``, and all others wait behind it at ``NAME-next``. With one file alone, the
    process that has just written would often get the lock again; with two, it comes last.

    The kernel releases the locks of a killed process, so that it blocks nobody.
    """

    def __init__(self, database: str) -> None:
        self._threads = threading.Lock()
        self._paths = Path(database + "-next"), Path(database + "-turn")
        self._opened: tuple[int, ...] = ()

    def acquire(self) -> None:
        """Wait until this thread may write. Raises OSError if a lock file cannot be opened."""
        self._threads.acquire()
        try:
            # Opened late: a process that only reads needs no lock files.
            if not self._opened:
                self._opened = tuple(map(_open, self._paths))
            next_, turn = self._opened
            fcntl.flock(next_, fcntl.LOCK_EX)
            fcntl.flock(turn, fcntl.LOCK_EX)
            fcntl.flock(next_, fcntl.LOCK_UN)
        except BaseException:
            # Closing the files also releases what was locked in them.
            self.close()
            self._threads.release()
            raise

    def acquire_if_free(self) -> bool:
        """Take the lock without waiting. False if somebody else has it, or waits for it."""
        if not self._threads.acquire(blocking=False):
            return False
        try:
            if not self._opened:
                self._opened = tuple(map(_open, self._paths))
            for descriptor in self._opened:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.flock(self._opened[0], fcntl.LOCK_UN)
        except BaseException as error:
            self.close()
            self._threads.release()
            if isinstance(error, BlockingIOError):
                return False
            raise
        return True

    def release(self) -> None:
        """Let the next one write."""
        fcntl.flock(self._opened[1], fcntl.LOCK_UN)
        self._threads.release()

    def close(self) -> None:
        """Close the lock files."""
        opened, self._opened = self._opened, ()
        for descriptor in opened:
            os.close(descriptor)

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class NoWriteLock:
    """Locks nothing. For PostgreSQL, where writers wait only for rows that they both change."""

    def acquire(self) -> None: ...

    def acquire_if_free(self) -> bool:
        return True

    def release(self) -> None: ...

    def close(self) -> None: ...

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def _open(path: Path) -> int:
    """Open the lock file, and create it if need be.

    SQLite gives its own files to the owner of the database's folder when root creates them. The
    lock file follows, or a command run by root would lock the web server out.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CREAT, 0o660)
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.fchown(descriptor, folder.st_uid, folder.st_gid)
    return descriptor
