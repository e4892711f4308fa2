"""A later deadline for everybody."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.adminsteps import RowStep
from apps.core.refused import Refused
from apps.events.admin.people import named
from apps.members.models import Member
from apps.publications import actions
from apps.publications.forms import ExtensionForm
from apps.publications.models import Circulation


class ExtendStep(RowStep):
    slug = "extend"
    perm = "publications.change_circulation"
    label = gettext_lazy("Give all more time")
    explanation = gettext_lazy(
        "The people below are told the new deadline, and reminders follow it. A circulation that was closed is open "
        "again, and its paper is in circulation again. For one person alone, choose them in the list of those asked."
    )

    @classmethod
    def fits(cls, row: Circulation) -> bool:
        return row.is_out

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row
        present = {"deadline_on": row.deadline_on, "deadline_time": row.deadline_time}
        return self._ask(ExtensionForm(initial={**present, "deadline_zone": row.deadline_zone}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = ExtensionForm(request.POST)
        if not form.is_valid() or form.deadline is None:
            return self._ask(form)
        try:
            count = actions.extend_deadline(
                actor=self.actor,
                circulation=self.row,
                deadline=form.deadline,
                once=f"{form.deadline.resolved()[0]:%Y%m%dT%H%M}",
                now=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self._ask(form)
        for remark in form.remarks:
            messages.warning(request, remark)
        told = ngettext("%(count)d person will be told.", "%(count)d people will be told.", count) % {"count": count}
        return self.done(_("The deadline has moved. %(told)s") % {"told": told})

    def _ask(self, form: forms.Form) -> HttpResponse:
        asked = self.row.consultees.live().order_by().values("member")
        _ids, people = named(Member.objects.get_queryset().filter(pk__in=asked))
        words = _("Until now: %(deadline)s. Give all more time?") % {"deadline": self.row.deadline.words()}
        return self.page(
            words,
            self.row_url(self.row),
            form=form,
            affected=people,
            button=ngettext("Move it and tell %(count)d person", "Move it and tell %(count)d people", len(people))
            % {"count": len(people)},
        )
