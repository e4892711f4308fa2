"""The mails about papers and circulations with made-up ones, for the list of all kinds in the admin."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from apps.core.links import absolute
from apps.members.models import Group, Member
from apps.members.permissions import Role, Visibility
from apps.notifications import samples
from apps.notifications.recipients import Recipient
from apps.notifications.samples import NOBODY_ID, Letter, Words, letter_about
from apps.publications.deadline import time_left
from apps.publications.models import Circulation, Consultee, Publication, Version
from apps.publications.participants import Counts
from apps.publications.summary import Summary

_KINDS = (
    "circulation_invitation",
    "circulation_reminder",
    "circulation_changed",
    "circulation_cancelled",
    "comments_resolved",
)


def offer() -> None:
    """Register. Called once, when the application is ready."""
    samples.register(_letter, *_KINDS)
    samples.register(_summary_letter, "circulation_summary")
    samples.register(_news_letter, "publication_published")


def _letter(kind: str, recipient: Recipient, now: datetime) -> Letter:
    circulation = _circulation(kind, now)
    reader = Member(pk=NOBODY_ID, name=recipient.name, email=recipient.address)
    reader.hold_roles({circulation.publication.group_id: Role.MEMBER})
    circulation.known_consultees[NOBODY_ID] = Consultee(pk=0, circulation=circulation, member=reader, is_reviewer=True)
    detail = {"before": (circulation.deadline_at - timedelta(days=7)).isoformat()}
    return letter_about(kind, circulation, replace(recipient, member=reader), now, detail=detail)


def _summary_letter(kind: str, recipient: Recipient, now: datetime) -> Letter:
    circulation = _circulation(kind, now)
    counts = Counts(asked=31, reviewers=4, answered=12, reviewers_answered=2)
    context: dict[str, Any] = {
        "circulation": circulation,
        "publication": circulation.publication,
        "version": circulation.version,
        "circulation_url": absolute(circulation.get_absolute_url()),
        "time_left": time_left(now, now),
        "summary": Summary(counts, 57, ["Ingrid Solbakken", "Lupe Fonoti"], 0),
        "why": "You receive this because you look after this circulation.",
    }
    return letter_about(kind, Words(context), recipient, now)


def _news_letter(kind: str, recipient: Recipient, now: datetime) -> Letter:
    paper = Publication(
        pk=0,
        title="Authorisation after first transfer: changes and revocation",
        slug="sample",
        byline="Amina Muster, Institute for Samples",
        abstract="What a host country may change once units have left it, and what it should not.",
    )
    return letter_about(kind, paper, recipient, now)


def _circulation(kind: str, now: datetime) -> Circulation:
    group = Group(pk=NOBODY_ID, name="Authorisation", slug="sample", visibility=Visibility.MEMBERS)
    paper = Publication(
        pk=0, title="Authorisation after first transfer: changes and revocation", slug="sample", group=group
    )
    circulation = Circulation(
        pk=0,
        publication=paper,
        version=Version(pk=0, publication=paper, number=2, pages=14),
        code="sample",
        state=Circulation.State.OPEN,
        deadline_on=(now + timedelta(days=14)).date(),
        instructions="Please look at section 3 above all: does the text say when a change takes effect?",
        confidentiality="A draft for the people asked. Please do not pass it on.",
    )
    circulation.deadline_at = circulation.deadline.resolved()[0]
    if kind == "circulation_cancelled":
        circulation.state, circulation.cancel_reason = Circulation.State.CANCELLED, "A new version comes in June."
    return circulation
