"""The mails about circulations, as the checks ask for them."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from apps.notifications.models import OutgoingMail
from apps.notifications.querysets import MailQuerySet
from apps.notifications.recipients import MEMBER_PREFIX
from apps.publications.models import Circulation, Consultee

ABOUT_PREFIX = f"{Circulation._meta.label_lower}:"
# Goes to those who look after the circulation, asked in it or not.
TO_LEADS = "circulation_summary"


def mails_to_asked() -> QuerySet[Any]:
    """Every mail about a circulation to a member who is still known here, but for the summaries."""
    about = OutgoingMail.objects.filter(about_key__startswith=ABOUT_PREFIX, member__isnull=False)
    return about.exclude(kind=TO_LEADS)


def mails_to_consultee() -> MailQuerySet:
    """Mails to the outer consultee about its circulation, by the ledger's own index."""
    mails: MailQuerySet = OutgoingMail.objects.filter(
        about_key=_key(ABOUT_PREFIX, "circulation_id"), recipient_key=_key(MEMBER_PREFIX, "member_id")
    )
    return mails


def consultee_of_mail() -> QuerySet[Any]:
    """The consultee to whom the outer mail went."""
    return Consultee.objects.filter(circulation=OuterRef("about_id"), member=OuterRef("member"))


def _key(prefix: str, field: str) -> Concat:
    return Concat(Value(prefix), Cast(OuterRef(field), CharField()))
