"""Telling what changed: old and new, in the reader's zone and the event's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.core.zones import moment_text

if TYPE_CHECKING:
    from apps.events.models import Event


@dataclass(frozen=True, slots=True)
class Change:
    """One changed fact in words."""

    label: str
    old: str
    new: str


def described_changes(before: dict[str, Any], event: Event, reader_zone: Any) -> list[Change]:
    """Return what differs between the snapshot ``before`` and the event now, times in ``reader_zone``."""
    after = event.snapshot
    changes = [_time_change(before, after, event, reader_zone)] if _moved(before, after) else []
    if before["format"] != after["format"]:
        names = dict(event.Format.choices)
        changes.append(Change(_("Takes place"), str(names[before["format"]]), str(names[after["format"]])))
    if before["place"] != after["place"]:
        changes.append(Change(_("Place"), before["place"] or _("none"), after["place"] or _("none")))
    if before["online_link"] != after["online_link"]:
        changes.append(
            Change(_("Online link"), _("the link you were given before"), _("a new link, on the event's page"))
        )
    return changes


def _moved(before: dict[str, Any], after: dict[str, Any]) -> bool:
    return any(before[name] != after[name] for name in ("starts_at", "ends_at", "time_zone"))


def _time_change(before: dict[str, Any], after: dict[str, Any], event: Event, reader_zone: Any) -> Change:
    zones = [reader_zone]
    if str(reader_zone) != str(event.time_zone):
        zones.append(event.time_zone)
    return Change(_("Time"), _in_words(before, zones), _in_words(after, zones))


def _in_words(snapshot: dict[str, Any], zones: list[ZoneInfo]) -> str:
    start, end = (datetime.fromisoformat(snapshot[name]) for name in ("starts_at", "ends_at"))
    return " / ".join(
        _("%(start)s to %(end)s") % {"start": moment_text(start, zone), "end": moment_text(end, zone)} for zone in zones
    )
