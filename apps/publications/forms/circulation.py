"""The secretariat's form of a circulation that is being prepared."""

from __future__ import annotations

from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.core.lines import validate_lines
from apps.publications.forms.deadline import DeadlineMixin
from apps.publications.models import Circulation, Publication, Version


class VersionChoiceField(forms.ModelChoiceField):
    """A version, named by its paper."""

    def label_from_instance(self, obj: Version) -> str:
        return f"{obj.publication} · {obj.number}"


def circulable() -> QuerySet[Version]:
    """Return the versions that can be circulated now: of drafts, and of papers whose comments are being resolved."""
    states = (Publication.State.DRAFT, Publication.State.RESOLVING, Publication.State.CLEARED)
    busy = Circulation.objects.filter(publication=OuterRef("publication"), state__in=["prepared", "open"])
    free = Version.objects.filter(~Exists(busy), publication__state__in=states).select_related("publication")
    return free.defer("text").order_by("publication__title", "publication", "-number")


class CirculationForm(DeadlineMixin, forms.ModelForm):
    """What is circulated, until when, what is asked, of whom. A form that somebody overtook says so.

    The paper is that of the version. ``stamp`` is when the row was last changed as the form was opened.
    """

    version = VersionChoiceField(label=_("Version"), queryset=Version.objects.none())
    stamp = forms.CharField(widget=forms.HiddenInput, required=False, label=_("Last change"))

    class Meta:
        model = Circulation
        fields = (
            "version",
            "deadline_on",
            "deadline_time",
            "deadline_zone",
            "instructions",
            "confidentiality",
            "seen_by",
            "attribution",
            "groups",
            "topics",
            "people",
            "reviewers",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "version" not in self.fields:  # Only read.
            return
        field: Any = self.fields["version"]
        field.queryset = circulable()
        if self.instance.pk:
            own = Version.objects.filter(publication=self.instance.publication_id).select_related("publication")
            field.queryset = own.defer("text").newest_first()
            self.initial["stamp"] = self._present_stamp

    @property
    def _present_stamp(self) -> str:
        stamp: str = self.instance.updated_at.isoformat()
        return stamp

    def clean_instructions(self) -> str:
        text: str = self.cleaned_data["instructions"]
        validate_lines(text)
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        version = cleaned.get("version")
        if version is not None:
            self.instance.publication = version.publication
        stamp = cleaned.pop("stamp", "")
        if self.instance.pk and stamp and stamp != self._present_stamp:
            data: Any = copy(self.data)  # What a browser sent can not be changed, its copy can.
            data[self.add_prefix("stamp")] = self._present_stamp
            self.data = data
            message = _(
                "Somebody else saved this meanwhile. Nothing of yours is lost, and nothing is saved yet. Compare with "
                "the present page; saving again puts yours in its place."
            )
            raise ValidationError(message, code="conflict")
        return cleaned
