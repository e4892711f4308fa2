"""Opening a thread, replying, and what is kept of a reply while it is being written."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.core.refused import Refused
from apps.core.text import people_in, with_names
from apps.discussions import actions
from apps.discussions.forms import ReplyForm, ThreadForm
from apps.discussions.forms.posting import groups_of
from apps.discussions.mentions import names_of, resolved
from apps.discussions.models import Thread
from apps.discussions.views.reading import reply_form, thread_page, visible_thread_or_404
from apps.discussions.views.signing import keeps_text
from apps.discussions.wording import preview
from apps.events.models import Event
from apps.members.requests import MemberRequest
from apps.publications.models import Publication


@keeps_text
def thread_detail(request: MemberRequest, pk: int) -> HttpResponse:
    """One page of a thread; a POST is a reply, or asks for a preview of it."""
    thread = visible_thread_or_404(request, pk)
    if request.method != "POST":
        return thread_page(request, thread)
    form = reply_form(request, thread, request.POST, request.FILES)
    if "preview" in request.POST:
        return _previewed(request, thread, form)
    if form.is_valid():
        try:
            return _posted(request, thread, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return thread_page(request, thread, form)


def _posted(request: MemberRequest, thread: Thread, form: ReplyForm) -> HttpResponse:
    """No message is left in the session: of an unattributed thread it would say who has just written."""
    post = actions.write_post(
        actor=request.user,
        thread=thread,
        text=form.cleaned_data["text"],
        attribution=form.cleaned_data.get("shown_as") or "none",
        upload=form.cleaned_data.get("file"),
        now=timezone.now(),
    )
    return redirect(f"{thread.get_absolute_url()}?page={thread.page_of(post.number)}&said=posted#p{post.number}")


def _previewed(request: MemberRequest, thread: Thread, form: ReplyForm) -> HttpResponse:
    drawn = drawn_for(request, thread, form.data.get("text", ""))
    if getattr(request, "htmx", False):
        return render(request, "discussions/_preview.html", {"preview": drawn})
    form.errors.clear()
    return thread_page(request, thread, form, preview=drawn)


def drawn_for(request: MemberRequest, thread: Thread, text: str) -> str:
    """Return a text as it would be drawn, with its mentions."""
    html = preview(thread, resolved(text, actor=request.user, thread=thread))
    return with_names(html, names_of(people_in(html)))


@keeps_text
def open_thread(request: MemberRequest) -> HttpResponse:
    """A new thread, perhaps about an event or a paper the reader sees."""
    if not groups_of(request.user).exists():
        raise PermissionDenied
    thread = _about_asked(request)
    is_sent = request.method == "POST"
    form = ThreadForm(request.POST if is_sent else None, instance=thread, actor=request.user)
    drawn = ""
    if is_sent and "preview" in request.POST:
        form.is_valid()
        drawn = preview(thread, request.POST.get("text", ""))
    elif is_sent and form.is_valid():
        try:
            return _opened(request, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "discussions/thread_open.html", {"form": form, "thread": thread, "preview": drawn})


def _opened(request: MemberRequest, form: ThreadForm) -> HttpResponse:
    thread, _post = actions.open_thread(
        actor=request.user,
        thread=form.save(commit=False),
        text=form.cleaned_data["text"],
        topics=form.cleaned_data["topics"],
        now=timezone.now(),
    )
    return redirect(f"{thread.get_absolute_url()}?said=opened")


def _about_asked(request: MemberRequest) -> Thread:
    """Return a thread that is not kept yet, about what the query string names, in its group."""
    thread = Thread()
    if slug := request.GET.get("event"):
        seen = Event.objects.visible_to(request.user).select_related("group")
        thread.event = get_object_or_404(seen, slug=slug)
    elif slug := request.GET.get("paper"):
        papers = Publication.objects.visible_to(request.user).select_related("group")
        thread.publication = get_object_or_404(papers, slug=slug)
    about = thread.event or thread.publication
    own = groups_of(request.user)
    thread.group = (about and own.filter(pk=about.group_id).first()) or own.first()
    return thread


@require_POST
def save_draft(request: MemberRequest, pk: int) -> HttpResponse:
    """Keep what is being written, of named threads only."""
    thread = visible_thread_or_404(request, pk)
    text = request.POST.get("text", "")
    is_kept = actions.save_draft(actor=request.user, thread=thread, text=text)
    return render(request, "discussions/_draft_saved.html", {"is_kept": is_kept, "now": timezone.now()})
