"""Adding a file. None is ever replaced."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.publications import actions
from apps.publications.admin.forms import ReplacingForm, VersionForm
from apps.publications.admin.steps.base import PublicationStep
from apps.publications.models import Publication


class FileStep(PublicationStep):
    slug = "file"
    perm = "publications.change_publication"
    label = _("Add a file")
    question = _("Add a file to “%(title)s”")
    explanation = _(
        "It becomes the newest version; earlier ones stay. Its text and pages are read in the background after that."
    )
    said = _("The file is added.")

    @classmethod
    def fits(cls, row: Publication) -> bool:
        return row.state != Publication.State.WITHDRAWN

    def form(self, *data: Any) -> forms.Form:
        is_read = self.row.state == Publication.State.PUBLISHED
        return (ReplacingForm if is_read else VersionForm)(*data)

    def act(self, cleaned: dict[str, Any]) -> None:
        actions.add_version(
            actor=self.actor,
            publication=self.row,
            upload=cleaned["upload"],
            note=cleaned["note"],
            keeps_earlier=cleaned.get("keeps_earlier", False),
            now=timezone.now(),
        )
