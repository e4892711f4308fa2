"""A mail about an event as an invited reader would get it, for the eyes of the secretariat."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apps.events.models import Event, Participation
from apps.members.models import Member
from apps.notifications.preview import Sample, sample_mail
from apps.notifications.recipients import recipient_of


def event_sample(kind: str, event: Event, reader: Member, now: datetime, **more: Any) -> Sample:
    """Write the mail as if ``reader`` were invited, so that its links show where they will stand (masked).

    ``more`` are ``title``, ``paragraph`` and ``reminder`` of ``sample_mail``. At most two queries.
    """
    answered: dict[str, Any] = {}
    if kind == "event_reminder":
        answered = {"answer": Participation.Answer.YES, "mode": Participation.Mode.IN_PERSON, "has_seat": True}
    stand_in = Participation(pk=0, event=event, member=reader, **answered)
    known = event.known_participations
    known[reader.pk] = stand_in  # the reader need not be invited to see the sample
    try:
        return sample_mail(kind, event, recipient_of(reader), now, **more)
    finally:
        del known[reader.pk]
