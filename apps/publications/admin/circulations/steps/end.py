"""Closing a circulation before its time, and cancelling one for good."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.adminsteps import RowStep
from apps.core.lines import validate_one_line
from apps.core.refused import Refused
from apps.events.admin.people import named
from apps.members.models import Member
from apps.publications import actions
from apps.publications.models import Circulation


class ReasonForm(forms.Form):
    """Why a request is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("One sentence. It stands in the mail and on the circulation's page."),
        max_length=300,
        required=False,
        validators=[validate_one_line],
    )


class EndStep(RowStep):
    """Ends the circulation; the page names the people asked."""

    perm = "publications.change_circulation"
    form_class: type[forms.Form] = forms.Form

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._ask(self.form_class())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = self.form_class(request.POST)
        if not self.fits(self.row):
            messages.info(request, _("This was done already."))
            return HttpResponseRedirect(self.row_url(self.row))
        if not form.is_valid():
            return self._ask(form)
        try:
            return self.done(self.end(form))
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self._ask(form)

    def end(self, form: forms.Form) -> str:
        """Do it and return what happened; raises Refused."""
        raise NotImplementedError

    def words(self, count: int) -> tuple[str, str]:
        """Return the question and what the button says, for so many people asked."""
        raise NotImplementedError

    def _ask(self, form: forms.Form) -> HttpResponse:
        asked = self.row.consultees.live().order_by().values("member")
        _ids, people = named(Member.objects.get_queryset().filter(pk__in=asked))
        question, button = self.words(len(people))
        return self.page(question, self.row_url(self.row), form=form, affected=people, button=button)


class CloseStep(EndStep):
    slug = "close"
    label = gettext_lazy("Close")
    explanation = gettext_lazy(
        "The people below can not comment any more, whatever the deadline says; reminders are dropped, and the comments"
        " are resolved next. Nobody is told. At its deadline a circulation closes by itself."
    )

    @classmethod
    def fits(cls, row: Circulation) -> bool:
        return row.is_open

    def end(self, form: forms.Form) -> str:
        actions.close_circulation(actor=self.actor, circulation=self.row, now=timezone.now())
        return _("The circulation is closed.")

    def words(self, count: int) -> tuple[str, str]:
        return _("Close the circulation of “%(title)s”?") % {"title": self.row.publication.title}, _("Close")


class CancelStep(EndStep):
    slug = "cancel"
    label = gettext_lazy("Cancel")
    form_class = ReasonForm
    explanation = gettext_lazy(
        "The request is taken back for good. Mails that have not left are dropped; who had one is told why. Comments "
        "and drafts stay, but who was asked does not see the circulation any more."
    )

    @classmethod
    def fits(cls, row: Circulation) -> bool:
        return row.state in (row.State.PREPARED, row.State.OPEN)

    def end(self, form: forms.Form) -> str:
        reason = form.cleaned_data["reason"]
        count = actions.cancel_circulation(actor=self.actor, circulation=self.row, reason=reason, now=timezone.now())
        told = ngettext("%(count)d person was asked.", "%(count)d people were asked.", count) % {"count": count}
        return _("Cancelled. %(told)s") % {"told": told}

    def words(self, count: int) -> tuple[str, str]:
        question = _("Cancel the circulation of “%(title)s”?") % {"title": self.row.publication.title}
        button = ngettext("Cancel, %(count)d person is asked", "Cancel, %(count)d people are asked", count)
        return question, button % {"count": count}
