"""The reminder rules of an event, on its own page."""

from __future__ import annotations

from apps.core.adminbase import PortalInline
from apps.events.admin.forms import ReminderRuleForm
from apps.events.models import ReminderRule


class ReminderRuleInline(PortalInline):
    model = ReminderRule
    form = ReminderRuleForm
    template = "admin/events/event/rules.html"
    ordering = ("pk",)
    fields = (
        ("audience", "minutes_before", "days_before", "at_time", "clock"),
        ("wording", "includes_late_joiners"),
    )
