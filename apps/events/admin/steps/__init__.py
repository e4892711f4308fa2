"""What is done with an event by hand, each with a page that shows first whom it concerns."""

from apps.events.admin.steps.ask import RemindStep
from apps.events.admin.steps.cancel import CancelStep
from apps.events.admin.steps.export import ExportStep
from apps.events.admin.steps.invite import InviteStep
from apps.events.admin.steps.message import MessageStep
from apps.events.admin.steps.plan import RemindersStep
from apps.events.admin.steps.schedule import ScheduleStep

EVENT_STEPS = (ScheduleStep, InviteStep, RemindStep, MessageStep, RemindersStep, ExportStep, CancelStep)

__all__ = ["EVENT_STEPS"]
