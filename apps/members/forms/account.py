"""What members type: the consent, their profile, a code, a first password."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.forms import AddEmailForm, SetPasswordForm
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.cryptokit import compare_user_code
from django import forms
from django.conf import settings
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from apps.core.lines import validate_mailbox, validate_one_line
from apps.core.timezones import zone_choices
from apps.core.zones import UTC_ZONE
from apps.members.freshness import is_fresh
from apps.members.models import LegalText, Member, Topic
from apps.members.models.profile import ABOUT_LENGTH
from apps.members.permissions import Personal


class AcceptanceForm(forms.Form):
    """The consent beside a button. ``text`` says which version was on the page when it was sent."""

    text = forms.ModelChoiceField(LegalText.objects.none(), widget=forms.HiddenInput, required=False)
    consent = forms.BooleanField(
        label=_("I have read the privacy notice and agree that the portal keeps and uses my data as it says."),
        error_messages={"required": _("Please read the privacy notice and tick the box, or close this page.")},
    )

    def __init__(self, data: Any = None, *, text: LegalText | None) -> None:
        super().__init__(data, initial={"text": text})
        self.fields["text"].queryset = LegalText.objects.filter(kind=LegalText.Kind.PRIVACY)  # type: ignore[attr-defined]


class Paragraphs(forms.CharField):
    """Text of several lines. A browser counts a line break once and sends it as two characters."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class ProfileForm(forms.ModelForm):
    """One's own profile. The organisation is typed by name; known ones are suggested."""

    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=200,
        required=False,
        validators=[validate_one_line],
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "organization"}),
    )
    time_zone = forms.TypedChoiceField(
        label=_("Time zone"),
        coerce=ZoneInfo,
        help_text=_("Pages and mails show this time first, and the place of the event beside it."),
    )
    language = forms.ChoiceField(label=_("Language of pages and mails"), choices=settings.LANGUAGES)
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.order_by("position", "title"),
        label=_("Topics of interest"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    about = Paragraphs(
        label=_("About you"),
        max_length=ABOUT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("In a few sentences, at most 500 characters: what you work on, what others may ask you."),
    )
    shown = forms.TypedMultipleChoiceField(
        label=_("Others see"),
        choices=[(field.value, capfirst(field.label)) for field in Personal],
        coerce=Personal,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Your name is always seen by other members. The secretariat sees every field."),
    )

    class Meta:
        model = Member
        fields = (
            "name",
            "position",
            "country",
            "phone",
            "about",
            "time_zone",
            "language",
            "topics",
            "is_listed",
            "hides_participation",
        )
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "position": forms.TextInput(attrs={"autocomplete": "organization-title"}),
            "phone": forms.TelInput(attrs={"autocomplete": "tel"}),
        }

    field_order = (
        "name",
        "position",
        "organisation",
        "country",
        "phone",
        "about",
        "topics",
        "time_zone",
        "language",
        "shown",
        "is_listed",
        "hides_participation",
    )

    def __init__(self, *args: Any, is_first: bool = False, **kwargs: Any) -> None:
        """``is_first``: nobody has chosen a time zone yet, so the browser's may stand there."""
        super().__init__(*args, **kwargs)
        member = self.instance
        self.fields["name"].required = True
        self.fields["name"].help_text = _("As colleagues know you, in any script.")
        self.fields["time_zone"].choices = zone_choices(timezone.now(), str(member.time_zone))  # type: ignore[attr-defined]
        self.initial["time_zone"] = str(member.time_zone)
        if is_first and not self.is_bound and member.time_zone == UTC_ZONE:
            self.fields["time_zone"].widget.attrs["data-browser-zone"] = True
        self.initial["organisation"] = member.organisation.name if member.organisation else ""
        self.initial["shown"] = member.shown_fields()

    def clean(self) -> dict[str, Any]:
        """Say each choice in the words of the model."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        shown = cleaned.pop("shown", ())
        return {**cleaned, **{field.choice: field in shown for field in Personal}}


class CodeForm(forms.Form):
    """The code that was mailed to confirm who one is."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "class": "narrow"}),
    )

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not compare_user_code(actual=code, expected=self.expected):
            raise forms.ValidationError(_("This is not the code in the mail. Please look again, or ask for a new one."))
        return code


class FirstPasswordForm(SetPasswordForm):
    """allauth's form for a first password, which asks no proof: whoever finds an open browser could lock one out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = context.request
        if request.method == "POST" and not is_fresh(request):
            # Asked for a proof here, allauth would keep the typed password in the session until it is given.
            raise ImmediateHttpResponse(redirect(request.path))
        raise_if_reauthentication_required(request, app="allauth.account")


class NewAddressForm(AddEmailForm):
    """Another address to sign in with, which a code mailed there has to prove."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].validators.append(validate_mailbox)
