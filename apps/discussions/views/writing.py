"""Opening a thread, and replying."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from apps.core.refused import Refused
from apps.discussions import actions
from apps.discussions.forms import ReplyForm, ThreadForm
from apps.discussions.forms.posting import groups_of
from apps.discussions.mentions import mentions_in
from apps.discussions.models import MAX_POST, DraftThread, Thread
from apps.discussions.shown import text_now
from apps.discussions.views.keeping import keeps_text
from apps.discussions.views.pace import TOO_MANY, too_fast
from apps.discussions.views.reading import reply_form, thread_page, visible_thread_or_404
from apps.events.models import Event
from apps.members.requests import MemberRequest
from apps.publications.models import Attribution, Publication


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
        if why := too_fast(request, "post", thread):
            form.refuse(why)
            return thread_page(request, thread, form, status=TOO_MANY)
        try:
            return _posted(request, thread, form)
        except Refused as refusal:
            form.refuse(refusal)
    return thread_page(request, thread, form)


def _posted(request: MemberRequest, thread: Thread, form: ReplyForm) -> HttpResponse:
    """No message is left in the session: of an unattributed thread it would say who has just written."""
    post = actions.write_post(
        actor=request.user,
        thread=thread,
        text=form.cleaned_data["text"],
        attribution=form.cleaned_data.get("shown_as") or Attribution.NONE,
        upload=form.cleaned_data.get("file"),
        now=timezone.now(),
    )
    said = f"posted{told_of_mentions(request, thread, form.cleaned_data['text'])}"
    return redirect(f"{thread.get_absolute_url()}?page={thread.page_of(post.number)}&said={said}#p{post.number}")


def _previewed(request: MemberRequest, thread: Thread, form: ReplyForm) -> HttpResponse:
    drawn = drawn_for(request, thread, form.data.get("text", ""))
    if in_place := preview_in_place(request, drawn):
        return in_place
    form.errors.clear()
    return thread_page(request, thread, form, preview=drawn)


def preview_in_place(request: MemberRequest, drawn: str) -> HttpResponse | None:
    """Return what htmx puts below the form, None where the whole page is wanted."""
    if not getattr(request, "htmx", False):
        return None
    return render(request, "discussions/_preview.html", {"preview": drawn})


def drawn_for(request: MemberRequest, thread: Thread, text: str) -> str:
    """Return a text as it would be drawn, with its mentions; of one too long to be posted only that it is so."""
    if len(text) > MAX_POST:
        return too_long()
    mentions = mentions_in(text, actor=request.user, thread=thread)
    unclear = format_html_join("", "<p><em>{}</em></p>", ((_unclear(name),) for name in mentions.unclear))
    return text_now(mentions.text, thread) + unclear


def _unclear(name: str) -> str:
    return _("“@%(name)s” fits several people here: nobody is mentioned by it.") % {"name": name}


def told_of_mentions(request: MemberRequest, thread: Thread, text: str) -> str:
    """Return what the address of the answer adds where a mention was not clear."""
    return "&unclear=1" if mentions_in(text, actor=request.user, thread=thread).unclear else ""


def too_long() -> str:
    """Return what stands in place of a preview that would take seconds to draw, for nothing."""
    return format_html("<p><em>{}</em></p>", _("There is no preview: a post has at most 30,000 characters."))


@keeps_text
def open_thread(request: MemberRequest) -> HttpResponse:
    """A new thread, perhaps about an event or a paper the reader sees."""
    if not groups_of(request.user).exists():
        raise PermissionDenied
    thread = _about_asked(request)
    is_sent = request.method == "POST"
    draft = None if is_sent else _draft_of(request, thread)
    form = ThreadForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        instance=thread,
        actor=request.user,
        initial={"title": draft.title, "text": draft.text} if draft else None,
    )
    drawn, status = "", 200
    if is_sent and "preview" in request.POST:
        form.is_valid()
        drawn = drawn_for(request, thread, request.POST.get("text", ""))
        if in_place := preview_in_place(request, drawn):
            return in_place
    elif is_sent and form.is_valid():
        if why := too_fast(request, "post", form.instance):
            form.refuse(why)
            status = TOO_MANY
        else:
            try:
                return _opened(request, form)
            except Refused as refusal:
                form.refuse(refusal)
    context = {"form": form, "thread": thread, "preview": drawn, "draft": draft}
    return render(request, "discussions/thread_open.html", context, status=status)


def _draft_of(request: MemberRequest, thread: Thread) -> DraftThread | None:
    """Return what the reader has begun by name; nothing of it goes into a thread that can have no names."""
    if thread.event is not None and thread.event.is_chatham_house:
        return None
    return DraftThread.objects.filter(member=request.user).first()


def _opened(request: MemberRequest, form: ThreadForm) -> HttpResponse:
    thread, _post = actions.open_thread(
        actor=request.user,
        thread=form.save(commit=False),
        text=form.cleaned_data["text"],
        topics=form.cleaned_data["topics"],
        attribution=form.cleaned_data.get("shown_as") or Attribution.NONE,
        upload=form.cleaned_data.get("file"),
        now=timezone.now(),
    )
    return redirect(
        f"{thread.get_absolute_url()}?said=opened{told_of_mentions(request, thread, form.cleaned_data['text'])}"
    )


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
