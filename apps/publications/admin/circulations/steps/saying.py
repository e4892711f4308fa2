"""Telling some people of a circulation something: read the list and the mail, confirm."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from apps.events.admin.steps.saying import SayingStep
from apps.publications.actions.circulating import hold
from apps.publications.admin.circulations.preview import circulation_sample


class CirculationSayingStep(SayingStep):
    """As the events' own, with the mail about a circulation."""

    perm = "publications.change_circulation"

    def _hold(self) -> None:
        hold(self.row)

    def _sample(self, form: forms.Form) -> Any:
        paragraph = form["paragraph"].value() or ""
        return circulation_sample(self.kind, self.row, self.actor, timezone.now(), paragraph=paragraph)
