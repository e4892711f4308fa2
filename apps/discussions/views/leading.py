"""What those who lead a group do with its threads, each on a page that says who is affected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.core.refused import Refused
from apps.discussions import actions
from apps.discussions.forms import OutcomeForm, ReasonForm, SummaryForm, TitleForm
from apps.discussions.models import Thread
from apps.discussions.views.reading import visible_thread_or_404
from apps.members.models import Member
from apps.members.requests import MemberRequest

type Act = Callable[[Any], object]


def led_thread(request: MemberRequest, pk: int) -> Thread:
    thread = visible_thread_or_404(request, pk)
    if not request.user.has_perm("discussions.lead_thread", thread):
        raise PermissionDenied
    return thread


@require_POST
def pin_thread(request: MemberRequest, pk: int) -> HttpResponse:
    """Pin the thread, or loosen it: one press, nobody loses anything."""
    thread = led_thread(request, pk)
    actions.pin_thread(actor=request.user, thread=thread, is_pinned=not thread.is_pinned)
    return redirect(thread)


def lock_thread(request: MemberRequest, pk: int) -> HttpResponse:
    """Close the thread to new posts, with a reason, or open it again."""
    thread = led_thread(request, pk)
    is_locked = not thread.is_locked

    def act(said: dict[str, Any]) -> Thread:
        return actions.lock_thread(
            actor=request.user, thread=thread, is_locked=is_locked, reason=said.get("reason", "")
        )

    return _step(
        request,
        thread,
        _form(request, ReasonForm if is_locked else forms.Form),
        act,
        heading=_("Lock the thread?") if is_locked else _("Open the thread to posts again?"),
        button=_("Lock it") if is_locked else _("Open it again"),
        affected=Member.objects.seeing(thread).working_in(thread).count(),
        affects=_("Who can write in it now:"),
    )


def hide_thread(request: MemberRequest, pk: int) -> HttpResponse:
    """Take the thread from its readers, with a reason, or give it back."""
    thread = led_thread(request, pk)
    is_hidden = not thread.is_hidden

    def act(said: dict[str, Any]) -> Thread:
        return actions.hide_thread(
            actor=request.user, thread=thread, is_hidden=is_hidden, reason=said.get("reason", "")
        )

    before, after = _readers(thread, is_hidden=False), _readers(thread, is_hidden=True)
    return _step(
        request,
        thread,
        _form(request, ReasonForm if is_hidden else forms.Form),
        act,
        heading=_("Hide the thread?") if is_hidden else _("Show the thread again?"),
        button=_("Hide it") if is_hidden else _("Show it again"),
        affected=before - after,
        affects=_("Who will not see it any more, at once and everywhere:")
        if is_hidden
        else _("Who will see it again:"),
    )


def summarise_thread(request: MemberRequest, pk: int) -> HttpResponse:
    """Write the summary so far."""
    thread = led_thread(request, pk)

    def act(said: dict[str, Any]) -> Thread:
        return actions.summarise_thread(actor=request.user, thread=thread, summary=said["summary"], now=timezone.now())

    form = SummaryForm(request.POST or None, instance=thread)
    return _step(request, thread, form, act, heading=_("Summary so far"), button=_("Save"))


def settle_thread(request: MemberRequest, pk: int) -> HttpResponse:
    """Say what came out, and in which post it stands."""
    thread = led_thread(request, pk)

    def act(said: dict[str, Any]) -> Thread:
        return actions.settle_thread(
            actor=request.user,
            thread=thread,
            outcome=said["outcome"],
            number=said["outcome_number"],
            now=timezone.now(),
        )

    form = OutcomeForm(request.POST or None, instance=thread)
    return _step(request, thread, form, act, heading=_("Outcome"), button=_("Save"))


def rename_thread(request: MemberRequest, pk: int) -> HttpResponse:
    """Give the thread a better title."""
    thread = led_thread(request, pk)

    def act(said: dict[str, Any]) -> Thread:
        return actions.rename_thread(actor=request.user, thread=thread, title=said["title"])

    form = TitleForm(request.POST or None, instance=thread)
    return _step(request, thread, form, act, heading=_("Another title"), button=_("Save"))


def _form(request: MemberRequest, form: type[forms.Form]) -> forms.Form:
    return form(request.POST if request.method == "POST" else None)


def _readers(thread: Thread, *, is_hidden: bool) -> int:
    seen = Thread(group_id=thread.group_id, visibility=thread.visibility, is_hidden=is_hidden)
    return Member.objects.seeing(seen).count()


def _step(
    request: MemberRequest,
    thread: Thread,
    form: forms.BaseForm,
    act: Act,
    *,
    heading: str | Promise,
    button: str | Promise,
    affected: int | None = None,
    affects: str | Promise = "",
) -> HttpResponse:
    """Ask, act, and go back to the thread; what is refused stays on the page with its reason."""
    title = Thread.objects.values_list("title", flat=True).get(pk=thread.pk)
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(thread)
    context = {
        "thread": thread,
        "title": title,
        "form": form,
        "heading": heading,
        "button": button,
        "affected": affected,
        "affects": affects,
    }
    return render(request, "discussions/thread_step.html", context)
