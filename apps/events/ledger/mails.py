"""The mails about events, as the checks ask for them."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from apps.events.models import Event
from apps.notifications.models import OutgoingMail
from apps.notifications.querysets import MailQuerySet
from apps.notifications.recipients import MEMBER_PREFIX

ABOUT_PREFIX = f"{Event._meta.label_lower}:"


def mails_about_events() -> QuerySet[Any]:
    """Every mail about an event to a member who is still known here."""
    return OutgoingMail.objects.filter(about_key__startswith=ABOUT_PREFIX, member__isnull=False)


def mails_to_part(kind: str) -> MailQuerySet:
    """Mails of a kind to the outer participation's member about its event, by the ledger's own index."""
    mails: MailQuerySet = OutgoingMail.objects.filter(
        kind=kind, about_key=_key(ABOUT_PREFIX, "event_id"), recipient_key=_key(MEMBER_PREFIX, "member_id")
    )
    return mails


def _key(prefix: str, field: str) -> Concat:
    return Concat(Value(prefix), Cast(OuterRef(field), CharField()))
