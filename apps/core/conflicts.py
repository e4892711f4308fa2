"""A form notices when somebody else saved the same thing while it was being filled in."""

from __future__ import annotations

from copy import copy
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_SAME = _(
    "This was saved meanwhile, by somebody else or by a second press of the button. These fields hold what is saved; "
    "if you changed what stands below them, compare it with the present page and save again."
)


class FreshnessMixin(forms.ModelForm):
    """Carries the ``updated_at`` of the row it was opened on in the hidden field ``version``.

    On a conflict nothing is saved, the typed text stays, and the next press of the button saves it over the other's.
    Hold the row until it is saved, so that nobody comes in between. Without a version (a form that does not show
    the field) nothing is compared. ``stands_alone``: no other rows are saved with the form; then one that says what is
    there already is no conflict, but the second press of a button.
    """

    stands_alone: ClassVar[bool] = False

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
            differing = [name for name in self.fields if name != "version" and self._differs(name)]
            if differing or not self.stands_alone:
                self._keep_own_text()
                raise ValidationError(self._conflict(differing), code="conflict")
        return cleaned

    def _keep_own_text(self) -> None:
        self.has_conflict = True
        data: Any = copy(self.data)  # What a browser sent can not be changed, its copy can.
        data[self.add_prefix("version")] = self._present_version
        self.data = data

    def _conflict(self, differing: list[str]) -> str:
        if not differing:
            return str(_SAME)
        return _(
            "Somebody else saved this meanwhile. Nothing of yours is lost, and nothing is saved yet. Compare with the "
            "present page; saving again puts your text in its place. What differs: %(names)s."
        ) % {"names": ", ".join(str(self.fields[name].label) for name in differing)}

    def _differs(self, name: str) -> bool:
        """What is wrong differs in any case. To compare it may fail: a time zone is looked up as a file."""
        field = self.fields[name]
        initial = self.get_initial_for_field(field, name)
        return name in self.errors or field.has_changed(initial, self[name].data)
