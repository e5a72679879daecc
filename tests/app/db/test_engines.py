"""Engines: connections are prepared whoever else opens the same database."""

from pathlib import Path
from threading import Barrier, Thread

from app.db.engines import engine_for


def test_a_new_sqlite_file_can_be_opened_by_many_at_once(tmp_path: Path) -> None:
    problems: list[Exception] = []

    def open_it(url: str, barrier: Barrier) -> None:
        engine = engine_for(url, pool_size=1)
        barrier.wait()
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("SELECT 1")
        except Exception as error:
            problems.append(error)
        engine.dispose()

    for number in range(40):
        url, barrier = f"sqlite:///{tmp_path / f'{number}.db'}", Barrier(8)
        threads = [Thread(target=open_it, args=(url, barrier)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert problems == []
