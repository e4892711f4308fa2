"""Delivery: claim, ask again, write, mark as sending, send, mark as sent.

SMTP happens outside any transaction. The commit that marks one mail sent marks the next one sending, so a crash
leaves at most one row per process in doubt.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext_noop as noop

from apps.core.tokens import Rows, StaleToken
from apps.notifications import claims, outcomes
from apps.notifications.facts import FEW, Facts
from apps.notifications.gate import judge
from apps.notifications.lease import Lease, LeaseLost
from apps.notifications.models import OutgoingMail, RateWindow
from apps.notifications.models.mail import Priority
from apps.notifications.recipients import Recipient, domain_of
from apps.notifications.render import unsealed, write
from apps.notifications.transport import Channel, Permanent, Temporary, Uncertain, Unreachable
from apps.notifications.wire import compose

logger = logging.getLogger(__name__)

# Seconds. Shorter than a lease, after which the rows may be another worker's.
RECONNECT_FOR, RECONNECT_EVERY = 20.0, 0.5

State = OutgoingMail.State
type Clock = Callable[[], datetime]


class Courier:
    """One delivering process: its connections, and the mail sent but not yet marked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._channels: dict[str, Channel] = {}
        self._sent: tuple[OutgoingMail, dict[str, Any]] | None = None

    def deliver(self, *, seconds: float) -> int:
        """Deliver what is due until nothing is or ``seconds`` are over; return how many rows were handled."""
        ends_at = time.monotonic() + seconds
        handled = 0
        try:
            while time.monotonic() < ends_at:
                batch = self._deliver_batch(ends_at)
                if not batch:
                    break
                handled += batch
        finally:
            self._close()
        return handled

    def _deliver_batch(self, ends_at: float) -> int:
        """Deliver one claim; 0 when there was nothing or the server is away."""
        claimed_at = time.monotonic()
        claims.sweep(self._clock())
        token, mails = claims.claim(self._clock())
        if not mails:
            return 0
        handled = 0
        with Lease(token, claimed_at) as lease:
            try:
                facts = Facts([])
                for number, mail in enumerate(mails):
                    if not facts.cover(mail):
                        if number and (time.monotonic() >= ends_at or self._is_security_waiting()):
                            break
                        facts = Facts(mails[number : number + FEW])
                    self._handle(mail, facts, lease)
                    handled += 1
            except (LeaseLost, Unreachable):
                logger.warning("Delivery stopped after %s of %s mails.", handled, len(mails))
                return 0
            finally:
                self._let_go(token)
        return handled

    def _handle(self, mail: OutgoingMail, facts: Facts, lease: Lease) -> None:
        lease.check()
        try:
            message = self._prepare(mail, facts)
            is_started = message is not None and self._start(mail)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("Mail %s could not be written.", mail.pk)
            mail.finish(State.FAILED, noop("could not be written"), sealed=b"")
            return
        if message is not None and is_started:
            self._send(mail, message, lease)

    def _prepare(self, mail: OutgoingMail, facts: Facts) -> EmailMessage | None:
        """Return the message, or None when the row has ended or been put back."""
        now = self._clock()
        verdict = judge(mail, now, facts)
        if verdict.state:
            mail.finish(verdict.state, verdict.reason, sealed=b"")
        if verdict.due_at:
            mail.put_back(verdict.due_at)
        recipient = verdict.recipient
        if recipient is None or self._is_over_rate(mail, recipient, now):
            return None
        write(mail, verdict.about, recipient, now)
        mail.sent_to = recipient.address
        return self._compose(mail, recipient, facts.rows)

    def _compose(self, mail: OutgoingMail, recipient: Recipient, rows: Rows) -> EmailMessage | None:
        if mail.definition.is_security:
            return self._compose_sealed(mail, recipient, rows)
        try:
            return compose(mail, recipient.address, rows)
        except StaleToken:
            mail.finish(State.CANCELLED, noop("a link in it was revoked"))
            return None

    @staticmethod
    def _compose_sealed(mail: OutgoingMail, recipient: Recipient, rows: Rows) -> EmailMessage | None:
        body = unsealed(mail)
        if body is None:
            mail.finish(State.FAILED, noop("its sealed body can not be opened any more"), sealed=b"")
            return None
        open_mail = OutgoingMail(pk=mail.pk, kind=mail.kind, message_id=mail.message_id, written_at=mail.written_at)
        open_mail.subject, open_mail.text_body, open_mail.html_body = body["subject"], body["text"], body["html"]
        return compose(open_mail, recipient.address, rows)

    def _is_over_rate(self, mail: OutgoingMail, recipient: Recipient, now: datetime) -> bool:
        """Skip a recipient domain that had its share of this minute, with all its waiting rows."""
        if settings.MAIL_RATE is None or mail.definition.is_security:
            return False
        domain = domain_of(recipient.address)
        free_at = RateWindow.take(domain, settings.MAIL_RATE, now)
        if free_at is None:
            return False
        mail.put_back(free_at)
        waiting = OutgoingMail.objects.filter(state=State.QUEUED, domain=domain, due_at__lt=free_at)
        waiting.exclude(priority=Priority.SECURITY).update(due_at=free_at)
        return True

    def _start(self, mail: OutgoingMail) -> bool:
        """Mark the row as sending, in the commit that marks the one before as sent."""
        fields = {
            name: getattr(mail, name)
            for name in ("subject", "text_body", "html_body", "attachments", "written_at", "sent_to")
        }
        with transaction.atomic():
            self._mark_sent()
            is_ours = mail.held().update(state=State.SENDING, attempts=F("attempts") + 1, **fields)
        self._sent = None
        if not is_ours:
            return False
        mail.state = State.SENDING
        mail.attempts += 1
        return True

    def _send(self, mail: OutgoingMail, message: EmailMessage, lease: Lease) -> None:
        try:
            reply = self._channel(mail).send(message, lease.check)
        except Temporary as error:
            outcomes.retry_later(mail, str(error), self._clock())
        except Permanent as error:
            mail.finish(State.FAILED, str(error), sealed=b"")
        except Uncertain as error:
            outcomes.settle_uncertain(mail, str(error), self._clock())
        except Unreachable as error:
            outcomes.pause(mail, str(error), self._clock())
            raise
        except LeaseLost:
            mail.put_back(self._clock(), noop("its worker was too slow"))
            raise
        except Exception:
            logger.exception("Mail %s could not be sent.", mail.pk)
            mail.finish(State.FAILED, noop("could not be sent"), sealed=b"")
        else:
            self._sent = (mail, {"sent_at": self._clock(), "server_reply": reply, "sealed": b""})

    def _let_go(self, token: str) -> None:
        """Mark the last mail sent and give back the others.

        While the database is away this is tried on: a mail that is sent and not marked would be in doubt.
        """
        ends_at = time.monotonic() + RECONNECT_FOR
        while True:
            try:
                self._mark_sent()
                self._sent = None
                claims.release(token)
                return
            except (OperationalError, InterfaceError):
                if time.monotonic() >= ends_at:
                    raise
                connection.close()
                time.sleep(RECONNECT_EVERY)

    def _mark_sent(self) -> None:
        if self._sent is None:
            return
        mail, fields = self._sent
        if not mail.held().update(state=State.SENT, reason="", claim_token="", lease_until=None, **fields):
            logger.error("Mail %s was sent but another worker holds its row.", mail.pk)

    def _is_security_waiting(self) -> bool:
        return OutgoingMail.objects.due(self._clock()).filter(priority=Priority.SECURITY).exists()

    def _channel(self, mail: OutgoingMail) -> Channel:
        alias = "bulk" if mail.priority == Priority.BULK else "default"
        if alias not in self._channels:
            self._channels[alias] = Channel(alias)
        return self._channels[alias]

    def _close(self) -> None:
        for channel in self._channels.values():
            channel.close()
        self._channels.clear()
