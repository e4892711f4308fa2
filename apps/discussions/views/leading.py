"""What those who lead a group do with its threads, each on a page that says who is affected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.core.refused import Refused
from apps.discussions import actions
from apps.discussions.forms import OutcomeForm, SummaryForm, TitleForm, TurnForm, TurnReasonForm, WordsForm
from apps.discussions.models import Thread
from apps.discussions.views.keeping import keeps_text
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
    if TurnForm(request.POST).turns(to=not thread.is_pinned):
        actions.pin_thread(actor=request.user, thread=thread, is_pinned=not thread.is_pinned)
    return redirect(thread)


@keeps_text
def lock_thread(request: MemberRequest, pk: int) -> HttpResponse:
    """Close the thread to new posts, with a reason, or open it again."""
    thread = led_thread(request, pk)
    is_locked = not thread.is_locked

    def act(said: dict[str, Any]) -> Thread:
        return actions.lock_thread(
            actor=request.user, thread=thread, is_locked=is_locked, reason=said.get("reason", "")
        )

    return _turn(
        request,
        thread,
        TurnReasonForm if is_locked else TurnForm,
        act,
        to=is_locked,
        heading=_("Lock the thread?") if is_locked else _("Open the thread to posts again?"),
        button=_("Lock it") if is_locked else _("Open it again"),
        affected=Member.objects.seeing(thread).working_in(thread).count(),
        affects=_("Who can write in it now:"),
    )


@keeps_text
def hide_thread(request: MemberRequest, pk: int) -> HttpResponse:
    """Take the thread from its readers, with a reason, or give it back."""
    thread = led_thread(request, pk)
    is_hidden = not thread.is_hidden

    def act(said: dict[str, Any]) -> Thread:
        return actions.hide_thread(
            actor=request.user, thread=thread, is_hidden=is_hidden, reason=said.get("reason", "")
        )

    return _turn(
        request,
        thread,
        TurnReasonForm if is_hidden else TurnForm,
        act,
        to=is_hidden,
        heading=_("Hide the thread?") if is_hidden else _("Show the thread again?"),
        button=_("Hide it") if is_hidden else _("Show it again"),
        affected=thread.count_mere_readers(),
        affects=_("Who will not see it any more, at once and everywhere:")
        if is_hidden
        else _("Who will see it again:"),
    )


@keeps_text
def summarise_thread(request: MemberRequest, pk: int) -> HttpResponse:
    """Write the summary so far."""
    thread = led_thread(request, pk)

    def act(said: dict[str, Any]) -> Thread:
        return actions.summarise_thread(actor=request.user, thread=thread, summary=said["summary"], now=timezone.now())

    return _write(request, thread, SummaryForm, act, heading=_("Summary so far"), button=_("Save"))


@keeps_text
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

    return _write(request, thread, OutcomeForm, act, heading=_("Outcome"), button=_("Save"))


@keeps_text
def rename_thread(request: MemberRequest, pk: int) -> HttpResponse:
    """Give the thread a better title."""
    thread = led_thread(request, pk)

    def act(said: dict[str, Any]) -> Thread:
        return actions.rename_thread(actor=request.user, thread=thread, title=said["title"])

    return _write(request, thread, TitleForm, act, heading=_("Another title"), button=_("Save"))


def _turn(
    request: MemberRequest, thread: Thread, form_class: type[TurnForm], act: Act, *, to: bool, **page: Any
) -> HttpResponse:
    """A step between two states. A page that was drawn before somebody was first, or a second press of its button,
    turns nothing back: the form says where it leads.
    """
    sent = form_class(request.POST if request.method == "POST" else None)
    if sent.turns(to=not to):
        messages.info(request, _("This was done already."))
        return redirect(thread)
    form = sent if sent.turns(to=to) else form_class(initial={"to": TurnForm.word(to=to)})
    return _saved(request, thread) if _is_done(form, act) else _page(request, thread, form, **page)


def _write(
    request: MemberRequest,
    thread: Thread,
    form_class: type[WordsForm],
    act: Act,
    *,
    heading: str | Promise,
    button: str | Promise,
) -> HttpResponse:
    """Words that stand on the thread. The row is held from comparing what stood there to saving."""
    if request.method != "POST":
        return _page(request, thread, form_class(instance=thread), heading=heading, button=button)
    with transaction.atomic():
        thread.lock()
        thread.refresh_from_db()
        form = form_class(request.POST, instance=thread)
        is_done = _is_done(form, act)
    return _saved(request, thread) if is_done else _page(request, thread, form, heading=heading, button=button)


def _is_done(form: forms.BaseForm, act: Act) -> bool:
    """Whether it was right and done; what is refused stays in the form with its reason."""
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return form.is_bound and not form.errors


def _saved(request: MemberRequest, thread: Thread) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect(thread)


def _page(
    request: MemberRequest,
    thread: Thread,
    form: forms.BaseForm,
    *,
    heading: str | Promise,
    button: str | Promise,
    **affected: Any,
) -> HttpResponse:
    """The page that asks. Its title is the one in place, not one that was typed and refused."""
    title = Thread.objects.values_list("title", flat=True).get(pk=thread.pk)
    context = {"thread": thread, "title": title, "form": form, "heading": heading, "button": button, **affected}
    return render(request, "discussions/thread_step.html", context)
