"""The shape of a log line."""

import json
import logging

from apps.core.logs import LineFormatter, request_id


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
