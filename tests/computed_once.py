"""What every app of one test process computes alike, and therefore computes once.

Each test has an app and a database of its own. In production a process starts once, so starting
costs little there; here it would be half of all the time. Nothing of this depends on a test: only
on files, on addresses and on statements.
"""

from collections.abc import Callable, Hashable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule
from whitenoise import WhiteNoise

from app import english
from app.db import engines
from app.web import static_files


def compute_once(patch: pytest.MonkeyPatch) -> None:
    """Let all apps and databases of this process share it, until the patch is undone."""
    options = {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()}
    patch.setattr(Flask, "jinja_options", options)
    patch.setattr(english, "_compiled", _by_change(english._compiled))
    patch.setattr(Rule, "_compile_builder", _by_address(Rule._compile_builder))
    patch.setattr(static_files, "WhiteNoise", FilesOnce)
    patch.setattr(engines, "create_engine", _with_shared_statements(engines.create_engine))


class CompiledTemplates(BytecodeCache):
    """Compiled templates in memory; stale ones do not count, as Jinja compares the checksum of the
    source."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give Jinja what was compiled before, if anything."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what Jinja has just compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


def _by_change(compiled: Callable[[Path], BytesIO]) -> Callable[[Path], BytesIO]:
    """The English texts, compiled anew only when their file has changed."""

    @cache
    def content(source: Path, _changed_at: int, _size: int) -> bytes:
        return compiled(source).getvalue()

    def once(source: Path) -> BytesIO:
        found = source.stat()
        return BytesIO(content(source, found.st_mtime_ns, found.st_size))

    return once


def _by_address(compile_builder: Callable[..., Any]) -> Callable[..., Any]:
    """The functions that build addresses. They are given their rule when they are called."""
    kept: dict[Hashable, Any] = {}

    def once(rule: Rule, append_unknown: bool = True) -> Any:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        key = rule.rule, tuple(rule._trace), append_unknown
        if key not in kept:
            kept[key] = compile_builder(rule, append_unknown)
        return kept[key]

    return once


class FilesOnce(WhiteNoise):  # type: ignore[misc]  # it ships no types
    """Looks through each folder of static files once."""

    _found: dict[tuple[str, str], dict[str, Any]] = {}  # noqa: RUF012  # shared on purpose

    def update_files_dictionary(self, root: str, prefix: str) -> None:
        """Note all files of the folder."""
        if (root, prefix) not in self._found:
            super().update_files_dictionary(root, prefix)
            self._found[root, prefix] = self.files
        self.files = dict(self._found[root, prefix])


def _with_shared_statements(create_engine: Callable[..., Engine]) -> Callable[..., Engine]:
    """Engines of one kind of database share their compiled statements, as the threads of one
    production process do.

    The key of a compiled statement holds the dialect, so they share that too: the first one that
    has asked its database what it can do.
    """
    first: dict[type, Engine] = {}

    def create(url: Any, **options: Any) -> Engine:
        engine = create_engine(url, **options)
        kept = first.get(type(engine.dialect))
        if kept is None or kept.dialect.server_version_info is None:
            engine._compiled_cache = LRUCache(5_000)
            first[type(engine.dialect)] = engine
        else:
            engine.dialect = engine.pool._dialect = kept.dialect
            engine._compiled_cache = kept._compiled_cache
        return engine

    return create
