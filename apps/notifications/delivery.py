"""Delivery: claim, ask again, write, mark as sending, send, mark as sent.

SMTP happens outside any transaction. The commit that marks one mail sent marks the next one sending, so a crash
leaves at most one row per process in doubt.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_noop as noop

from apps.core.away import is_away
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
    """One delivering process: its connections, and what is known of the last mail and not in the ledger yet.

    It lives as long as the process: the database may be away, or its disk full, for longer than one call can wait.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._channels: dict[str, Channel] = {}
        self._owed: Callable[[], object] | None = None

    def deliver(self, *, seconds: float) -> int:
        """Deliver what is due until nothing is or ``seconds`` are over; return how many rows were handled."""
        ends_at = time.monotonic() + seconds
        handled = 0
        self._settle_earlier()
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
                self._let_go(token, lease)
        return handled

    def _handle(self, mail: OutgoingMail, facts: Facts, lease: Lease) -> None:
        lease.check()
        try:
            message = self._prepare(mail, facts)
            is_started = message is not None and self._start(mail, lease)
        except Exception as fault:
            if is_away(fault):
                raise
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
        waiting = OutgoingMail.objects.unsent().filter(domain=domain, due_at__lt=free_at)
        waiting.exclude(priority=Priority.SECURITY).put_off(free_at)
        return True

    def _start(self, mail: OutgoingMail, lease: Lease) -> bool:
        """Mark the row as sending, in the commit that marks the one before as sent; return whether it is still ours."""
        fields = {
            name: getattr(mail, name)
            for name in ("subject", "text_body", "html_body", "attachments", "rule", "written_at", "sent_to")
        }
        try:
            with lease.unrenewed(), transaction.atomic():
                if self._owed:
                    self._owed()
                is_ours = mail.held().update(state=State.SENDING, attempts=F("attempts") + 1, **fields)
        except Exception as fault:
            if is_away(fault):
                raise
            if self._owed is None:
                raise
            # Either of the two can not be written, and the one before is not this one's fault.
            self._settle_earlier()
            return self._start(mail, lease)
        self._owed = None
        if not is_ours:
            return False
        mail.state = State.SENDING
        mail.attempts += 1
        return True

    def _send(self, mail: OutgoingMail, message: EmailMessage, lease: Lease) -> None:
        try:
            reply = self._channel(mail).send(message, lease.check)
        except Temporary as error:
            self._note(outcomes.retry_later, mail, str(error), self._clock())
        except Permanent as error:
            self._note(mail.finish, State.FAILED, str(error), sealed=b"")
        except Uncertain as error:
            self._note(outcomes.settle_uncertain, mail, str(error), self._clock())
        except Unreachable as error:
            with lease.unrenewed():
                self._note(outcomes.pause, mail, str(error), self._clock())
            raise
        except LeaseLost:
            self._note(mail.put_back, self._clock(), noop("its worker was too slow"))
            raise
        except Exception:
            logger.exception("Mail %s could not be sent.", mail.pk)
            self._note(mail.finish, State.FAILED, noop("could not be sent"), sealed=b"")
        else:
            self._owed = partial(_mark_sent, mail, sent_at=self._clock(), server_reply=reply, sealed=b"")

    def _note(self, write: Callable[..., object], *args: Any, **kwargs: Any) -> None:
        """Write into the ledger what became of a mail; where the database is away now, later."""
        self._owed = partial(write, *args, **kwargs)
        self._settle()

    def _settle(self) -> None:
        """Write what is owed to the ledger. Each is a change of a row as we know it: twice, it changes nothing."""
        if self._owed:
            self._owed()
        self._owed = None

    def _settle_earlier(self) -> None:
        """Write what an earlier call could not, before somebody takes the row for that of a dead worker.

        What can never be written stops no other mail: that row does become one of a dead worker.
        """
        try:
            self._settle()
        except Exception as fault:
            if is_away(fault):
                raise
            logger.exception("What became of a mail could not be written.")
            self._owed = None

    def _let_go(self, token: str, lease: Lease) -> None:
        """Settle the last mail and give back the others.

        While the database is away this is tried on: a mail that is sent and not marked is in doubt.
        """
        ends_at = time.monotonic() + RECONNECT_FOR
        while True:
            try:
                self._settle()
                with lease.unrenewed():
                    claims.release(token)
                return
            except Exception as fault:
                if not is_away(fault) or time.monotonic() >= ends_at:
                    raise
                connection.close()
                time.sleep(RECONNECT_EVERY)

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


def _mark_sent(mail: OutgoingMail, **fields: Any) -> None:
    if not mail.held().update(state=State.SENT, reason="", claim_token="", lease_until=None, **fields):
        logger.error("Mail %s was sent but another worker holds its row.", mail.pk)
