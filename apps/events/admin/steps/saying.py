"""Telling some people of an event something: choose whom, read the list and the mail, confirm."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.adminsteps import RowStep
from apps.core.confirmed import Confirmed, sign, unsign
from apps.core.lines import validate_lines
from apps.core.refused import Refused
from apps.events.admin.people import named_by_id
from apps.events.admin.preview import event_sample
from apps.notifications.models import Announcement


class ParagraphForm(forms.Form):
    """The secretariat's own words in the mail."""

    paragraph = forms.CharField(
        label=gettext_lazy("Own paragraph"),
        help_text=gettext_lazy("Stands in the mail after its first sentence. Plain text."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
        required=False,
        validators=[validate_lines],
    )


class SayingStep(RowStep):
    """``question``, ``button`` and ``said`` are plural forms of ``count``, ``nobody`` stands where there is none;
    ``occasion`` begins the ledger's occasion.

    The page carries the ids that it shows; confirming acts on those and asks no query again. Twice is once.
    """

    template_name = "admin/events/event/say.html"
    mail_form: ClassVar[type[forms.Form]] = ParagraphForm
    kind: ClassVar[str]
    occasion: ClassVar[str]
    question: ClassVar[Any]
    nobody: ClassVar[Any]
    button: ClassVar[Any]
    said: ClassVar[Any]
    explanation: ClassVar[Any]
    has_trial: ClassVar[bool] = False
    is_chosen_first: ClassVar[bool] = False

    def choose(self, request: HttpRequest) -> HttpResponse:
        """Answer with the choice of people, or straight with ``show``."""
        raise NotImplementedError

    def say(self, confirmed: Confirmed, cleaned: dict[str, Any]) -> Announcement:
        """Do it; raises Refused."""
        raise NotImplementedError

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.choose(request)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if "_choose" in request.POST:
            return self.choose(request)
        confirmed = unsign(request.POST.get("chosen", ""), act=self._act_name, person_id=self.actor.pk)
        if confirmed is None:
            messages.error(request, _("This page was open for too long. Please choose again."))
            return HttpResponseRedirect(self._own_url)
        form = self.mail_form(request.POST)
        if not confirmed.ids:
            return self.show(confirmed, form)
        if form.is_valid() and "_trial" in request.POST and self.has_trial:
            self.try_out(confirmed, form)
        elif form.is_valid() and "_confirm" in request.POST:
            return self._confirm(confirmed, form)
        return self.show(confirmed, form)

    def try_out(self, confirmed: Confirmed, form: forms.Form) -> None:
        """Send the mail to the reader alone."""

    def _confirm(self, confirmed: Confirmed, form: forms.Form) -> HttpResponse:
        try:
            is_new = self._say_once(confirmed, form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.show(confirmed, form)
        if not is_new:
            messages.info(self.request, _("This was done already."))
            return HttpResponseRedirect(self.row_url(self.row))
        return self.done(self.said % {"count": len(confirmed.ids)})

    @transaction.atomic
    def _say_once(self, confirmed: Confirmed, cleaned: dict[str, Any]) -> bool:
        """Once for the same page, also where it was sent twice at once."""
        self._hold()
        about_type = ContentType.objects.get_for_model(self.row)
        known = Announcement.objects.filter(about_type=about_type, about_id=self.row.pk)
        if known.filter(occasion=f"{self.occasion}:{confirmed.once}").exists():
            return False
        self.say(confirmed, cleaned)
        return True

    def _hold(self) -> None:
        """Keep others from the row until the transaction ends, and know what it says now."""
        self.row.lock()
        self.row.refresh_from_db()

    def show(
        self, confirmed: Confirmed, form: forms.Form | None = None, people: list[str] | None = None, **context: Any
    ) -> HttpResponse:
        """Return the page with list, count and mail; with nothing to press where the list is empty.

        ``people`` saves the query where the lines are at hand.
        """
        context["choose_url"] = self._own_url if self.is_chosen_first else ""
        if not confirmed.ids:
            return self.page(self.nobody, self.row_url(self.row), **context)
        form = form or self.mail_form()
        count = {"count": len(confirmed.ids)}
        return self.page(
            self.question % count,
            self.row_url(self.row),
            form=form,
            chosen=sign(confirmed, act=self._act_name, person_id=self.actor.pk),
            affected=named_by_id(confirmed.ids) if people is None else people,
            button=self.button % count,
            sample=self._sample(form),
            **context,
        )

    def _sample(self, form: forms.Form) -> Any:
        words = {name: form[name].value() or "" for name in ("title", "paragraph") if name in form.fields}
        return event_sample(self.kind, self.row, self.actor, timezone.now(), **words)

    @property
    def _act_name(self) -> str:
        return f"{self.url_name(self.opts)}.{self.row.pk}"

    @property
    def _own_url(self) -> str:
        return self.tool_url(self.opts, self.row)
