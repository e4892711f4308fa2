"""The mails about events with a made-up one, for the list of all kinds in the admin."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apps.events.models import Event, Occasion, Participation
from apps.members.models import Group, Member
from apps.members.permissions import Role, Visibility
from apps.notifications import samples
from apps.notifications.recipients import Recipient
from apps.notifications.samples import NOBODY_ID, Letter, letter_about

_KINDS = (
    "event_invitation",
    "event_trial",
    "event_reminder",
    "event_answer_request",
    "event_changed",
    "event_cancelled",
    "event_withdrawn",
    "event_seat",
    "event_message",
)
# Kinds that go to people with a seat.
_WITH_SEAT = frozenset({"event_reminder", "event_seat", "event_changed"})


def offer() -> None:
    """Register. Called once, when the application is ready."""
    samples.register(_letter, *_KINDS)


def _letter(kind: str, recipient: Recipient, now: datetime) -> Letter:
    event = _event(kind, now)
    reader = Member(pk=NOBODY_ID, name=recipient.name, email=recipient.address)
    reader.hold_roles({event.group_id: Role.MEMBER})
    event.known_participations[NOBODY_ID] = _participation(kind, event, reader)
    return letter_about(kind, event, replace(recipient, member=reader), now, **_announced(kind, event))


def _event(kind: str, now: datetime) -> Event:
    starts_at = now.replace(hour=13, minute=0, second=0, microsecond=0) + timedelta(days=15)
    event = Event(
        pk=0,
        title="Methodologies under the mechanism: what the new baselines ask",
        slug="sample",
        lead="An exchange on the standard for baselines and on what it asks of those who run activities.",
        group=Group(pk=NOBODY_ID, name="Methodologies and baselines", slug="sample", visibility=Visibility.MEMBERS),
        occasion=Occasion(pk=0, name="Sessions of the Subsidiary Bodies"),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
        time_zone=ZoneInfo("Europe/Berlin"),
        place="Bonn, room 7",
        online_link="https://meeting.example.org/room-7",
        is_chatham_house=True,
        state=Event.State.SCHEDULED,
        updated_at=now,
    )
    if kind == "event_cancelled":
        event.state, event.cancel_reason = Event.State.CANCELLED, "Two of the speakers are ill."
    return event


def _participation(kind: str, event: Event, reader: Member) -> Participation:
    has_seat = kind in _WITH_SEAT
    answered: dict[str, Any] = {"answer": Participation.Answer.YES, "mode": Participation.Mode.IN_PERSON}
    return Participation(pk=0, event=event, member=reader, has_seat=has_seat, **(answered if has_seat else {}))


def _announced(kind: str, event: Event) -> dict[str, Any]:
    if kind == "event_message":
        return {"title": "Please bring a passport or an identity card", "paragraph": "Gate B opens at half past two."}
    if kind == "event_changed":
        day = timedelta(days=1)
        times = {"starts_at": (event.starts_at - day).isoformat(), "ends_at": (event.ends_at - day).isoformat()}
        return {"detail": {"before": {**event.snapshot, **times, "place": "Bonn, room 5"}}}
    return {}
