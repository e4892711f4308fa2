"""The pages of events."""

from apps.events.views.answering import answer_event
from apps.events.views.leading import cancel_event, edit_event
from apps.events.views.listing import event_list
from apps.events.views.reading import event_calendar, event_detail
from apps.events.views.rsvp import rsvp
from apps.events.views.subscribing import feed, feed_settings

__all__ = [
    "answer_event",
    "cancel_event",
    "edit_event",
    "event_calendar",
    "event_detail",
    "event_list",
    "feed",
    "feed_settings",
    "rsvp",
]
