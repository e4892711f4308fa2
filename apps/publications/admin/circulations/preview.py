"""A mail about a circulation as a reader would get it, for the eyes of the secretariat."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apps.members.models import Member
from apps.notifications.preview import Sample, sample_mail
from apps.notifications.recipients import recipient_of
from apps.publications.models import Circulation, Consultee


def circulation_sample(
    kind: str, circulation: Circulation, reader: Member, now: datetime, *, is_reviewer: bool = True, **more: Any
) -> Sample:
    """Write the mail as if ``reader`` were asked. ``more`` are those of ``sample_mail``. At most three queries."""
    known = circulation.known_consultees
    known[reader.pk] = Consultee(pk=0, circulation=circulation, member=reader, is_reviewer=is_reviewer)
    try:
        return sample_mail(kind, circulation, recipient_of(reader), now, **more)
    finally:
        del known[reader.pk]
