"""Which mails a member wants."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.notifications.kinds import optional_kinds
from apps.notifications.models import Preference


class PreferencesForm(forms.Form):
    """One choice per optional kind: at once or off."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in optional_kinds():
            self.fields[kind.slug] = forms.ChoiceField(
                label=str(kind.label), choices=Preference.Cadence, widget=forms.RadioSelect
            )
