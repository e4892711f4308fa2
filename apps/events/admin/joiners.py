"""Who joined a group after it was invited: offered by a button, never invited silently."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.urls import reverse

from apps.events.models import Event
from apps.members.models import Membership


def later_joiners(event: Event) -> list[dict[str, Any]]:
    """Return ``{group, count, url}`` for each invited group with present members who were never invited, or not since
    they came back. One query.
    """
    invited_groups = event.participations.exclude(via_group=None).values("via_group")
    new = Membership.objects.current().filter(group__in=invited_groups, member__is_active=True)
    new = new.exclude(member__in=event.participations.settled().values("member"))
    counted = new.values("group", "group__name").annotate(count=Count("pk")).order_by("group__name")
    invite_url = reverse("admin:events_event_invite", args=[event.pk])
    return [
        {"group": row["group__name"], "count": row["count"], "url": f"{invite_url}?group={row['group']}"}
        for row in counted
    ]
