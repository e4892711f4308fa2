"""What those who lead a group say of its threads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.lines import validate_one_line
from apps.discussions.models import Thread
from apps.discussions.models.thread import MAX_REASON, VISIBILITIES
from apps.members.models import Group, Member
from apps.members.permissions import LEADING_ROLES


class ReasonForm(forms.Form):
    """Why, in one line that readers see."""

    reason = forms.CharField(
        label=_("Why"), max_length=MAX_REASON, validators=[validate_one_line], help_text=_("Readers see this.")
    )


class ReportForm(forms.Form):
    """What is wrong with a post."""

    reason = forms.CharField(
        label=_("What is wrong with it"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )


class SummaryForm(forms.ModelForm):
    class Meta:
        model = Thread
        fields = ("summary",)
        labels = {"summary": _("Summary so far")}
        widgets = {"summary": forms.Textarea(attrs={"rows": 10})}


class OutcomeForm(forms.ModelForm):
    class Meta:
        model = Thread
        fields = ("outcome", "outcome_number")
        labels = {"outcome": _("Outcome"), "outcome_number": _("The number of the post that holds it")}
        widgets = {"outcome": forms.Textarea(attrs={"rows": 6})}


class TitleForm(forms.ModelForm):
    class Meta:
        model = Thread
        fields = ("title",)
        labels = {"title": _("Title")}


class MoveForm(forms.Form):
    """Another group, of those the actor leads, or other readers."""

    group = forms.ModelChoiceField(Group.objects.none(), label=_("Group"), empty_label=None)
    visibility = forms.ChoiceField(label=_("Visible to"), choices=VISIBILITIES)

    def __init__(self, *args: Any, actor: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["group"].queryset = led_by(actor)


def led_by(actor: Member) -> Any:
    """Return the groups the actor leads: all for staff."""
    led = [group for group, role in actor.group_roles().items() if role in LEADING_ROLES]
    groups = Group.objects.all() if actor.is_staff else Group.objects.filter(pk__in=led)
    return groups.order_by("name")
