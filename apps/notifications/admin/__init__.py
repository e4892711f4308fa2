"""The mail engine in the admin: the ledger and what led to it, and the addresses nothing goes to."""

from apps.notifications.admin import desk, due
from apps.notifications.admin.announcement import AnnouncementAdmin
from apps.notifications.admin.hold import HoldAdmin
from apps.notifications.admin.mail import OutgoingMailAdmin
from apps.notifications.admin.reminder import ReminderAdmin
from apps.notifications.admin.suppression import SuppressionAdmin

__all__ = ["AnnouncementAdmin", "HoldAdmin", "OutgoingMailAdmin", "ReminderAdmin", "SuppressionAdmin", "desk", "due"]
