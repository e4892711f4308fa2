"""What those who lead a group say of its threads."""

from __future__ import annotations

import hashlib
from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
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


class TurnForm(forms.Form):
    """Turns something on or off, and says which of the two."""

    to = forms.ChoiceField(choices=[("on", "on"), ("off", "off")], widget=forms.HiddenInput)

    def turns(self, *, to: bool) -> bool:
        """Whether it was sent to do that."""
        return self.is_bound and self["to"].value() == self.word(to=to)

    @staticmethod
    def word(*, to: bool) -> str:
        return "on" if to else "off"


class TurnReasonForm(ReasonForm, TurnForm):
    """The same, with a reason."""


class ReportForm(forms.Form):
    """What is wrong with a post."""

    reason = forms.CharField(
        label=_("What is wrong with it"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )


class WordsForm(forms.ModelForm):
    """Words that stand on a thread for all its readers, and that another who leads may be writing at this moment.

    The hidden field ``seen`` is the print of what stood there when the form was drawn. When something else stands there
    by now, nothing is saved, what was typed stays, ``others`` is what stands there, and the next press puts the typed
    in its place. Without a print nothing is compared. Load the thread under ``Thread.lock()``.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = ""
        self.present = {name: self.initial[name] for name in self.fields if name != "seen"}
        self.initial["seen"] = hashlib.sha256(repr(self.present).encode()).hexdigest()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        seen, present = cleaned.pop("seen", ""), self.initial["seen"]
        if seen and seen != present and self._differs(cleaned):
            data: Any = copy(self.data)  # What a browser sent can not be changed, its copy can.
            data[self.add_prefix("seen")] = present
            self.data = data
            self.others = "\n".join(str(value) for value in self.present.values() if value not in ("", None))
            raise ValidationError(
                _("Somebody else saved this meanwhile. Nothing of yours is lost, and nothing is saved yet."),
                code="conflict",
            )
        return cleaned

    def _differs(self, cleaned: dict[str, Any]) -> bool:
        """Whether something else was typed than stands there by now: a second press of the button types the same."""
        return any(cleaned.get(name) != value for name, value in self.present.items())


class SummaryForm(WordsForm):
    class Meta:
        model = Thread
        fields = ("summary",)
        labels = {"summary": _("Summary so far")}
        widgets = {"summary": forms.Textarea(attrs={"rows": 10})}


class OutcomeForm(WordsForm):
    class Meta:
        model = Thread
        fields = ("outcome", "outcome_number")
        labels = {"outcome": _("Outcome"), "outcome_number": _("The number of the post that holds it")}
        widgets = {"outcome": forms.Textarea(attrs={"rows": 6})}


class TitleForm(WordsForm):
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
