"""Cancelling an event for good."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.adminsteps import RowStep
from apps.core.refused import Refused
from apps.events import actions
from apps.events.admin.people import members_of, named
from apps.events.forms import CancelForm
from apps.events.models import Event


class CancelStep(RowStep):
    slug = "cancel"
    perm = "events.cancel_event"
    label = gettext_lazy("Cancel the event")
    explanation = gettext_lazy(
        "A cancellation is final. The people below are told at once, if they ever had a mail about the event; who"
        " answered no is not. Mails and reminders that have not left yet are dropped."
    )

    explanation_alone = gettext_lazy(
        "A cancellation is final. Nobody is told: no one is invited, or all who are have answered no."
    )

    @classmethod
    def fits(cls, row: Event) -> bool:
        return row.is_scheduled and row.ends_at > timezone.now()

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._ask(CancelForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = CancelForm(request.POST)
        if self.row.is_cancelled:
            messages.info(request, _("This was done already."))
            return HttpResponseRedirect(self.row_url(self.row))
        if not form.is_valid():
            return self._ask(form)
        try:
            count = actions.cancel_event(
                actor=self.actor, event=self.row, reason=form.cleaned_data["reason"], now=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self._ask(form)
        told = ngettext("%(count)d person will be told.", "%(count)d people will be told.", count) % {"count": count}
        return self.done(_("Event cancelled. %(told)s") % {"told": told})

    def _ask(self, form: forms.Form) -> HttpResponse:
        _ids, people = named(members_of(self.row.participations.live().exclude(answer="no")))
        button = ngettext("Cancel and tell %(count)d person", "Cancel and tell %(count)d people", len(people))
        if not people:
            self.explanation, button = self.explanation_alone, str(self.label)
        return self.page(
            _("Cancel “%(title)s”?") % {"title": self.row.title},
            self.row_url(self.row),
            form=form,
            affected=people,
            button=button % {"count": len(people)},
        )
