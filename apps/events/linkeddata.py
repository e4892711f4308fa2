"""A public event as schema.org has it (https://schema.org/Event): for search engines, so only what strangers see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps.core.linkeddata import organization
from apps.core.links import absolute
from apps.members.permissions import is_visible

if TYPE_CHECKING:
    from apps.events.models import Event

_MODES = {"in_person": "OfflineEventAttendanceMode", "online": "OnlineEventAttendanceMode"}


def event_data(event: Event) -> dict[str, Any] | None:
    """Return the event for ``{% json_ld data %}``, None where strangers may not see it. No query.

    Never the online link: who takes part online finds it on the event's page, which stands in its place.
    """
    if not is_visible(None, event):
        return None
    url = absolute(event.get_absolute_url())
    return {
        "@type": "Event",
        "name": event.title,
        "description": event.lead or None,
        "url": url,
        "startDate": event.starts_at.astimezone(event.time_zone),
        "endDate": event.ends_at.astimezone(event.time_zone),
        "eventStatus": f"https://schema.org/{'EventCancelled' if event.is_cancelled else 'EventScheduled'}",
        "eventAttendanceMode": f"https://schema.org/{_MODES.get(event.format, 'MixedEventAttendanceMode')}",
        "location": _locations(event, url) or None,
        "organizer": organization(),
    }


def _locations(event: Event, url: str) -> list[dict[str, str]]:
    there = [{"@type": "Place", "name": event.place, "address": event.place}] if event.place else []
    online = [{"@type": "VirtualLocation", "url": url}]
    return [*(there if event.offers_in_person else []), *(online if event.offers_online else [])]
