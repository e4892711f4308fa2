"""Participations whose person was there all the time: the only ones of whom the past can be told from today's rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.core.models import AuditEntry
from apps.members.models import Member, Membership


def there_since(parts: QuerySet[Any], moment: datetime) -> QuerySet[Any]:
    """Return those whose member was neither suspended nor let in again since, nor joined the inviting group since."""
    return _stayed(parts, moment).filter(~Exists(_status_entries().filter(at__gte=moment)))


def invited_since(parts: QuerySet[Any], moment: datetime) -> QuerySet[Any]:
    """Return those whose member has not joined the inviting group since, suspended meanwhile or not.

    Who ever left the portal, and is back, is not among them.
    """
    departures = _status_entries().filter(detail=Member.Status.DEPARTED)
    return _stayed(parts, moment).filter(~Exists(departures))


def _stayed(parts: QuerySet[Any], moment: datetime) -> QuerySet[Any]:
    membership = Membership.objects.current().filter(
        group=OuterRef("via_group"), member=OuterRef("member"), updated_at__lte=moment
    )
    return parts.filter(Q(via_group=None) | Exists(membership))


def _status_entries() -> QuerySet[Any]:
    return AuditEntry.objects.filter(
        event=AuditEntry.Event.STATUS,
        about_type=ContentType.objects.get_for_model(Member),
        about_id=OuterRef("member"),
    )
