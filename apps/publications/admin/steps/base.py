"""What the steps of a publication share: one form, one act, and a page that says who reads it."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.adminsteps import RowStep
from apps.core.refused import Refused
from apps.publications.admin.readers import readers_text
from apps.publications.models import Publication


class PublicationStep(RowStep):
    """``question`` names the title; ``explanation`` says what follows; ``said`` is what happened. While something
    is missing, the page lists it under ``before`` and has neither fields nor button: it would be refused.
    """

    template_name = "admin/publications/publication/step.html"
    perm = "publications.publish_publication"
    form_class: ClassVar[type[forms.Form]] = forms.Form
    question: ClassVar[str | Promise]
    said: ClassVar[str | Promise]
    before: ClassVar[str | Promise] = gettext_lazy("Before this can be done:")
    row: Publication

    def act(self, cleaned: dict[str, Any]) -> None:
        """Do it; raises Refused."""
        raise NotImplementedError

    def form(self, *data: Any) -> forms.Form:
        return self.form_class(*data)

    def missing(self) -> list[str]:
        """Return what stands in the way, each a sentence."""
        return []

    def follows(self) -> str:
        """Return whom else this tells, a sentence; "" for nobody."""
        return ""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.ask(self.form())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.fits(self.row):
            messages.info(request, _("This was done already."))
            return HttpResponseRedirect(self.row_url(self.row))
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.ask(form)
        try:
            self.act(form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.ask(form)
        return self.done(str(self.said))

    def ask(self, form: forms.Form) -> HttpResponse:
        missing = self.missing()
        if missing and not form.is_bound:
            form = forms.Form()
        return self.page(
            str(self.question) % {"title": self.row.title},
            self.row_url(self.row),
            form=form,
            button=self.label,
            readers=readers_text(self.row),
            missing=missing,
            follows="" if missing else self.follows(),
        )
