"""The secretariat's form of an event: the portal's own, with all that staff decide besides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.selects import UnsetSelect
from apps.events.forms import EventForm
from apps.events.models import ReminderRule


class EventAdminForm(EventForm):
    """Times are wall-clock times in the event's zone, and a form that somebody overtook says so."""

    stands_alone = False  # The reminder rules are saved with it.

    class Meta(EventForm.Meta):
        fields = "__all__"  # type: ignore[assignment]  # the admin narrows it by its fieldsets
        widgets = {"participants_hidden": UnsetSelect(_("As the rule says"))}
        help_texts = {"participants_hidden": _("As the rule says: hidden when the Chatham House Rule applies.")}

    def clean(self) -> dict[str, Any]:
        """Show beside its field what the seats would refuse: fewer than are taken."""
        cleaned = super().clean()
        for limit, taken in (("capacity", "seats_taken"), ("online_capacity", "online_taken")):
            wanted, present = cleaned.get(limit), getattr(self.instance, taken)
            if wanted is not None and wanted < present:
                message = _("%(count)d people have one already. Give at least as many.") % {"count": present}
                self.add_error(limit, forms.ValidationError(message, code="below_taken"))
        return cleaned


class ReminderRuleForm(forms.ModelForm):
    class Meta:
        model = ReminderRule
        fields = ("audience", "minutes_before", "days_before", "at_time", "clock", "wording", "includes_late_joiners")
        widgets = {
            # Not the admin's own, which warns of the reader's zone: this time is in the zone chosen beside it.
            "at_time": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "wording": forms.Textarea(attrs={"rows": 2}),
        }


def event_fields() -> list[tuple[Any, dict[str, Any]]]:
    """Return the fieldsets of the form, what is asked first coming first."""
    return [
        (None, {"fields": ("version", "title", "slug", "lead", ("kind", "group"), ("visibility", "is_chatham_house"))}),
        (_("When and where"), {"fields": ("time_zone", ("starts_at", "ends_at"), "format", "place", "online_link")}),
        (_("Seats and names"), {"fields": (("capacity", "online_capacity"), "participants_hidden")}),
        (_("Text"), {"fields": ("agenda", "public_summary")}),
        (_("Belongs to"), {"fields": ("occasion", "topics", "is_sample")}),
    ]
