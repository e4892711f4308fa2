"""Answering an invitation in the portal."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from apps.core import panels
from apps.core.links import path_of_ours
from apps.core.refused import Refused
from apps.events import actions
from apps.events.forms import AnswerForm
from apps.events.models import Event, Participation
from apps.events.standing import standings
from apps.events.views.reading import visible_event_or_404
from apps.members.models import Member
from apps.members.requests import MemberRequest


class AnswerRequest(MemberRequest):
    """For annotations: with what HtmxMiddleware adds."""

    htmx: HtmxDetails


def answer_event(request: AnswerRequest, slug: str) -> HttpResponse:
    """Save the answer of the pressed button, in place (htmx) or back on the page it stands on."""
    if request.method != "POST":  # Where a login in between leads.
        return redirect("events:detail", slug=slug)
    event = visible_event_or_404(request, slug)
    _part, refusal = try_to_answer(request, request.user, event, Participation.Source.PORTAL)
    if request.htmx:
        return _fragment(request, event, refusal)
    if refusal:
        messages.error(request, refusal)
    else:
        messages.success(request, _("Your answer to “%(event)s” is saved.") % {"event": event.title})
    return redirect(_back(request) or event.get_absolute_url())


def try_to_answer(request: HttpRequest, actor: Member, event: Event, source: str) -> tuple[Participation | None, str]:
    """Answer with what was posted; return the row as it is then, and why not if the answer was refused."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return None, str(form.errors["answer"][0])
    try:
        part = actions.answer_event(actor=actor, event=event, source=source, now=timezone.now(), **form.cleaned_data)
    except Refused as refusal:
        return None, str(refusal)
    return part, ""


def _fragment(request: AnswerRequest, event: Event, refusal: str) -> HttpResponse:
    now, is_row = timezone.now(), "row" in request.POST
    [standing] = standings([event], request.user, now)
    context = {
        "standing": standing,
        "refusal": refusal,
        "is_row": is_row,
        "next": _back(request),
        # A row stands in the list of what needs one, whose page may count it.
        "panels": panels.collect("events:answered_row", event, request.user, now) if is_row else [],
    }
    return render(request, "events/_answer_saved.html", context)


def _back(request: HttpRequest) -> str:
    """The page of ours the form stood on, "" for none or a foreign one."""
    return path_of_ours(request.POST.get("next", ""))
