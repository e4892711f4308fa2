"""What people type about events, checked."""

from apps.core.conflicts import FreshnessMixin
from apps.events.forms.answer import AnswerForm
from apps.events.forms.cancel import CancelForm
from apps.events.forms.event import EventForm
from apps.events.forms.times import EventTimesMixin, WallTimeField

__all__ = ["AnswerForm", "CancelForm", "EventForm", "EventTimesMixin", "FreshnessMixin", "WallTimeField"]
