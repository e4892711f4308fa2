"""Telling some people of a circulation something: read the list and the mail, confirm."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils import timezone

from apps.core.confirmed import Confirmed
from apps.events.admin.steps.saying import SayingStep
from apps.publications.actions.circulating import hold
from apps.publications.admin.circulations.preview import circulation_sample


class CirculationSayingStep(SayingStep):
    """As the events' own, with the mail about a circulation: as reviewers get it, or as readers do."""

    template_name = "admin/publications/circulation/say.html"
    perm = "publications.change_circulation"
    shows_reviewers_mail = True

    def show(
        self, confirmed: Confirmed, form: forms.Form | None = None, people: list[str] | None = None, **context: Any
    ) -> HttpResponse:
        self.shows_reviewers_mail = self.asks_reviewers(confirmed)
        context["which_mail"] = self.which_mail(confirmed)
        return super().show(confirmed, form, people, **context)

    def asks_reviewers(self, confirmed: Confirmed) -> bool:
        """Whether reviewers are among those who get the mail."""
        return True

    def which_mail(self, confirmed: Confirmed) -> str:
        """Return which mail is shown, a sentence; "" where all get the same."""
        return ""

    def _hold(self) -> None:
        hold(self.row)

    def _sample(self, form: forms.Form) -> Any:
        paragraph = form["paragraph"].value() or ""
        return circulation_sample(
            self.kind,
            self.row,
            self.actor,
            timezone.now(),
            is_reviewer=self.shows_reviewers_mail,
            paragraph=paragraph,
        )
