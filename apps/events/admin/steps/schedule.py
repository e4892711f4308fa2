"""Making a draft real."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.adminsteps import RowStep
from apps.core.refused import Refused
from apps.events import actions
from apps.events.models import Event


class ScheduleStep(RowStep):
    slug = "schedule"
    perm = "events.schedule_event"
    label = gettext_lazy("Schedule")
    template_name = "admin/events/event/schedule.html"
    explanation = gettext_lazy(
        "The event shows on the portal to those who may see it, and its reminders are planned. Nobody gets a mail"
        " by this: inviting is the next step."
    )

    @classmethod
    def fits(cls, row: Event) -> bool:
        return row.is_draft

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._ask(forms.Form())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.row.is_draft:
            messages.info(request, _("This was done already."))
            return HttpResponseRedirect(self.row_url(self.row))
        form = forms.Form(request.POST)
        try:
            actions.schedule_event(actor=self.actor, event=self.row, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self._ask(form)
        return self.done(_("The event is scheduled. Nobody is invited yet."))

    def _ask(self, form: forms.Form) -> HttpResponse:
        return self.page(
            _("Schedule “%(title)s”?") % {"title": self.row.title},
            self.row_url(self.row),
            form=form,
            button=_("Schedule"),
            rules=list(self.row.reminder_rules.order_by("pk")),
        )
