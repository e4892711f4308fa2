"""Publishing, and taking back to draft: each with a page that says first who will see it, or will no longer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.adminsteps import RowStep
from apps.core.refused import Refused
from apps.publications import actions
from apps.publications.actions.publishing import missing
from apps.publications.admin.readers import readers_text
from apps.publications.models import Publication


class PublicationStep(RowStep):
    """An act that needs no more than a yes."""

    perm = "publications.publish_publication"
    template_name = "admin/publications/publication/publish.html"
    question: Any
    said: Any

    def act(self) -> None:
        raise NotImplementedError

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.ask(forms.Form())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.fits(self.row):
            messages.info(request, _("This was done already."))
            return HttpResponseRedirect(self.row_url(self.row))
        form = forms.Form(request.POST)
        try:
            self.act()
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.ask(form)
        return self.done(str(self.said))

    def ask(self, form: forms.Form) -> HttpResponse:
        return self.page(
            self.question % {"title": self.row.title},
            self.row_url(self.row),
            form=form,
            button=self.label,
            readers=readers_text(self.row),
            missing=missing(self.row) if self.row.is_draft else [],
        )


class PublishStep(PublicationStep):
    slug = "publish"
    label = gettext_lazy("Publish")
    question = gettext_lazy("Publish “%(title)s”?")
    said = gettext_lazy("The publication is published. Nobody gets a mail by this.")
    explanation = gettext_lazy(
        "From now on the people below find it in the list, on the pages of its topics, its group and its events, and can"
        " read its newest file. Nobody gets a mail by this."
    )

    @classmethod
    def fits(cls, row: Publication) -> bool:
        return row.is_draft

    def act(self) -> None:
        actions.publish(actor=self.actor, publication=self.row, now=timezone.now())


class TakeBackStep(PublicationStep):
    slug = "take-back"
    label = gettext_lazy("Back to draft")
    question = gettext_lazy("Take “%(title)s” back to draft?")
    said = gettext_lazy("The publication is a draft again.")
    explanation = gettext_lazy(
        "From now on only the secretariat and those who lead the group see it; for everybody else its address leads"
        " nowhere. Copies that were saved stay where they are. These people can read it now:"
    )

    @classmethod
    def fits(cls, row: Publication) -> bool:
        return not row.is_draft

    def act(self) -> None:
        actions.take_back(actor=self.actor, publication=self.row)
