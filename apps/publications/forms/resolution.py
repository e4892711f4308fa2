"""What becomes of one comment."""

from __future__ import annotations

from copy import copy
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from apps.core.lines import validate_lines
from apps.publications.models import Comment, Version
from apps.publications.models.comment import MAX_COMMENT


class ResolutionForm(forms.Form):
    """Disposition, observations, the version in which it was done. ``revision`` is the one that was read.

    What it holds goes to ``actions.resolve_comment``.
    """

    disposition = forms.ChoiceField(
        label=_("Disposition"), choices=Comment.Disposition.choices, widget=forms.RadioSelect, required=False
    )
    reason = forms.CharField(
        label=_("Observations"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        validators=[MaxLengthValidator(MAX_COMMENT), validate_lines],
        help_text=_("Read by those who commented. Needed where not all was accepted."),
    )
    resolved_in = forms.ChoiceField(label=_("Done in version"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any = None, *, comment: Comment, versions: list[Version]) -> None:
        super().__init__(data, initial=_present(comment), auto_id=f"r-{comment.pk.hex}-%s")
        self.overtaken: Comment | None = None
        self.versions = {str(version.pk): version for version in versions}
        numbers = [(pk, str(version.number)) for pk, version in self.versions.items()]
        field: Any = self.fields["resolved_in"]
        field.choices = [("", _("none")), *numbers]
        if not versions:
            del self.fields["resolved_in"]

    def clean_resolved_in(self) -> Version | None:
        return self.versions.get(self.cleaned_data["resolved_in"])

    def say_overtaken(self, present: Comment, sentence: str) -> None:
        """Keep what was typed, and have the next press of the button save it over what another one saved."""
        data: Any = copy(self.data)
        data["revision"] = str(present.revision)
        self.data = data
        self.overtaken = present
        self.add_error(None, sentence)


def _present(comment: Comment) -> dict[str, Any]:
    return {
        "disposition": comment.disposition,
        "reason": comment.reason,
        "resolved_in": comment.resolved_in_id or "",
        "revision": comment.revision,
    }
