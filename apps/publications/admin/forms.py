"""The secretariat's form of a publication."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.lines import validate_one_line
from apps.core.uploads import PdfField
from apps.events.forms.freshness import FreshnessMixin
from apps.publications.models import Publication, Version


class PublicationAdminForm(FreshnessMixin):
    """A publication's text and facts, and a file that becomes its newest version."""

    upload = PdfField(
        label=_("New file"),
        required=False,
        help_text=_("A PDF of at most 50 MB and 400 pages. It becomes the newest version, the one that is read."),
    )
    note = forms.CharField(
        label=_("What changed in it"),
        required=False,
        max_length=Version._meta.get_field("note").max_length,
        validators=[validate_one_line],
    )

    class Meta:
        model = Publication
        fields = "__all__"


def publication_fields() -> list[tuple[Any, dict[str, Any]]]:
    """Return the fieldsets of the form, what is asked first coming first."""
    return [
        (None, {"fields": ("version", "title", "subtitle", "slug", ("kind", "language"), ("group", "visibility"))}),
        (_("Text"), {"fields": ("abstract",)}),
        (_("File"), {"fields": ("upload", "note")}),
        (_("Date"), {"fields": (("published_on", "day_is_known"),)}),
        (_("Belongs to"), {"fields": ("topics", "events", "is_sample")}),
    ]
