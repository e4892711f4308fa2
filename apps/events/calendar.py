"""Calendar files (RFC 5545) of one event and of all that a member sees: published, no attendee, no online link, UTC."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from icalendar import Calendar, vCalAddress, vText
from icalendar import Event as CalendarEvent

from apps.core.links import absolute

if TYPE_CHECKING:
    from apps.events.models import Event

PRODUCT = "-//CMM-WG//Portal//EN"
# What stands behind the UUID in a UID. No host (RFC 7986 5.3) and no setting: a portal that moves to another name must
# not double every event in every calendar, nor lose the cancellations.
UID_SPACE = "cmm-wg"
# What an entry is made of.
SHOWN = (
    "uid",
    "updated_at",
    "starts_at",
    "ends_at",
    "sequence",
    "state",
    "title",
    "slug",
    "place",
    "lead",
    "is_chatham_house",
)
_KEPT = 4096
_END = "END:VCALENDAR\r\n"


class Entry(NamedTuple):
    """One event as a calendar has it. ``transparency`` is empty where nobody's own calendar is meant."""

    uid: str
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    sequence: int
    status: str
    transparency: str
    title: str
    place: str
    description: str
    url: str
    organizer: str


def event_calendar(event: Event) -> str:
    """Return the ``.ics`` text of one event: one UID for ever, the SEQUENCE kept from the start, CRLF line ends.

    Holds nothing that only invited people may see, so it may be handed to whoever sees the event's page.
    """
    return _with_entries(_calendar(), [_entry(event)])


def feed_entries(events: Iterable[Event]) -> list[Entry]:
    """Return the entries of somebody's own calendar. The events come with ``own_answer`` and what is ``SHOWN``.

    What one has not said yes to leaves the time free, and a maybe is tentative.
    """
    return [_entry(event, event.own_answer) for event in events]  # type: ignore[attr-defined]  # an annotation


def feed_tag(entries: Iterable[Entry]) -> str:
    """Return an ETag, a hundred times quicker than the text."""
    digest = hashlib.sha256(PRODUCT.encode())
    for entry in entries:
        digest.update(repr(entry).encode())
    return quote_etag(digest.hexdigest()[:32])


def feed_calendar(entries: Iterable[Entry], name: str) -> str:
    """Return the text of a calendar to subscribe to, called ``name``: to be asked for once an hour (RFC 7986, 5.7)."""
    calendar = _calendar()
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return _with_entries(calendar, entries)


def event_uid(event: Event) -> str:
    """Return the UID: the same in mails, downloads and feeds, for ever (RFC 5545 3.8.4.7)."""
    return f"{event.uid}@{UID_SPACE}"


def _entry(event: Event, answer: str | None = None) -> Entry:
    is_tentative = answer == "maybe" and not event.is_cancelled
    is_busy = answer == "yes" and not event.is_cancelled
    url = absolute(event.get_absolute_url())
    return Entry(
        uid=event_uid(event),
        changed_at=event.updated_at.astimezone(UTC),
        starts_at=event.starts_at.astimezone(UTC),
        ends_at=event.ends_at.astimezone(UTC),
        sequence=event.sequence,
        status="CANCELLED" if event.is_cancelled else "TENTATIVE" if is_tentative else "CONFIRMED",
        transparency="" if answer is None else "OPAQUE" if is_busy else "TRANSPARENT",
        title=event.title,
        place=event.place,
        description="\n\n".join(filter(None, [event.lead, _rule_of_the_house(event), url])),
        url=url,
        organizer=settings.MAIL_FROM,
    )


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    return calendar


def _with_entries(calendar: Calendar, entries: Iterable[Entry]) -> str:
    head = calendar.to_ical().decode().removesuffix(_END)
    return f"{head}{''.join(map(_entry_text, entries))}{_END}"


@lru_cache(maxsize=_KEPT)
def _entry_text(entry: Entry) -> str:
    """Written once per process: everybody's calendar holds the same events, and writing one takes a millisecond."""
    component = CalendarEvent()
    component.add("uid", entry.uid)
    component.add("dtstamp", entry.changed_at)
    component.add("last-modified", entry.changed_at)
    component.add("dtstart", entry.starts_at)
    component.add("dtend", entry.ends_at)
    component.add("sequence", entry.sequence)
    component.add("status", entry.status)
    if entry.transparency:
        component.add("transp", entry.transparency)
    component.add("summary", entry.title)
    if entry.place:
        component.add("location", entry.place)
    component.add("description", entry.description)
    component.add("url", entry.url)
    component.add("organizer", _organizer(entry.organizer))
    return component.to_ical().decode()


def _rule_of_the_house(event: Event) -> str:
    """Said in the portal's language: the file is the same for every reader."""
    if not event.is_chatham_house:
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        rule = _("Use what you hear. Never say who said it, nor who was in the room.")
        return f"{_('Chatham House Rule.')} {rule}"


def _organizer(sender: str) -> vCalAddress:
    name, address = parseaddr(sender)
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["CN"] = vText(name or "CMM-WG")
    return organizer
