"""Telling what changed: old and new, in the reader's zone; and, to who saved it, when that is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.core.zones import range_text, zone_city, zone_label

if TYPE_CHECKING:
    from apps.events.models import Event


@dataclass(frozen=True, slots=True)
class Change:
    """One changed fact in words: "old → new"."""

    label: str
    old: str
    new: str


def said_of_saving(event: Event, now: datetime) -> str:
    """Return what whoever saved the event must know: a mail about it follows. Empty when none does."""
    if event.settles_at is None or not event.has_untold_change:
        return ""
    if event.settles_at > now:
        return _("Saved. Those invited will be told what changed. For two minutes you can still undo it unnoticed.")
    return _("Saved. Those invited are told what changed at once, as the event is near.")


def described_changes(
    before: dict[str, Any], event: Event, reader_zone: tzinfo, *, names_link: bool = False
) -> list[Change]:
    """Return what differs between the snapshot ``before`` and the event now, what matters most first.

    Times are on the reader's clock; ``names_link``: the mail itself tells this reader the new link.
    """
    after = event.snapshot
    changes = []
    if _at(before) != _at(after):
        changes.append(_time_change(before, after, reader_zone))
    if before["place"] != after["place"]:
        changes.append(Change(_("Place"), before["place"] or _("none"), after["place"] or _("none")))
    if before["online_link"] != after["online_link"]:
        changes.append(_link_change(before, after, names_link=names_link))
    if before["format"] != after["format"]:
        names = dict(event.Format.choices)
        changes.append(Change(_("Takes place"), str(names[before["format"]]), str(names[after["format"]])))
    if before["time_zone"] != after["time_zone"]:
        old, new = (zone_city(ZoneInfo(snapshot["time_zone"])) for snapshot in (before, after))
        changes.append(Change(_("Clock of the event"), old, new))
    return changes


def _at(snapshot: dict[str, Any]) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(snapshot["starts_at"]), datetime.fromisoformat(snapshot["ends_at"])


def _time_change(before: dict[str, Any], after: dict[str, Any], zone: tzinfo) -> Change:
    """Both with their day, the zone said once unless the clocks are changed in between."""
    (old_start, old_end), (start, end) = _at(before), _at(after)
    old, new = range_text(old_start, old_end, zone), range_text(start, end, zone)
    old_label, label = zone_label(old_start, zone), zone_label(start, zone)
    old = old if old_label == label else f"{old} ({old_label})"
    return Change(_("Time, on your clock in %(city)s") % {"city": zone_city(zone)}, old, f"{new} ({label})")


def _link_change(before: dict[str, Any], after: dict[str, Any], *, names_link: bool) -> Change:
    old = _("the link you were given before") if before["online_link"] else _("none")
    if not after["online_link"]:
        return Change(_("Online link"), old, _("none"))
    return Change(_("Online link"), old, _("the link below") if names_link else _("a new link, on the event's page"))
