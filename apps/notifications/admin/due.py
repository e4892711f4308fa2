"""What leaves within a day, on the desk: planned reminders with how many they reach, and mail that waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, Min
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from apps.core import desk, panels
from apps.notifications.kinds import KINDS
from apps.notifications.models import OutgoingMail, Reminder

AHEAD = timedelta(hours=24)
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Reach:
    """What a rule reminds of, where its plan is shown, and how many people it would reach now."""

    about: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class Due:
    """One line: what goes out, from when on, to how many."""

    at: datetime
    label: str | Promise
    about: str
    url: str
    count: int
    state: str | Promise


type Reaches = Callable[[Iterable[str]], dict[str, Reach]]

_reaches: dict[str, Reaches] = {}


def register(prefix: str, reaches: Reaches) -> None:
    """Have an app say what its rules reach: ``reaches(rules)`` gets the keys that begin with ``prefix``."""
    _reaches[prefix] = reaches


def due_panel(about: models.Model, member: models.Model | None, now: datetime) -> tuple[str, dict[str, Any]]:
    """Show what is due until this time tomorrow. Two queries, and those of the apps whose rules are among it."""
    lines = sorted([*_reminders(now), *_mails(now)], key=lambda line: line.at)
    return "admin/notifications/_due.html", {"lines": lines[:SHOWN], "more": len(lines) - SHOWN}


def _reminders(now: datetime) -> Iterator[Due]:
    """One line a rule: its rows for the zones of its readers go out one after the other."""
    rows = Reminder.objects.filter(state=Reminder.State.SCHEDULED, due_at__lt=now + AHEAD).order_by()
    grouped = rows.values("rule", "kind").annotate(first=Min("due_at"), things=Count("about_id", distinct=True))
    found = list(grouped.order_by("first")[: SHOWN + 1])
    reached = _reached([row["rule"] for row in found])
    for row in found:
        own = reached.get(row["rule"], Reach("", _list_url("reminder", row["kind"], "scheduled"), row["things"]))
        yield Due(row["first"], KINDS[row["kind"]].label, own.about, own.url, own.count, _("planned"))


def _reached(rules: list[str]) -> dict[str, Reach]:
    found: dict[str, Reach] = {}
    for prefix, reaches in _reaches.items():
        theirs = [rule for rule in rules if rule.startswith(prefix)]
        found |= reaches(theirs) if theirs else {}
    return found


def _mails(now: datetime) -> Iterator[Due]:
    """One line a kind."""
    queued = OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED, due_at__lt=now + AHEAD).order_by()
    for row in queued.values("kind").annotate(first=Min("due_at"), count=Count("pk")).order_by("first"):
        kind, first = row["kind"], row["first"]
        state = _("goes out now") if first <= now else _("waits for its time")
        yield Due(first, KINDS[kind].label, "", _list_url("outgoingmail", kind, "queued"), row["count"], state)


def _list_url(model: str, kind: str, state: str) -> str:
    return f"{reverse(f'admin:notifications_{model}_changelist')}?{urlencode({'kind': kind, 'state__exact': state})}"


panels.register(desk.DUE, due_panel)
