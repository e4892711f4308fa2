"""What leaves within a day, on the desk: planned reminders with how many they reach, and mail that waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, Min, Value
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
    """What a rule reminds of, where its plan is shown, how many people it would reach now, and whether what it reminds
    of is under the Chatham House Rule.
    """

    about: str
    url: str
    count: int
    is_chatham: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """One line: what goes out, from when on, to how many."""

    at: datetime
    label: str | Promise
    about: str
    url: str
    count: int
    state: str | Promise
    is_chatham: bool = False


type Reaches = Callable[[Iterable[str]], dict[str, Reach]]

type Ahead = Callable[[datetime], Iterable[Due]]

_reaches: dict[str, Reaches] = {}
_ahead: list[Ahead] = []


def register(prefix: str, reaches: Reaches) -> None:
    """Have an app say what its rules reach: ``reaches(rules)`` gets the keys that begin with ``prefix``."""
    _reaches[prefix] = reaches


def register_ahead(lines: Ahead) -> None:
    """Have an app name what is about to become mail, though no reminder and no mail of it is there yet."""
    _ahead.append(lines)


def due_panel(about: models.Model, member: models.Model | None, now: datetime) -> tuple[str, dict[str, Any]]:
    """Show what is due until this time tomorrow. One query, and those of the apps that registered."""
    told = (line for lines in _ahead for line in lines(now))
    lines = sorted([*_written(now), *told], key=lambda line: line.at)
    return "admin/notifications/_due.html", {"lines": lines[:SHOWN], "more": len(lines) - SHOWN}


def _written(now: datetime) -> Iterator[Due]:
    """One line a rule, as its rows for the zones of its readers go out one after the other; and one a kind of mail."""
    columns = ("rule", "kind", "first", "things")
    reminders = Reminder.objects.filter(state=Reminder.State.SCHEDULED, due_at__lt=now + AHEAD).order_by()
    mails = OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED, due_at__lt=now + AHEAD).order_by()
    by_rule = reminders.values("rule", "kind").annotate(first=Min("due_at"), things=Count("about_id", distinct=True))
    by_kind = mails.values("kind").annotate(
        rule=Value("", output_field=models.CharField()), first=Min("due_at"), things=Count("pk")
    )
    both = by_rule.values_list(*columns).union(by_kind.values_list(*columns), all=True)
    found = list(both.order_by("first")[: SHOWN + 1])
    reached = _reached([rule for rule, *_rest in found if rule])
    for rule, kind, first, things in found:
        yield _of_rule(reached.get(rule), kind, first, things) if rule else _of_mails(kind, first, things, now)


def _of_rule(reach: Reach | None, kind: str, first: datetime, things: int) -> Due:
    own = reach or Reach("", _list_url("reminder", kind, "scheduled"), things)
    return Due(first, KINDS[kind].label, own.about, own.url, own.count, _("planned"), own.is_chatham)


def _of_mails(kind: str, first: datetime, count: int, now: datetime) -> Due:
    state = _("goes out now") if first <= now else _("waits for its time")
    return Due(first, KINDS[kind].label, "", _list_url("outgoingmail", kind, "queued"), count, state)


def _reached(rules: list[str]) -> dict[str, Reach]:
    found: dict[str, Reach] = {}
    for prefix, reaches in _reaches.items():
        theirs = [rule for rule in rules if rule.startswith(prefix)]
        found |= reaches(theirs) if theirs else {}
    return found


def _list_url(model: str, kind: str, state: str) -> str:
    return f"{reverse(f'admin:notifications_{model}_changelist')}?{urlencode({'kind': kind, 'state__exact': state})}"


panels.register(desk.DUE, due_panel)
