"""Asking further people in an open circulation, picked by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.core.confirmed import Confirmed
from apps.core.selects import RowSelectMultiple
from apps.events.admin.people import named
from apps.members.models import Member
from apps.notifications.models import Announcement
from apps.publications import actions
from apps.publications.admin.circulations.steps.saying import CirculationSayingStep
from apps.publications.models import Circulation, Consultee

_AS_REVIEWERS = "reviewers"


class JoinersForm(forms.Form):
    """Who is asked as well, and as what."""

    members = forms.ModelMultipleChoiceField(
        label=_("People"),
        help_text=_("Search by name, address or organisation."),
        queryset=Member.objects.active(),
        widget=RowSelectMultiple(Consultee._meta.get_field("member"), admin.site),
    )
    as_reviewers = forms.BooleanField(label=_("As reviewers: they owe an answer"), required=False)

    def whom(self, circulation: Circulation) -> QuerySet[Member]:
        """Return those for whom something changes: not asked yet, or asked as something else."""
        known = circulation.consultees.live()
        if self.cleaned_data["as_reviewers"]:
            settled = known.filter(is_reviewer=True)
        else:
            settled = known.filter(via_group=None, via_topic=None)
        chosen = Member.objects.active().filter(pk__in=self.cleaned_data["members"].values("pk"))
        return chosen.exclude(pk__in=settled.values("member"))


class AskStep(CirculationSayingStep):
    slug = "ask"
    label = _("Ask further people")
    kind = "circulation_invitation"
    occasion = "added"
    question = ngettext_lazy("Ask %(count)d further person?", "Ask %(count)d further people?", "count")
    nobody = _("Nobody to ask: they are asked already")
    button = ngettext_lazy("Ask %(count)d person", "Ask %(count)d people", "count")
    said = ngettext_lazy("%(count)d person is asked as well.", "%(count)d people are asked as well.", "count")
    explanation = _(
        "They see the paper and keep access until taken off. Who is asked already through a group or a topic keeps "
        "access from now on, and gets a mail only when named as a reviewer."
    )
    is_chosen_first = True

    @classmethod
    def fits(cls, row: Circulation) -> bool:
        return row.is_open and row.deadline_at > timezone.now()

    def choose(self, request: HttpRequest) -> HttpResponse:
        form = JoinersForm(request.POST if request.method == "POST" else None)
        if not form.is_bound or not form.is_valid():
            return self.page(
                str(_("Whom do you ask as well?")),
                self.row_url(self.row),
                form=form,
                is_choice=True,
                choice_help=_("You see every name and the mail before anything is sent."),
            )
        ids, people = named(form.whom(self.row))
        note = _AS_REVIEWERS if form.cleaned_data["as_reviewers"] else ""
        return self.show(Confirmed(ids, note=note), people=people)

    def asks_reviewers(self, confirmed: Confirmed) -> bool:
        return confirmed.note == _AS_REVIEWERS

    def say(self, confirmed: Confirmed, cleaned: dict[str, Any]) -> Announcement:
        return actions.add_consultees(
            actor=self.actor,
            circulation=self.row,
            member_ids=confirmed.ids,
            as_reviewers=self.asks_reviewers(confirmed),
            once=confirmed.once,
            paragraph=cleaned["paragraph"],
            now=timezone.now(),
        )
