"""A lock that lets one thread of one process at a time write to a SQLite file.

SQLite keeps the file safe by itself, but not the order. A process that finds the file locked sleeps
longer each time, up to 100 ms, while others overtake it. PostgreSQL needs none of this.
"""

import fcntl
import os
import threading
from pathlib import Path
from time import monotonic, sleep

from app.db.waiting import WriterBusy
from app.private_files import open_lock

LOOK_EVERY = 0.001
"""Seconds between two looks at a lock that has another owner: ``flock`` cannot wait for a time."""
BRIEFLY = 0.1
"""Seconds that a request waits for a writer that others have given up waiting for."""


class WriteLock:
    """The lock of one database file, among threads first and then among processes.

    Two empty files beside the database are locked with ``flock``. The process that is next waits
    at ``NAME-turn``, and all others wait behind it at ``NAME-next``. With one file alone, the
    process that has just written would often get the lock again; with two, it comes last.

    The kernel releases the locks of a killed process, so that it blocks nobody. A stopped one keeps
    them, so a request gives up after a while (``within``).
    """

    def __init__(self, database: str) -> None:
        self._threads = threading.Lock()
        self._paths = Path(database + "-next"), Path(database + "-turn")
        self._opened: tuple[int, ...] = ()
        # After one request has waited in vain, the others do not wait as long: each would keep a
        # thread that answers requests.
        self._is_stuck = False

    def acquire(self, *, within: float | None = None) -> None:
        """Wait until this thread may write, for so many seconds or as long as it takes.

        Raises WriterBusy, and OSError if a lock file cannot be opened.
        """
        if within is None:
            ends, patience = None, -1.0
        else:
            patience = min(within, BRIEFLY) if self._is_stuck else within
            ends = monotonic() + patience
        if not self._threads.acquire(timeout=patience):
            self._is_stuck = True
            raise WriterBusy
        try:
            self._lock_files(ends)
        except BaseException as error:
            self._is_stuck = isinstance(error, WriterBusy)
            # Closing the files also releases what was locked in them.
            self.close()
            self._threads.release()
            raise
        self._is_stuck = False

    def _lock_files(self, ends: float | None) -> None:
        # Opened late: a process that only reads needs no lock files.
        if not self._opened:
            self._opened = tuple(map(open_lock, self._paths))
        next_, turn = self._opened
        _lock(next_, ends)
        _lock(turn, ends)
        fcntl.flock(next_, fcntl.LOCK_UN)

    def acquire_if_free(self) -> bool:
        """Take the lock without waiting. False if somebody else has it, or waits for it."""
        if not self._threads.acquire(blocking=False):
            return False
        try:
            if not self._opened:
                self._opened = tuple(map(open_lock, self._paths))
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

    def acquire(self, *, within: float | None = None) -> None: ...

    def acquire_if_free(self) -> bool:
        return True

    def release(self) -> None: ...

    def close(self) -> None: ...

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def _lock(descriptor: int, ends: float | None) -> None:
    if ends is None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if monotonic() >= ends:
                raise WriterBusy from None
            sleep(LOOK_EVERY)
