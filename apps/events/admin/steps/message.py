"""Writing to the participants of an event by their answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from apps.core.confirmed import Confirmed
from apps.core.lines import validate_lines, validate_one_line
from apps.events import actions
from apps.events.admin.people import members_of, named
from apps.events.admin.steps.saying import SayingStep
from apps.events.models import Event
from apps.notifications.models import Announcement

_ANSWERS = {
    "yes": (gettext_lazy("yes, with a seat"), Q(answer="yes", has_seat=True)),
    "waiting": (gettext_lazy("yes, waiting for a seat"), Q(queue_number__isnull=False)),
    "maybe": (gettext_lazy("maybe"), Q(answer="maybe")),
    "no": (gettext_lazy("no"), Q(answer="no")),
    "none": (gettext_lazy("not answered"), Q(answer="")),
}


class AnswersForm(forms.Form):
    """Which answers the message is for."""

    answers = forms.MultipleChoiceField(
        label=gettext_lazy("Who answered"),
        choices=[(name, label) for name, (label, _condition) in _ANSWERS.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=["yes", "maybe"],
    )

    @property
    def condition(self) -> Q:
        """The chosen answers as a query."""
        chosen = Q(pk__in=[])
        for name in self.cleaned_data["answers"]:
            chosen |= _ANSWERS[name][1]
        return chosen


class MessageForm(forms.Form):
    """Subject and text."""

    title = forms.CharField(label=gettext_lazy("Subject"), max_length=60, validators=[validate_one_line])
    paragraph = forms.CharField(
        label=gettext_lazy("Message"),
        help_text=gettext_lazy("Plain text."),
        widget=forms.Textarea(attrs={"rows": 10}),
        max_length=10_000,
        validators=[validate_lines],
    )


class MessageStep(SayingStep):
    slug = "message"
    perm = "events.message_event"
    label = gettext_lazy("Message to participants")
    kind = "event_message"
    occasion = "message"
    mail_form = MessageForm
    question = ngettext_lazy("Write to %(count)d person?", "Write to %(count)d people?", "count")
    nobody = gettext_lazy("Nobody to write to")
    button = ngettext_lazy("Send to %(count)d person", "Send to %(count)d people", "count")
    said = ngettext_lazy("%(count)d person gets your message.", "%(count)d people get your message.", "count")
    explanation = gettext_lazy("The message goes to exactly the people listed here, with the event's facts beneath it.")
    is_chosen_first = True

    @classmethod
    def fits(cls, row: Event) -> bool:
        return not row.is_draft and not row.is_cancelled

    def choose(self, request: HttpRequest) -> HttpResponse:
        form = AnswersForm(request.POST if request.method == "POST" else None)
        if not form.is_bound or not form.is_valid():
            return self.page(
                _("Whom do you write to?"),
                self.row_url(self.row),
                form=form,
                is_choice=True,
                choice_help=_("You see every name before anything is sent."),
            )
        ids, people = named(members_of(self.row.participations.live().filter(form.condition)))
        return self.show(Confirmed(ids), people=people)

    def say(self, confirmed: Confirmed, cleaned: dict[str, Any]) -> Announcement:
        return actions.message_participants(
            actor=self.actor,
            event=self.row,
            member_ids=confirmed.ids,
            once=confirmed.once,
            title=cleaned["title"],
            paragraph=cleaned["paragraph"],
        )
