"""WriteLock to write to a SQLite file: first among the threads of this process, then among all
processes.

SQLite would keep the file safe without them, but not the order: a process that finds the file
locked sleeps ever longer, up to 100 ms, while others overtake it. PostgreSQL needs none of this.
"""

import fcntl
import os
import threading
from pathlib import Path


class WriteLock:
    """A lock. Who is next waits at ``NAME-turn``, woken by the kernel, and all others behind it at
    ``NAME-next``.

    So whoever has just written comes last. A process that was killed waits no more, and holds up
    nobody.
    """

    def __init__(self, database: str) -> None:
        self._threads = threading.Lock()
        self._paths = Path(database + "-next"), Path(database + "-turn")
        self._opened: tuple[int, ...] = ()

    def acquire(self) -> None:
        """Wait for one's turn."""
        self._threads.acquire()
        try:
            if not self._opened:  # only now: a process that never writes needs none
                self._opened = tuple(map(_open, self._paths))
            next_, turn = self._opened
            fcntl.flock(next_, fcntl.LOCK_EX)
            fcntl.flock(turn, fcntl.LOCK_EX)
            fcntl.flock(next_, fcntl.LOCK_UN)
        except BaseException:
            self.close()
            self._threads.release()
            raise

    def release(self) -> None:
        """Let the next one write."""
        fcntl.flock(self._opened[1], fcntl.LOCK_UN)
        self._threads.release()

    def close(self) -> None:
        """Let go of the files."""
        opened, self._opened = self._opened, ()
        for descriptor in opened:
            os.close(descriptor)

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class NoWriteLock:
    """For PostgreSQL, whose writers wait for each other's rows alone."""

    def acquire(self) -> None: ...

    def release(self) -> None: ...

    def close(self) -> None: ...

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def _open(path: Path) -> int:
    """The lock file, made if need be; made by root, it belongs to whom the folder does, as SQLite's
    own files do."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CREAT, 0o660)
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.fchown(descriptor, folder.st_uid, folder.st_gid)
    return descriptor
