"""The rows of the mail engine."""

from apps.notifications.models.announcement import Announcement
from apps.notifications.models.choice import Preference, Suppression
from apps.notifications.models.hold import Hold
from apps.notifications.models.mail import OutgoingMail
from apps.notifications.models.notice import Notification
from apps.notifications.models.rate import RateWindow
from apps.notifications.models.reminder import Reminder

__all__ = [
    "Announcement",
    "Hold",
    "Notification",
    "OutgoingMail",
    "Preference",
    "RateWindow",
    "Reminder",
    "Suppression",
]
