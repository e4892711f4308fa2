"""The shape of a log line."""

import json
import logging
from io import StringIO

import pytest

from apps.core.logs import CalmFilter, LineFormatter, request_id


def format_line(message, *args, exc_info=None, **extra):
    record = logging.getLogger("sample").makeRecord(
        "sample", logging.WARNING, __file__, 1, message, args, exc_info, extra=extra
    )
    return json.loads(LineFormatter().format(record))


def test_line_has_time_level_message_and_ids():
    mark = request_id.set("abc123")
    try:
        line = format_line("Mail %s sent.", 12, mail=12, member=7, body=["never"])
    finally:
        request_id.reset(mark)

    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "WARNING",
        "logger": "sample",
        "message": "Mail 12 sent.",
        "request": "abc123",
        "mail": 12,
        "member": 7,
    }


def test_line_with_forged_breaks_stays_one_line():
    record = logging.makeLogRecord({"msg": 'x\n{"level": "INFO"}\r\n', "levelname": "INFO"})

    assert "\n" not in LineFormatter().format(record)


def test_exception_is_logged_without_the_address_in_it():
    try:
        raise ValueError("550 ann@example.org unknown")
    except ValueError as fault:
        line = format_line("Refused.", exc_info=(type(fault), fault, fault.__traceback__))

    assert "ValueError: 550 ••• unknown" in line["exception"]


def test_foreign_host_is_one_warning_without_a_trace(client, monkeypatch):
    [handler] = [handler for handler in logging.getLogger().handlers if isinstance(handler.formatter, LineFormatter)]
    written = StringIO()
    monkeypatch.setattr(handler, "stream", written)

    answer = client.get("/healthz", HTTP_HOST="evil.example")

    assert answer.status_code == 400
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    [warning] = [line for line in lines if line["logger"] == "django.security.DisallowedHost"]
    assert (warning["level"], "exception" in warning) == ("WARNING", False)
    assert [line["level"] for line in lines if line is not warning] == []


@pytest.mark.parametrize(("name", "level"), [("django.request", "ERROR"), ("django.security.X", "WARNING")])
def test_only_what_others_send_is_calmed(name, level):
    record = logging.makeLogRecord(
        {"name": name, "levelno": logging.ERROR, "levelname": "ERROR", "exc_info": (1, 2, 3)}
    )

    assert CalmFilter().filter(record)
    assert (record.levelname, record.exc_info is None) == (level, name != "django.request")
