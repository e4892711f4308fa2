"""Scenes of the ledger: what is written there, how far it has come, and rows that make trouble."""

import secrets
from collections import Counter
from datetime import timedelta

from django.db import DatabaseError
from django.db.models import F, Max, Q
from django.utils import timezone

from apps.core.models import Heartbeat
from apps.events.models import Event
from apps.members.models import Member
from apps.notifications.announcements import announce
from apps.notifications.ledger import differences
from apps.notifications.models import Announcement, OutgoingMail

UNREACHABLE = "bad@" + "\u00fc" * 64 + ".example"  # no domain name may hold a label as long


def told():
    """How many rows the ledger has."""
    return OutgoingMail.objects.count()


def states():
    """{state: how many mails}."""
    return dict(Counter(OutgoingMail.objects.values_list("state", flat=True)))


def unfinished():
    """How much is due and not done: mails, and announcements not yet expanded."""
    due = Q(state__in=["claimed", "sending"]) | Q(state="queued", due_at__lte=timezone.now())
    waiting = Announcement.objects.filter(state="waiting").count()
    return OutgoingMail.objects.filter(due).count() + waiting


def ledger():
    """Every mail as [Message-ID, state, reason, kind, attempts]."""
    return [list(row) for row in OutgoingMail.objects.values_list("message_id", "state", "reason", "kind", "attempts")]


def ledger_differences():
    """What `check_ledger` would say."""
    return list(differences(timezone.now()))


def is_beating():
    """Whether beat and worker have been heard of just now; nothing but the beat wakes the worker of this queue."""
    now = timezone.now()
    return Heartbeat.objects.filter(name="work", beat_at__lte=now, beat_at__gt=now - timedelta(seconds=15)).exists()


def end_leases():
    """Have the leases of a worker that has just died run out, as they would within a minute."""
    OutgoingMail.objects.exclude(lease_until=None).update(lease_until=timezone.now())


def states_of(*, slug):
    """{state: how many mails} about one event."""
    return dict(Counter(_about(slug).values_list("state", flat=True)))


def delivered(*, slug):
    return _about(slug).filter(state="sent").count()


def tried(*, slug):
    """How many mails about the event have been tried at all, whether they are counted as attempts or not."""
    return _about(slug).filter(Q(attempts__gt=0) | ~Q(reason="") | Q(state="sending")).count()


def hurry():
    """Make what waits for its next try due now, as time would."""
    OutgoingMail.objects.filter(state="queued").update(due_at=timezone.now())


def failed_addresses():
    rows = OutgoingMail.objects.filter(state="failed").values_list("member__email", flat=True)
    return sorted(rows)


def needing_a_hand():
    """How many mails the secretariat's desk shows as failed or unclear."""
    return OutgoingMail.objects.needing_a_hand().count()


def most_attempts():
    return OutgoingMail.objects.aggregate(most=Max("attempts"))["most"]


def waits_for(*, slug):
    """Why each undelivered mail about the event still waits, for the report of a failure."""
    rows = _about(slug).exclude(state="sent").values_list("state", "reason", "attempts")
    return [list(row) for row in rows]


def hurry_until_delivered(*, slug):
    """Hurry, and return how many mails about the event have been delivered."""
    hurry()
    return delivered(slug=slug)


def ended(*, message_ids):
    """{Message-ID: state}."""
    return dict(OutgoingMail.objects.filter(message_id__in=message_ids).values_list("message_id", "state"))


def poison_three():
    """A mail that can not be written, one to an address that can not be, one to a deleted member.

    Returns their Message-IDs: the first is one more mail, the others are among those that wait.
    """
    unreachable, orphaned, told = OutgoingMail.objects.order_by("pk")[10:40:10]
    Member.objects.filter(pk=unreachable.member_id).update(email=UNREACHABLE)
    Member.objects.get(pk=orphaned.member_id).delete()
    rubbish = {"before": {"starts_at": "some day"}}
    announce("event_changed", told.about, [told.member_id], "rubbish", made_by=None, detail=rubbish)
    unwritable = OutgoingMail.objects.get(kind="event_changed")
    return [unwritable.message_id, unreachable.message_id, orphaned.message_id]


def make_heavy(*, characters, lapses):
    """Give one waiting mail a paragraph of this length; it counts as having ended ``lapses`` workers before.

    Returns its Message-ID.
    """
    mail = OutgoingMail.objects.filter(state="queued").order_by("pk").first()
    heavy = Announcement.objects.get(pk=mail.announcement_id)
    heavy.pk, heavy.paragraph, heavy.state = None, "heavy " * (characters // 6), "done"
    heavy.member_ids, heavy.occasion = [mail.member_id], "heavy"
    heavy.save(force_insert=True)
    mine = OutgoingMail.objects.filter(pk=mail.pk)
    mine.update(announcement=heavy, occasion=heavy.occasion, lapses=F("lapses") + lapses)
    return mail.message_id


def fill_until_refused():
    """Write to one row until the database takes no more; returns whether it refused."""
    try:
        for _turn in range(400):
            Event.objects.filter(slug="round").update(agenda=secrets.token_hex(100_000))
    except DatabaseError:
        return True
    return False


def _about(slug):
    return OutgoingMail.objects.about(Event.objects.get(slug=slug))
