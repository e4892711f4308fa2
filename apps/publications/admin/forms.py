"""The secretariat's forms of a publication."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.conflicts import FreshnessMixin
from apps.core.lines import validate_one_line
from apps.core.moments import validate_near
from apps.core.uploadforms import UploadField
from apps.publications.actions.stepping import NOTE_LENGTH
from apps.publications.models import Publication, Version


class PublicationAdminForm(FreshnessMixin):
    """A publication's text and facts. Files and states have steps of their own."""

    class Meta:
        model = Publication
        fields = "__all__"


def publication_fields() -> list[tuple[Any, dict[str, Any]]]:
    """Return the fieldsets of the form, what is asked first coming first."""
    return [
        (None, {"fields": ("version", "title", "subtitle", "slug", ("kind", "language"), ("group", "visibility"))}),
        (_("Text"), {"fields": ("abstract",)}),
        (
            _("When and how it is cited"),
            {"fields": (("published_on", "day_is_known"), "licence", "doi", "suggested_citation")},
        ),
        (_("Belongs to"), {"fields": ("topics", "events", "is_sample")}),
    ]


class VersionForm(forms.Form):
    """A new file."""

    upload = UploadField(
        label=_("File"),
        help_text=_("A PDF of at most 50 MB and 400 pages, or a DOCX of at most 20 MB. It becomes the newest version."),
    )
    note = forms.CharField(
        label=_("What changed"),
        required=False,
        max_length=Version._meta.get_field("note").max_length,
        validators=[validate_one_line],
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class ReplacingForm(VersionForm):
    """The same for what is published: what becomes of the file that readers have."""

    keeps_earlier = forms.BooleanField(
        label=_("Readers keep the earlier files"),
        required=False,
        help_text=_(
            "They can open them and compare. Otherwise only the secretariat, the group's leads and authors can."
        ),
    )


class ReasonForm(forms.Form):
    note = forms.CharField(
        label=_("Reason"),
        max_length=NOTE_LENGTH,
        validators=[validate_one_line],
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class RemarkForm(ReasonForm):
    """The same where nobody loses anything."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = False
        self.fields["note"].label = _("Remark")


class WithdrawalForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = _("Stands on the publication's page.")


class TimeForm(forms.Form):
    """When to publish, on the clock of who fills it in."""

    at = forms.DateTimeField(
        label=_("Publish at"),
        validators=[validate_near],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )

    def __init__(self, *args: Any, zone: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].help_text = _("On your clock: %(zone)s.") % {"zone": zone}
