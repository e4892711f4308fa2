"""Answering from a mail, by the signed link and without signing in.

The link shows title, time and first name, never the online link or other people. Opening it changes nothing: mail
scanners open links.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.core import audit
from apps.core.guessing import slows_guessing
from apps.core.models import AuditEntry
from apps.events.models import Participation
from apps.events.standing import Standing, with_waiting_place
from apps.events.views.answering import try_to_answer


# The token in the address is the proof, and no other site can know it: the usual check would add nothing and would shut
# out mail programs and browsers that keep no cookies.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@slows_guessing
def rsvp(request: HttpRequest, token: str) -> HttpResponse:
    part = Participation.from_token(token)
    if part is None:
        raise Http404
    if not part.member.has_perm("events.answer_event", part.event):
        return render(request, "events/rsvp_gone.html", status=410)
    refusal = _answer(request, part) if request.method == "POST" else ""
    if request.method == "POST" and not refusal:
        return redirect(request.path)
    standing = Standing(part.event, part.member, with_waiting_place(part), timezone.now())
    return render(request, "events/rsvp.html", {"standing": standing, "event": part.event, "refusal": refusal})


def _answer(request: HttpRequest, part: Participation) -> str:
    _fresh, refusal = try_to_answer(request, part.member, part.event, Participation.Source.LINK)
    if not refusal:
        audit.record(AuditEntry.Event.TOKEN, actor=part.member, about=part, detail="rsvp")
    return refusal
