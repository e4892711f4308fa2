"""The calendar file of an event (RFC 5545): METHOD:PUBLISH, no attendee, no online link, UTC."""

from __future__ import annotations

from datetime import UTC
from email.utils import parseaddr
from typing import TYPE_CHECKING

from django.conf import settings
from icalendar import Calendar, vCalAddress, vText
from icalendar import Event as CalendarEvent

from apps.core.links import absolute

if TYPE_CHECKING:
    from apps.events.models import Event

PRODUCT = "-//CMM-WG//Portal//EN"


def event_calendar(event: Event) -> str:
    """Return the ``.ics`` text of one event: one UID for ever, the SEQUENCE kept from the start, CRLF line ends.

    Holds nothing that only invited people may see, so it may be handed to whoever sees the event's page.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_component(event))
    return calendar.to_ical().decode()


def event_uid(event: Event) -> str:
    """Return the UID: the same in mails, downloads and feeds (RFC 5545 3.8.4.7)."""
    return f"{event.uid}@{settings.MAIL_DOMAIN}"


def _component(event: Event) -> CalendarEvent:
    component = CalendarEvent()
    component.add("uid", event_uid(event))
    component.add("dtstamp", event.updated_at.astimezone(UTC))
    component.add("last-modified", event.updated_at.astimezone(UTC))
    component.add("dtstart", event.starts_at.astimezone(UTC))
    component.add("dtend", event.ends_at.astimezone(UTC))
    component.add("sequence", event.sequence)
    component.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    component.add("summary", event.title)
    if event.place:
        component.add("location", event.place)
    url = absolute(event.get_absolute_url())
    component.add("description", f"{event.lead}\n\n{url}".strip())
    component.add("url", url)
    component.add("organizer", _organizer())
    return component


def _organizer() -> vCalAddress:
    name, address = parseaddr(settings.MAIL_FROM)
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["CN"] = vText(name or "CMM-WG")
    return organizer
