"""What the group meets for, and who takes part."""

from apps.events.models.event import Event, Occasion
from apps.events.models.feed import CalendarFeed
from apps.events.models.participation import Participation
from apps.events.models.rule import ReminderRule

__all__ = ["CalendarFeed", "Event", "Occasion", "Participation", "ReminderRule"]
