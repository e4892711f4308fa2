"""Acts on people chosen in the list of those asked: taken off, given more time."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.core.adminrows import RowsStep
from apps.events.admin.people import line
from apps.publications import actions
from apps.publications.deadline import Deadline
from apps.publications.forms import ExtensionForm
from apps.publications.models import Consultee


class PeopleStep(RowsStep):
    perm = "publications.change_consultee"

    def describe(self, row: Consultee) -> str:
        organisation = row.member.organisation
        person = line(row.member.name, organisation.name if organisation else "", row.member.email)
        return f"{person} · {row.circulation.publication}"


class TakeOffStep(PeopleStep):
    slug = "take-off"
    label = _("Take off")
    question = ngettext_lazy("Take %(count)d person off?", "Take %(count)d people off?", "count")
    button = ngettext_lazy("Take off %(count)d person", "Take off %(count)d people", "count")
    done = ngettext_lazy("%(count)d person was taken off.", "%(count)d people were taken off.", "count")
    explanation = _(
        "They no longer see the circulation unless they may anyway, and get no more mail about it. Comments they sent "
        "stay, and their drafts stay theirs. Nobody is told."
    )

    @classmethod
    def fits(cls, row: Consultee) -> bool:
        return row.removed_at is None

    def act(self, row: Consultee, cleaned: dict[str, Any]) -> None:
        actions.remove_consultee(actor=self.actor, consultee=row, now=timezone.now())


class MoreTimeStep(PeopleStep):
    slug = "more-time"
    label = _("Give more time")
    form_class = ExtensionForm
    question = ngettext_lazy("Give %(count)d person more time?", "Give %(count)d people more time?", "count")
    button = ngettext_lazy("Give %(count)d person more time", "Give %(count)d people more time", "count")
    done = ngettext_lazy("%(count)d person has more time.", "%(count)d people have more time.", "count")
    explanation = _(
        "For these people alone the deadline is later, and they are told. A circulation that was closed is open again "
        "for them, and its paper is in circulation again, until the last of them is through."
    )

    @classmethod
    def fits(cls, row: Consultee) -> bool:
        return row.removed_at is None and row.circulation.is_out

    def act(self, row: Consultee, cleaned: dict[str, Any]) -> None:
        deadline = Deadline(cleaned["deadline_on"], cleaned["deadline_time"], cleaned["deadline_zone"])
        until = deadline.resolved()[0]
        actions.extend_consultee(
            actor=self.actor, consultee=row, until=until, once=uuid.uuid4().hex, now=timezone.now()
        )
