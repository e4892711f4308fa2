"""The one form in which a group's chair and coordinators change an event."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from apps.core.conflicts import FreshnessMixin
from apps.core.selects import ZoneSelect
from apps.events.forms.times import EventTimesMixin
from apps.events.models import Event


class EventForm(FreshnessMixin, EventTimesMixin):
    """An event's text, time, place and link. Save what it holds with ``actions.save_event``."""

    stands_alone = True

    class Meta:
        model = Event
        fields = (
            "title",
            "lead",
            "starts_at",
            "ends_at",
            "time_zone",
            "place",
            "online_link",
            "agenda",
            "public_summary",
        )
        labels = {
            "title": _("Title"),
            "lead": _("In one sentence"),
            "time_zone": _("Time zone of the event"),
            "place": _("Place"),
            "online_link": _("Online link"),
            "agenda": _("Agenda"),
            "public_summary": _("Public summary"),
        }
        widgets: ClassVar[dict[str, Any]] = {"time_zone": ZoneSelect}
        error_messages = {
            "online_link": {"invalid": _("Enter a full address that begins with https://.")},
        }
