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
    let_in = AuditEntry.objects.filter(
        event=AuditEntry.Event.STATUS,
        about_type=ContentType.objects.get_for_model(Member),
        about_id=OuterRef("member"),
        at__gte=moment,
    )
    stayed = Membership.objects.current().filter(
        group=OuterRef("via_group"), member=OuterRef("member"), updated_at__lte=moment
    )
    return parts.filter(~Exists(let_in), Q(via_group=None) | Exists(stayed))
