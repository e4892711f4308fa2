"""Telling of what is published those whom the news has not reached."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.publications import actions
from apps.publications.actions.announcing import untold
from apps.publications.admin.steps.base import PublicationStep
from apps.publications.models import Publication


class TellStep(PublicationStep):
    slug = "tell"
    label = gettext_lazy("Tell further members")
    before = gettext_lazy("There is nobody to tell:")
    question = gettext_lazy("Tell further members of “%(title)s”?")
    explanation = gettext_lazy(
        "The notice goes to those who are interested in its topics, may see it and were not told of it: because others"
        " may see it now, it has further topics, or they came later."
    )
    said = gettext_lazy("They will be told.")

    @classmethod
    def fits(cls, row: Publication) -> bool:
        return row.state == Publication.State.PUBLISHED

    def missing(self) -> list[str]:
        return [] if self.count else [_("Everybody who is interested and may see it was told.")]

    def follows(self) -> str:
        said = ngettext("%(count)d person gets it.", "%(count)d people get it.", self.count)
        return said % {"count": self.count}

    def act(self, cleaned: dict[str, Any]) -> None:
        actions.announce_still(actor=self.actor, publication=self.row, now=timezone.now())

    @cached_property
    def count(self) -> int:
        """How many would be told: the whole audience is asked for that."""
        return len(untold(self.row, self.actor)) if self.fits(self.row) else 0
