"""Asking those who have not answered."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.core.confirmed import Confirmed
from apps.events import actions
from apps.events.admin.people import members_of, named
from apps.events.admin.steps.saying import SayingStep
from apps.events.models import Event
from apps.notifications.models import Announcement


class RemindStep(SayingStep):
    slug = "remind"
    perm = "events.invite_event"
    label = _("Remind the unanswered")
    kind = "event_answer_request"
    occasion = "asked"
    question = ngettext_lazy("Ask %(count)d person for an answer?", "Ask %(count)d people for an answer?", "count")
    nobody = _("Nobody to ask")
    button = ngettext_lazy("Ask %(count)d person", "Ask %(count)d people", "count")
    said = ngettext_lazy(
        "%(count)d person is asked for an answer.", "%(count)d people are asked for an answer.", "count"
    )
    explanation = _("They were invited and have not answered. Who answers before the mail leaves does not get it.")

    @classmethod
    def fits(cls, row: Event) -> bool:
        return row.takes_answers(timezone.now())

    def choose(self, request: HttpRequest) -> HttpResponse:
        ids, people = named(members_of(self.row.participations.live().unanswered()))
        return self.show(Confirmed(ids), people=people)

    def say(self, confirmed: Confirmed, cleaned: dict[str, Any]) -> Announcement:
        return actions.remind_unanswered(
            actor=self.actor,
            event=self.row,
            member_ids=confirmed.ids,
            once=confirmed.once,
            paragraph=cleaned["paragraph"],
            now=timezone.now(),
        )
