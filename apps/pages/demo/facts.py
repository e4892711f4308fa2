"""What is true of the group: its purpose, its phases, its key areas; and the legal texts every portal starts from."""

from __future__ import annotations

from datetime import datetime

from apps.members.models import Group, LegalText, Phase, Topic
from apps.pages.demo.source import legal_text, table


def load_facts(now: datetime) -> None:
    """Make groups, phases, topics and legal texts; what is there already stays as it is."""
    for group in table("facts")["group"]:
        Group.objects.get_or_create(slug=group["slug"], defaults={**group, "purpose": group["purpose"].strip()})
    for phase in table("facts")["phase"]:
        Phase.objects.get_or_create(name=phase["name"], defaults={**phase, "focus": phase["focus"].strip()})
    load_topics()
    for kind in LegalText.Kind.values:
        if not LegalText.objects.filter(kind=kind).exists():
            LegalText.objects.create(kind=kind, body=legal_text(kind), published_at=now)


def load_topics() -> None:
    """Make the key areas and, below each, its finer topics."""
    for position, area in enumerate(table("facts")["topic"], start=1):
        fields = {"title": area["title"], "covers": area["covers"], "position": position}
        parent, _made = Topic.objects.get_or_create(slug=area["slug"], defaults=fields)
        for below, (slug, title, covers) in enumerate(area["finer"], start=1):
            fields = {"title": title, "covers": covers, "position": below, "parent": parent}
            Topic.objects.get_or_create(slug=slug, defaults=fields)
