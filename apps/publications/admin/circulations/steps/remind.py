"""Reminding by hand those who owe an answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.core.confirmed import Confirmed
from apps.events.admin.people import named
from apps.members.models import Member
from apps.notifications.models import Announcement
from apps.publications import actions
from apps.publications.admin.circulations.steps.saying import CirculationSayingStep
from apps.publications.models import Circulation
from apps.publications.standing import day_of


class RemindStep(CirculationSayingStep):
    slug = "remind"
    label = _("Remind now")
    kind = "circulation_reminder"
    occasion = "asked"
    question = ngettext_lazy("Remind %(count)d person?", "Remind %(count)d people?", "count")
    nobody = _("Nobody owes an answer")
    button = ngettext_lazy("Remind %(count)d person", "Remind %(count)d people", "count")
    said = ngettext_lazy("%(count)d person is reminded.", "%(count)d people are reminded.", "count")
    explanation = _(
        "They are named as reviewers and had not answered by the end of yesterday. Who has answered since does not "
        "get the mail."
    )

    @classmethod
    def fits(cls, row: Circulation) -> bool:
        return row.is_open

    def choose(self, request: HttpRequest) -> HttpResponse:
        owing = self.row.consultees.live().known_owing(day_of(timezone.now())).order_by().values("member")
        ids, people = named(Member.objects.get_queryset().filter(pk__in=owing))
        return self.show(Confirmed(ids), people=people)

    def say(self, confirmed: Confirmed, cleaned: dict[str, Any]) -> Announcement:
        return actions.remind_owing(
            actor=self.actor,
            circulation=self.row,
            member_ids=confirmed.ids,
            once=confirmed.once,
            paragraph=cleaned["paragraph"],
            now=timezone.now(),
        )
