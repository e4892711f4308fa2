"""One kept connection to a mail server, spoken to command by command, so that every failure has a meaning."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.utils.translation import gettext_noop as noop

from apps.core.lines import one_line
from apps.notifications.wire import wire_bytes

# RFC 4954 6. In answer to MAIL: the server takes nothing from us as we are. That is for the operator to mend and no
# fault of a mail. Later, it may be this recipient alone, a stranger to a relay that takes its own people's mail.
_UNAUTHENTICATED = 530

# RFC 5321 4.2.3 and RFC 4954 6, the codes after which another try makes sense.
TEMPORARY_CODES = frozenset(
    {421, 431, 432, 441, 442, 446, 447, 449, 450, 451, 452, 454, 455, 458, 459, 471, _UNAUTHENTICATED}
)

_UNREADABLE = -1  # smtplib's code for an answer that begins with no number
NO_ANSWER = noop("the server's answer can not be read")
_LINE_WITH_DOT = re.compile(rb"(?m)^\.")  # RFC 5321 4.5.2


class Unreachable(Exception):
    """The server can not be reached, or takes nothing from us: nothing was tried with this mail."""


class Temporary(Exception):
    """This mail was not taken now; later perhaps."""


class Permanent(Exception):
    """This mail will not be taken."""


class Uncertain(Exception):
    """The content was handed over and no reply came: it may have been taken."""


class Channel:
    """A mailer of MAILERS with its connection kept open between mails."""

    def __init__(self, alias: str) -> None:
        self._backend: Any = mailers[alias]

    def send(self, message: EmailMessage, before_command: Callable[[], None]) -> str:
        """Send one message and return the server's reply.

        ``before_command`` is called before every SMTP command and may raise to stop. Raises Unreachable, Temporary,
        Permanent or Uncertain; the connection is fit for the next mail afterwards.
        """
        if not hasattr(self._backend, "connection_class"):
            return self._store(message)
        self._open()
        try:
            return self._speak(message, before_command)
        except (Temporary, Permanent):
            self._reset()
            raise
        except BaseException:
            self._drop()
            raise

    def close(self) -> None:
        """End the connection; a server that is gone already is no fault."""
        try:
            self._backend.close()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _store(self, message: EmailMessage) -> str:
        try:
            self._backend.send_messages([message])
        except OSError as error:
            raise Unreachable(str(error)) from error
        return "stored"

    def _open(self) -> None:
        try:
            self._backend.open()
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(_text(error)) from error

    def _speak(self, message: EmailMessage, before_command: Callable[[], None]) -> str:
        server: smtplib.SMTP = self._backend.connection
        content = wire_bytes(message)
        try:
            before_command()
            server.ehlo_or_helo_if_needed()
            options = [f"size={len(content)}"] if server.has_extn("size") else []
            _judge_sender(server.mail(parseaddr(settings.MAIL_FROM)[1], options))
            before_command()
            _judge(server.rcpt(parseaddr(message.to[0])[1]))
            before_command()
            server.putcmd("data")
            _judge(server.getreply(), expected=354)
        except (OSError, smtplib.SMTPException) as error:
            raise Temporary(_text(error)) from error  # lost before the content was handed over: it has not gone
        return self._hand_over(server, content)

    @staticmethod
    def _hand_over(server: smtplib.SMTP, content: bytes) -> str:
        try:
            server.send(_LINE_WITH_DOT.sub(b"..", content) + b".\r\n")
            code, reply = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Uncertain(_text(error)) from error
        if code == _UNREADABLE:
            raise Uncertain(_line(reply.decode(errors="replace")) or NO_ANSWER)
        _judge((code, reply))
        return _reply_text(code, reply)

    def _reset(self) -> None:
        """Make the connection ready for the next mail, or give it up."""
        try:
            if self._backend.connection is None or self._backend.connection.rset()[0] != 250:
                self._drop()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        connection, self._backend.connection = self._backend.connection, None
        if connection is not None:
            connection.close()


def _judge_sender(answer: tuple[int, bytes]) -> None:
    if answer[0] == _UNAUTHENTICATED:
        raise Unreachable(_reply_text(*answer))
    _judge(answer)


def _judge(answer: tuple[int, bytes], expected: int = 0) -> None:
    code, reply = answer
    text = _reply_text(code, reply)
    if code in TEMPORARY_CODES or code == _UNREADABLE:
        raise Temporary(text)
    if code != expected if expected else not 200 <= code < 300:
        raise Permanent(text)


def _text(error: Exception) -> str:
    return _line(f"{type(error).__name__}: {error}")


def _reply_text(code: int, reply: bytes) -> str:
    return _line(f"{code} {reply.decode(errors='replace')}")


def _line(text: str) -> str:
    """Return what a server said as the ledger keeps it: PostgreSQL takes no NUL, and screens no control characters."""
    return one_line(text)[:300]
