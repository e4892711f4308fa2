"""A form notices when somebody else saved the same thing while it was being filled in."""

from __future__ import annotations

from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class FreshnessMixin(forms.ModelForm):
    """Carries the ``updated_at`` of the row it was opened on in the hidden field ``version``.

    On a conflict nothing is saved, the typed text stays, and the next press of the button saves it over the other's.
    Load the row under ``Event.lock()`` so that nobody comes in between. Without a version (a form that does not show
    the field) nothing is compared.
    """

    version = forms.CharField(widget=forms.HiddenInput, required=False, label=_("Version"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_conflict = False
        if self.instance.pk:
            self.initial["version"] = self._present_version

    @property
    def _present_version(self) -> str:
        stamp: str = self.instance.updated_at.isoformat()
        return stamp

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        version = cleaned.pop("version", "")
        if self.instance.pk and version and version != self._present_version:
            self._keep_own_text()
            raise ValidationError(self._conflict(), code="conflict")
        return cleaned

    def _keep_own_text(self) -> None:
        self.has_conflict = True
        data: Any = copy(self.data)  # What a browser sent can not be changed, its copy can.
        data[self.add_prefix("version")] = self._present_version
        self.data = data

    def _conflict(self) -> str:
        differing = [name for name in self.changed_data if name != "version"]
        return _(
            "Somebody else saved this meanwhile. Nothing of yours is lost, and nothing is saved yet. Compare with the "
            "present page; saving again puts your text in its place. What differs: %(names)s."
        ) % {"names": ", ".join(str(self.fields[name].label) for name in differing) or "–"}
