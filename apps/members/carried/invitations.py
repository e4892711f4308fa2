"""Invitations: those withdrawn since stay withdrawn, and so do those through which somebody came who is out again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from apps.core.carryover import CHUNK, Kept, Record
from apps.members.actions.invitations import revoke
from apps.members.models import Invitation, Membership

State = Invitation.State


def collect(taken_at: datetime) -> Kept:
    """Every invitation, whether it may be used once more, and how often it was sent.

    Usable are open ones, and accepted ones whose members are still there: their accounts may be newer than the backup.
    """
    still_in = Membership.objects.current().filter(group=OuterRef("group"), member=OuterRef("accepted_by"))
    welcome = Q(state=State.ACCEPTED, accepted_by__is_active=True) & Exists(still_in)
    usable = Invitation.objects.filter(Q(state__in=[State.PREPARED, State.SENT]) | welcome, pk=OuterRef("pk"))
    invitations = Invitation.objects.annotate(is_usable=Exists(usable)).order_by("pk")
    return invitations.values("pk", "round", "is_usable").iterator(CHUNK)


def apply(records: Iterator[Record]) -> Iterator[str]:
    """Revoke every other open one; a round that was sent stays counted, or its number would count as sent again."""
    usable: set[int] = set()
    for record in records:
        Invitation.objects.filter(pk=record["pk"], round__lt=record["round"]).update(round=record["round"])
        if record["is_usable"]:
            usable.add(record["pk"])
    for invitation in Invitation.objects.filter(state__in=[State.PREPARED, State.SENT]).order_by("pk"):
        if invitation.pk not in usable:
            revoke(invitation)
            yield f"Invitation {invitation.pk} ({invitation}): withdrawn or used up since the backup, stays so."
