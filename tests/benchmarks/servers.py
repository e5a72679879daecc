"""The app's web server as `make run` starts it, and what its workers use."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.config import ROOT
from app.serve import WEB
from tests.benchmarks.databases import PORT, environment


@contextmanager
def server(url: str, port: int = PORT) -> Iterator[subprocess.Popen[bytes]]:
    """gunicorn with the two bare routes beside the app. Answers when the block begins.

    Raises OSError if another program, such as a second benchmark, listens on the port: it would
    answer in our place.
    """
    _must_be_free(port)
    command = [sys.executable, "-m", "gunicorn", "tests.benchmarks.bare:app()"]
    command += ["--bind", f"127.0.0.1:{port}", *WEB.split()]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=ROOT, env=environment(url), **quiet)
    try:
        _wait_for(port)
        yield process
    finally:
        process.terminate()
        process.wait()


def _must_be_free(port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does
        trial.bind(("127.0.0.1", port))


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
        except OSError:
            time.sleep(0.02)
        else:
            return


def memory_of(parent: int) -> float:
    """MB of the workers in all, pages they share counted once (proportional set size)."""
    texts = [(worker / "smaps_rollup").read_text() for worker in _workers_of(parent)]
    found = [re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE) for text in texts]
    return sum(int(one[1]) for one in found if one) / 1024


def cpu_of(parent: int) -> float:
    """Milliseconds of processor time that the workers have used in all."""
    return sum(cpu_of_process(int(worker.name)) for worker in _workers_of(parent))


def cpu_of_process(pid: int) -> float:
    """Milliseconds of processor time that one process has used, in user and in kernel mode."""
    stat = Path(f"/proc/{pid}/stat").read_text()
    # The second field is the program's name in brackets, which may itself hold spaces.
    fields = stat.rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:13])) * 1000 / os.sysconf("SC_CLK_TCK")


def _workers_of(parent: int) -> list[Path]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [Path("/proc", pid) for pid in children.split()]
