"""Invitations that were prepared, as an import leaves them, and not mailed."""

from __future__ import annotations

from apps.members.models import Group, Invitation, Topic
from apps.pages.demo.source import table


def load_invitations() -> None:
    """Prepare the invitations to the working group."""
    group = Group.objects.get(slug="cmm-wg")
    for row in table("people")["invitation"]:
        fields = {name: value for name, value in row.items() if name != "topics"}
        invitation = Invitation.objects.create(group=group, **fields)
        invitation.topics.set(Topic.objects.filter(slug__in=row["topics"]))
