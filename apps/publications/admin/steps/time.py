"""Having the worker publish at a set time, and taking that back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.zones import zone_city
from apps.publications import actions
from apps.publications.admin.forms import TimeForm
from apps.publications.admin.steps.base import PublicationStep
from apps.publications.admin.steps.telling import telling_text
from apps.publications.models import Publication
from apps.publications.ways import WAYS, missing

_PUBLISHED = Publication.State.PUBLISHED


class TimeStep(PublicationStep):
    slug = "time"
    label = _("Publish at a set time")
    before = _("Before it can be published:")
    question = _("When to publish “%(title)s”?")
    explanation = _(
        "At that time the people below find it. What it needs is asked again then; if something is missing, it stays"
        " as it is and the desk says why. Any other step before takes this back."
    )
    said = _("It will be published at that time.")

    @classmethod
    def fits(cls, row: Publication) -> bool:
        return row.is_draft and row.publish_at is None and _PUBLISHED in WAYS[row.state]

    def missing(self) -> list[str]:
        return missing(self.row, _PUBLISHED, timezone.now()) if self.fits(self.row) else []

    def follows(self) -> str:
        return telling_text(self.row, timezone.now()) if self.fits(self.row) else ""

    def form(self, *data: Any) -> forms.Form:
        return TimeForm(*data, zone=zone_city(timezone.get_current_timezone()))

    def act(self, cleaned: dict[str, Any]) -> None:
        actions.set_publishing_time(actor=self.actor, publication=self.row, at=cleaned["at"], now=timezone.now())


class TimeOffStep(PublicationStep):
    slug = "time-off"
    label = _("Do not publish at the set time")
    question = _("Keep “%(title)s” back?")
    explanation = _("It stays as it is until you publish it or set another time.")
    said = _("It will not be published by itself.")

    @classmethod
    def fits(cls, row: Publication) -> bool:
        return row.publish_at is not None

    def act(self, cleaned: dict[str, Any]) -> None:
        actions.set_publishing_time(actor=self.actor, publication=self.row, at=None, now=timezone.now())
