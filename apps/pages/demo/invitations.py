"""People on their way in: invitations as an import leaves them, not mailed, and requests that wait for an answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.members.models import Group, Invitation, JoinRequest, LegalText, Topic
from apps.pages.demo.source import table


def load_invitations() -> None:
    """Prepare the invitations to the working group."""
    group = Group.objects.get(slug="cmm-wg")
    for row in table("people")["invitation"]:
        fields = {name: value for name, value in row.items() if name != "topics"}
        invitation = Invitation.objects.create(group=group, **fields)
        invitation.topics.set(Topic.objects.filter(slug__in=row["topics"]))


def load_join_requests(now: datetime) -> None:
    """Let two people wait for an answer to what they asked."""
    text = LegalText.objects.filter(kind=LegalText.Kind.PRIVACY).latest("version")
    group = Group.objects.get(slug="cmm-wg")
    for row in table("people")["join_request"]:
        fields = {name: value for name, value in row.items() if name != "days_ago"}
        asked = JoinRequest.objects.create(group=group, agreed_to=text, **fields)
        JoinRequest.objects.filter(pk=asked.pk).update(created_at=now - timedelta(days=row["days_ago"]))
