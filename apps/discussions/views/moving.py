"""Moving a thread: first who would lose and gain it, then the move."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.refused import Refused
from apps.discussions import actions
from apps.discussions.forms import MoveForm
from apps.discussions.models import Thread
from apps.discussions.views.leading import led_thread
from apps.members.models import Member
from apps.members.requests import MemberRequest


def move_thread(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask where to, say who is affected, and move on the second press."""
    thread = led_thread(request, pk)
    initial = {"group": thread.group_id, "visibility": thread.visibility}
    form = MoveForm(request.POST if request.method == "POST" else None, initial=initial, actor=request.user)
    affected = None
    if form.is_bound and form.is_valid():
        affected = _affected(thread, **form.cleaned_data)
        if "move" in request.POST:
            return _move(request, thread, form)
    context = {"thread": thread, "title": thread.title, "form": form, "affected": affected}
    return render(request, "discussions/thread_move.html", context)


def _move(request: MemberRequest, thread: Thread, form: MoveForm) -> HttpResponse:
    try:
        thread = actions.move_thread(actor=request.user, thread=thread, now=timezone.now(), **form.cleaned_data)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("discussions:list")
    messages.success(request, _("Moved. Who may read it has followed at once."))
    return redirect(thread)


def _affected(thread: Thread, group: Any, visibility: str) -> dict[str, int]:
    """Return how many people would lose the thread, gain it, and read it then. Three queries."""
    moved = Thread(group=group, visibility=visibility, is_hidden=thread.is_hidden)
    before, after = Member.objects.seeing(thread), Member.objects.seeing(moved)
    return {
        "lose": before.exclude(pk__in=after.values("pk")).count(),
        "gain": after.exclude(pk__in=before.values("pk")).count(),
        "read": after.count(),
    }
