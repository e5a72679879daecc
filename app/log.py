"""The log for operators, of web server and relay: a line of JSON an event, on standard error."""

import sys

import structlog


class _StandardError:
    """Standard error as it is when a line is written. Tests replace it after this is imported."""

    def write(self, text: str) -> None:
        sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


log = structlog.wrap_logger(
    structlog.WriteLogger(_StandardError()),  # type: ignore[arg-type]  # these two methods are all it uses
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ],
)
