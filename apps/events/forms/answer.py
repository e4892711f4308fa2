"""The answer to an invitation: one form, one click."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.events.models import Event, Participation

Answer = Participation.Answer
Mode = Participation.Mode

_MEANING: dict[str, tuple[Answer, Mode]] = {
    "yes-in-person": (Answer.YES, Mode.IN_PERSON),
    "yes-online": (Answer.YES, Mode.ONLINE),
    "maybe": (Answer.MAYBE, Mode.NONE),
    "no": (Answer.NO, Mode.NONE),
}
_LABELS: dict[str, Promise] = {
    "yes-in-person": _("Yes, in person"),
    "yes-online": _("Yes, online"),
    "maybe": _("Maybe"),
    "no": _("No"),
}


@dataclass(frozen=True, slots=True)
class AnswerButton:
    """One of the answers to click; ``is_pressed`` marks the present one."""

    value: str
    is_pressed: bool

    @property
    def label(self) -> Promise:
        return _LABELS[self.value]


class AnswerForm(forms.Form):
    """The value of the pressed button as ``cleaned_data["answer"]`` and ``["mode"]``, ready for ``answer_event``."""

    answer = forms.ChoiceField(
        choices=list(_LABELS.items()),
        error_messages={"required": _("Choose one of the answers."), "invalid_choice": _("Choose one of the answers.")},
    )

    def clean(self) -> dict[str, Any]:
        answer, mode = _MEANING.get(self.cleaned_data.get("answer", ""), ("", ""))
        return {"answer": answer, "mode": mode}


def answer_buttons(event: Event, part: Participation) -> list[AnswerButton]:
    """Return the answers this event offers. No query."""
    offered = {Mode.IN_PERSON: event.offers_in_person, Mode.ONLINE: event.offers_online, Mode.NONE: True}
    return [
        AnswerButton(value, is_pressed=(part.answer, part.mode) == meaning)
        for value, meaning in _MEANING.items()
        if offered[meaning[1]]
    ]
