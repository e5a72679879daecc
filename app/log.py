"""What is written down for operators: a line of JSON an event, on standard error. The web and the
relay share it."""

import sys

import structlog


class _StandardError:
    """Whatever is standard error at the time of writing."""

    def write(self, text: str) -> None:
        sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


log = structlog.wrap_logger(
    structlog.WriteLogger(_StandardError()),  # type: ignore[arg-type]  # it needs no more of a file than these two
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ],
)
