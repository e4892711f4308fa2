"""One JSON object per log line: time, level, logger, message, ids; redacted as a whole before it is written."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from apps.core.redaction import redact

# What this thread is doing: the id of the request, or the name and id of the task; set by who starts it.
request_id: ContextVar[str] = ContextVar("request_id", default="")
task_id: ContextVar[str] = ContextVar("task_id", default="")

STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request", "server_time"}
ID_TYPES = (int, float, str, bool)


class LineFormatter(logging.Formatter):
    """Formats a record, with whatever was passed as `extra`, as one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; text that is no plain value is left out rather than guessed at."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_ids(),
            **_extra(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return redact(json.dumps(line, ensure_ascii=False))


def _ids() -> dict[str, str]:
    ids = {"request": request_id.get(), "task": task_id.get()}
    return {name: value for name, value in ids.items() if value}


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {
        name: value
        for name, value in vars(record).items()
        if name not in STANDARD_FIELDS and isinstance(value, ID_TYPES)
    }


class CalmFilter(logging.Filter):
    """Makes one warning without a traceback of what Django calls suspicious, such as a foreign Host header.

    Anybody can send that as often as they like; it is no fault of ours.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = record.exc_text = None
        return record.levelno >= logging.getLogger().level
