"""Reminders: planned by the apps as rows, sent out at their time by the worker.

The late policy (design, "The heart" 3): after the start or deadline, or when a later rule for the same person is
already due, a reminder is *missed*, shown and not sent; otherwise it goes late and says the time really left.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop as noop

from apps.core.away import is_away
from apps.notifications.gate import MOVED
from apps.notifications.models import OutgoingMail, Reminder
from apps.notifications.outbox import Saying, open_again, say
from apps.notifications.querysets import MailQuerySet, ReminderQuerySet
from apps.notifications.recipients import Recipient
from apps.notifications.subjects import load

# One transaction each: while it lasts nobody else writes to SQLite, whose writers are not served in turn.
CHUNK = 100

State = Reminder.State
UNPLANNED = noop("no longer planned")
# Reasons that fall away when a thing moves back to its old time.
OUTDATED = (UNPLANNED, MOVED)
_CALLED_OFF = (OutgoingMail.State.CANCELLED, OutgoingMail.State.SUPPRESSED)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Planned:
    """What one rule comes to for one thing as it is now. Instants in UTC."""

    rule: str
    kind: str
    anchor_at: datetime
    due_at: datetime
    expires_at: datetime
    zone: str = ""
    includes_late_joiners: bool = False

    @property
    def key(self) -> tuple[str, datetime, str]:
        return (self.rule, self.anchor_at, self.zone)


def plan(about: models.Model, planned: list[Planned]) -> None:
    """Make the scheduled rows of ``about`` equal to ``planned``: new ones made, changed ones moved, others cancelled.

    Rows already sent out for the same rule and anchor stay as they are, so there and back again reminds once; mails of
    cancelled rows that have not left are cancelled too. Call inside the transaction that changed the thing.
    """
    wanted = {entry.key: entry for entry in planned}
    known = {(row.rule, row.anchor_at, row.zone): row for row in Reminder.objects.about(about)}
    for key, entry in wanted.items():
        if key in known:
            _adjust(known[key], entry)
        else:
            add(about, entry)
    for key, row in known.items():
        if key not in wanted and row.state != State.MISSED:
            _cancel(row)


def add(about: models.Model, entry: Planned) -> None:
    """Plan one more instant for ``about``, beside those it has; one that is known already stays as it is."""
    Reminder.objects.get_or_create(
        about_type=ContentType.objects.get_for_model(about),
        about_id=about.pk,
        rule=entry.rule,
        anchor_at=entry.anchor_at,
        zone=entry.zone,
        defaults={
            "kind": entry.kind,
            "due_at": entry.due_at,
            "expires_at": entry.expires_at,
            "includes_late_joiners": entry.includes_late_joiners,
        },
    )


def look_again(about: models.Model, entry: Planned) -> None:
    """Have a row that went out reach whom it did not concern then, as long as it is of use; who has its mail gets no
    second. Call inside the transaction that changed the thing. One statement.
    """
    now = timezone.now()
    same = Reminder.objects.about(about).filter(rule=entry.rule, anchor_at=entry.anchor_at, zone=entry.zone)
    _schedule(same.filter(state__in=[State.SENT, State.SCHEDULED], expires_at__gt=now), now)


def resume(about: models.Model, reasons: Collection[str]) -> None:
    """Have what was called off while ``about`` was not to be told of go out after all, as long as it is of use.

    Rows that were cancelled are scheduled, and mails that ended unsent for one of the ``reasons`` wait again: all are
    asked anew when their turn comes, and who has a mail gets no second. Call inside the transaction that ends the
    cause. Three statements.
    """
    now = timezone.now()
    useful = Reminder.objects.about(about).filter(expires_at__gt=now)
    unsent = OutgoingMail.objects.about(about).filter(
        reminder__in=useful, reason__in=[*reasons, MOVED], state__in=_CALLED_OFF, sent_at=None
    )
    open_again(unsent, due_at=now)
    _schedule(useful.filter(state__in=[State.CANCELLED, State.SCHEDULED]), now)


def _schedule(rows: ReminderQuerySet, now: datetime) -> None:
    """Have these go out from the first of their audience on, also those that are being settled at this moment.

    They are as due as they were: a later instant would overtake what else is said for the same start.
    """
    rows.update(state=State.SCHEDULED, reason="", expanded_after="", updated_at=now)


def send_out_due(now: datetime, *, max_rows: int = 200) -> int:
    """Send out every reminder that is due, latest rule first within a thing; return how many rows were settled."""
    latest_first = ("about_type", "about_id", "-due_at", "pk")
    due = Reminder.objects.due(now).order_by(*latest_first)[:max_rows]
    settled = sum(_send_out_or_park(row, now) for row in due)
    for row in Reminder.objects.open_for_late_joiners(now).order_by(*latest_first):
        _send_out_or_park(row, now)
    return settled


def _send_out_or_park(reminder: Reminder, now: datetime) -> int:
    """Send out one row; one that can not be sent out is parked, visibly, and stops no other."""
    try:
        return _send_out(reminder, now)
    except Exception as fault:
        if is_away(fault):
            raise
        logger.exception("Reminder %s could not be sent out.", reminder.pk)
        return _settle(reminder, State.FAILED, type(fault).__name__)


def _send_out(reminder: Reminder, now: datetime) -> int:
    """Settle one due row; a large audience in chunks, each with its own commit, resumed where it stopped."""
    about = load(reminder.about_type_id, reminder.about_id)
    if about is None or not about.is_reminder_due(reminder):
        return _settle(reminder, State.CANCELLED, UNPLANNED)
    if now >= reminder.expires_at:
        return _settle(reminder, State.MISSED, noop("too late: the start or deadline had passed"))
    if about.mails_wait_until(reminder.kind) is not None:
        return 0
    _expand(reminder, about, now)
    return _settle(reminder, State.SENT, sent_at=reminder.sent_at or now)


def _expand(reminder: Reminder, about: Any, now: datetime) -> None:
    after = "" if reminder.state == State.SENT else reminder.expanded_after
    while audience := list(about.reminder_recipients(reminder, after, CHUNK, now)):
        after = audience[-1].key
        with transaction.atomic():
            _remind(reminder, about, audience, now)
            Reminder.objects.filter(pk=reminder.pk).update(expanded_after=after)


def _remind(reminder: Reminder, about: Any, audience: list[Recipient], now: datetime) -> None:
    overtaken = _overtaken(reminder, audience)
    saying = Saying(
        reminder.kind, about, reminder.occasion, due_at=now, expires_at=reminder.expires_at, reminder=reminder
    )
    say(saying, audience)
    mails = OutgoingMail.objects.about(about)
    _miss(mails.filter(occasion=reminder.occasion, recipient_key__in=overtaken))
    _miss(_overtaking(reminder, mails.filter(recipient_key__in=[recipient.key for recipient in audience])))


def _miss(mails: MailQuerySet) -> None:
    mails.unsent().update(state=OutgoingMail.State.MISSED, reason=noop("a later reminder was due already"))


def _overtaking(reminder: Reminder, mails: MailQuerySet) -> MailQuerySet:
    """Which of these came from an earlier rule for the same start: those that have not left by now are too late."""
    earlier = mails.filter(reminder__anchor_at=reminder.anchor_at, reminder__due_at__lt=reminder.due_at)
    return earlier.exclude(reminder__rule=reminder.rule)


def _overtaken(reminder: Reminder, audience: list[Recipient]) -> set[str]:
    """Keys of those whom a later rule for the same start reaches already."""
    later = OutgoingMail.objects.filter(
        reminder__about_type=reminder.about_type_id,
        reminder__about_id=reminder.about_id,
        reminder__anchor_at=reminder.anchor_at,
        reminder__due_at__gt=reminder.due_at,
        recipient_key__in=[recipient.key for recipient in audience],
    ).exclude(Q(reminder__rule=reminder.rule) | Q(state=OutgoingMail.State.CANCELLED))
    return set(later.values_list("recipient_key", flat=True))


def _settle(reminder: Reminder, state: Reminder.State, reason: str = "", **fields: Any) -> int:
    if state == State.SENT:
        fields["recipient_count"] = reminder.mails.exclude(state=OutgoingMail.State.MISSED).count()
    # One that was planned anew since it was read keeps its state, and has its turn again.
    as_read = Reminder.objects.filter(pk=reminder.pk, state=reminder.state, updated_at=reminder.updated_at)
    return as_read.update(state=state, reason=reason, **fields)


def _adjust(row: Reminder, entry: Planned) -> None:
    """Bring a known row in line; one that was cancelled is scheduled again, one already sent out stays sent."""
    if row.state == State.SENT and row.mails.filter(state=OutgoingMail.State.CANCELLED, reason__in=OUTDATED).exists():
        row.state = State.CANCELLED
    row.kind, row.expires_at = entry.kind, entry.expires_at
    row.includes_late_joiners = entry.includes_late_joiners
    if row.state in (State.CANCELLED, State.SCHEDULED, State.FAILED):
        row.state, row.reason, row.due_at, row.expanded_after = State.SCHEDULED, "", entry.due_at, ""
    row.save()


def _cancel(row: Reminder) -> None:
    """Cancel what has not gone out: the row if it is only scheduled, and any mail of it that is still queued."""
    if row.state == State.SCHEDULED:
        row.state, row.reason = State.CANCELLED, UNPLANNED
        row.save(update_fields=["state", "reason", "updated_at"])
    row.mails.cancel(UNPLANNED)
