"""Why an event is cancelled, told to everyone who was told of it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.lines import validate_one_line


class CancelForm(forms.Form):
    """One sentence, or nothing."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("One sentence. It stands in the mail and on the event's page."),
        max_length=300,
        required=False,
        validators=[validate_one_line],
    )
