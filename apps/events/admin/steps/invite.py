"""Inviting people to an event."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from apps.core.confirmed import Confirmed
from apps.core.refused import Refused
from apps.events import actions
from apps.events.admin.people import named
from apps.events.admin.steps.choosing import InviteesForm
from apps.events.admin.steps.saying import SayingStep
from apps.events.models import Event
from apps.members.models import Group
from apps.notifications.models import Announcement


class InviteStep(SayingStep):
    slug = "invite"
    perm = "events.invite_event"
    label = gettext_lazy("Invite")
    kind = "event_invitation"
    occasion = "invited"
    question = ngettext_lazy("Invite %(count)d person?", "Invite %(count)d people?", "count")
    nobody = gettext_lazy("Nobody to invite")
    button = ngettext_lazy("Invite %(count)d person", "Invite %(count)d people", "count")
    said = ngettext_lazy("%(count)d person is invited.", "%(count)d people are invited.", "count")
    explanation = gettext_lazy(
        "Each gets the mail below in their own language and time zone. Nobody is invited twice, and who joins "
        "later is not invited unless you do it."
    )
    has_trial = True
    is_chosen_first = True

    @classmethod
    def fits(cls, row: Event) -> bool:
        return row.takes_answers(timezone.now())

    def choose(self, request: HttpRequest) -> HttpResponse:
        data = request.POST if request.method == "POST" else request.GET
        form = InviteesForm(data or None)
        if not form.is_bound or not form.is_valid():
            return self._ask_whom(form)
        ids, people = named(form.whom(self.row))
        known = form.all_chosen().count() - len(ids)
        return self.show(Confirmed(ids, note=form.group_id), people=people, known_count=known)

    def try_out(self, confirmed: Confirmed, form: forms.Form) -> None:
        paragraph = form.cleaned_data["paragraph"]
        try:
            actions.send_trial(
                actor=self.actor, event=self.row, paragraph=paragraph, once=uuid.uuid4().hex, now=timezone.now()
            )
        except Refused as refusal:
            messages.error(self.request, str(refusal))
        else:
            messages.success(self.request, _("A test mail is on its way to you. Nobody else got anything."))

    def say(self, confirmed: Confirmed, cleaned: dict[str, Any]) -> Announcement:
        return actions.invite_members(
            actor=self.actor,
            event=self.row,
            member_ids=confirmed.ids,
            once=confirmed.once,
            via_group=Group.objects.filter(pk=confirmed.note).first() if confirmed.note else None,
            paragraph=cleaned["paragraph"],
            now=timezone.now(),
        )

    def _ask_whom(self, form: InviteesForm) -> HttpResponse:
        return self.page(
            _("Whom do you invite?"),
            self.row_url(self.row),
            form=form,
            is_choice=True,
            choice_help=_("Choose one of these. You see every name and the mail before anything is sent."),
        )
