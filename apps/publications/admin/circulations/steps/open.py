"""Opening a circulation: the exact list and the mail, before anybody is asked."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.core.confirmed import Confirmed
from apps.events.admin.people import named
from apps.notifications.models import Announcement
from apps.publications import actions
from apps.publications.admin.circulations.steps.saying import CirculationSayingStep
from apps.publications.audience import meant
from apps.publications.models import Circulation


class OpenStep(CirculationSayingStep):
    slug = "open"
    label = _("Open")
    kind = "circulation_invitation"
    occasion = "opened"
    question = ngettext_lazy("Ask %(count)d person for comments?", "Ask %(count)d people for comments?", "count")
    nobody = _("Nobody to ask: choose a group, a topic or people in the form first")
    button = ngettext_lazy("Open and ask %(count)d person", "Open and ask %(count)d people", "count")
    said = ngettext_lazy("Opened. %(count)d person is asked.", "Opened. %(count)d people are asked.", "count")
    explanation = _(
        "Exactly these people are asked, each in their own language and time zone, and see the paper. Who joins a "
        "group or a topic later is not; who leaves all through which they are asked loses access. Reviewers, marked "
        "below, read that they owe an answer."
    )

    @classmethod
    def fits(cls, row: Circulation) -> bool:
        return row.state == row.State.PREPARED

    def choose(self, request: HttpRequest) -> HttpResponse:
        ids, people = named(meant(self.row))
        owes = str(_("reviewer"))
        named_people = zip(ids, people, strict=True)
        lines = [f"{text} · {owes}" if pk in self.reviewer_ids else text for pk, text in named_people]
        return self.show(Confirmed(ids), people=lines)

    @cached_property
    def reviewer_ids(self) -> set[int]:
        return set(self.row.reviewers.values_list("pk", flat=True))

    def asks_reviewers(self, confirmed: Confirmed) -> bool:
        return not self.reviewer_ids.isdisjoint(confirmed.ids)

    def which_mail(self, confirmed: Confirmed) -> str:
        if not self.asks_reviewers(confirmed) or self.reviewer_ids.issuperset(confirmed.ids):
            return ""
        return str(_("The mail is shown as reviewers get it. The others read that comments are welcome, and owe none."))

    def say(self, confirmed: Confirmed, cleaned: dict[str, Any]) -> Announcement:
        return actions.open_circulation(
            actor=self.actor,
            circulation=self.row,
            member_ids=confirmed.ids,
            once=confirmed.once,
            paragraph=cleaned["paragraph"],
            now=timezone.now(),
        )
