"""What a stranger types to take part."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from apps.core.lines import validate_lines, validate_mailbox
from apps.core.selects import LongSelect
from apps.members.forms.account import AcceptanceForm
from apps.members.models import Group, JoinRequest, LegalText
from apps.members.models.joining import MOTIVATION_LENGTH

LEAST_TYPING_TIME = timedelta(seconds=3)
_OPENED = signing.Signer(salt="members.join")


class LinesField(forms.CharField):
    """Several lines of plain text. A line break counts as one character, as it does where the browser counts."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(str(value or "").replace("\r\n", "\n")))


class JoinForm(AcceptanceForm, forms.ModelForm):
    """What a stranger types to take part. What it says never depends on what is known of the address.

    One that comes back sooner than a person could fill it in, or was never opened, is shown again with all that was
    typed: pressing the button once more is enough, and no puzzle is asked.
    """

    opened = forms.CharField(widget=forms.HiddenInput, required=False)
    motivation = LinesField(
        label=_("Why would you like to take part?"),
        help_text=_("What you work on, and what you would bring. A few sentences are enough."),
        max_length=MOTIVATION_LENGTH,
        validators=[validate_lines],
        widget=forms.Textarea(attrs={"rows": 7}),
    )

    class Meta:
        model = JoinRequest
        fields = ("name", "address", "organisation", "stakeholder_group", "country", "group", "motivation")
        labels = {"group": _("Group you would like to join")}
        help_texts = {
            "name": _("As colleagues know you, in any script."),
            "address": _("The answer goes there. A work address helps us to see who you are."),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "address": forms.EmailInput(attrs={"autocomplete": "email"}),
            "organisation": forms.TextInput(attrs={"autocomplete": "organization"}),
            "country": LongSelect(attrs={"autocomplete": "country"}),
        }

    field_order = (*Meta.fields, "consent")

    def __init__(self, data: Any = None, *, text: LegalText, now: datetime) -> None:
        typed = data.copy() if data else None
        super().__init__(typed, text=text)
        self.fields["address"].validators.append(validate_mailbox)
        self._choose_group(Group.objects.visible_to(None).order_by("pk"))
        self.initial["opened"] = _OPENED.sign(f"{int(now.timestamp())}")
        self.is_hasty = typed is not None and self._typing_time(typed, now) < LEAST_TYPING_TIME
        if typed is not None and typed.get("text") != str(text.pk):
            self._ask_consent_again(typed, text)

    @property
    def values(self) -> dict[str, Any]:
        """What ``actions.ask_to_join`` takes."""
        typed = {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields}
        return {"group": self.initial["group"], "agreed_to": self.cleaned_data["text"], **typed}

    def validate_constraints(self) -> None:
        """Leave "one waiting per address" to the database: the form's answer would say who has asked."""

    def clean(self) -> dict[str, Any] | None:
        if self.is_hasty:
            self.add_error(None, _("That was very quick. Please check what you typed, then press the button again."))
        return super().clean()

    def _choose_group(self, groups: Any) -> None:
        """Ask for the group only where there are several; the oldest public one is the working group itself."""
        self.initial["group"] = groups.first()
        if groups.count() < 2:
            del self.fields["group"]
        else:
            self.fields["group"].queryset, self.fields["group"].empty_label = groups, None  # type: ignore[attr-defined]

    def _typing_time(self, typed: Any, now: datetime) -> timedelta:
        """How long the page was open; none, and the page counts as opened now, where its stamp is missing or forged."""
        try:
            opened = float(_OPENED.unsign(typed.get("opened", "")))
        except signing.BadSignature:
            opened = now.timestamp()
            typed["opened"] = self.initial["opened"]
        return timedelta(seconds=now.timestamp() - opened)

    def _ask_consent_again(self, typed: Any, text: LegalText) -> None:
        """The tick was for another version than the one in force, which the page now shows."""
        typed["text"] = str(text.pk)
        typed.pop("consent", None)
        self.fields["consent"].error_messages["required"] = _(
            "The privacy notice has changed since you opened this page. Please read it and tick the box again."
        )
