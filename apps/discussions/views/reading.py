"""One thread, page by page, and the way to one post."""

from __future__ import annotations

from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.core.paging import page_of
from apps.core.prepared import Prepared
from apps.core.refused import Refused
from apps.discussions import actions
from apps.discussions.forms import ReplyForm
from apps.discussions.labels import labels_for
from apps.discussions.mentions import typed_again
from apps.discussions.models import POSTS_PER_PAGE, DraftPost, Post, Subscription, Thread
from apps.discussions.querysets import UNREAD_FOR
from apps.discussions.shown import earlier_texts, shown
from apps.events.models import Event
from apps.members.models import Member, Topic
from apps.members.permissions import allows
from apps.members.requests import MemberRequest
from apps.publications.models import Publication

EARLIER_PER_PAGE = 10
MOST_OF_A_NUMBER = 2**62 - 1  # Addresses can hold more digits than a database takes.

_THREAD = Prepared(
    lambda reader, since, pk: (
        Thread.objects.visible_to(reader)
        .with_unread_since(reader, since)
        .select_related("group", "event", "publication", "moved_from", "summary_by")
        .filter(pk=pk)
    )
)
_POSTS = Prepared(
    lambda reader, thread, first, last: Post.objects.filter(thread=thread).numbered(first, last).shown_whole()
)
_TOPICS = Prepared(lambda reader, thread: Topic.objects.filter(threads=thread).order_by("position", "title"))
_DRAFT = Prepared(lambda reader, thread: DraftPost.objects.filter(thread=thread, member=reader.pk).values_list("text"))
_LEVEL = Prepared(
    lambda reader, thread: Subscription.objects.filter(thread=thread, member=reader.pk).values_list("level")
)


def visible_thread_or_404(request: MemberRequest, pk: int) -> Thread:
    """Return the thread with all that its page says of it, and how far the reader has read."""
    if pk > MOST_OF_A_NUMBER:
        raise Http404
    found = _THREAD.objects(request.user, timezone.now() - UNREAD_FOR, pk)
    if not found:
        raise Http404
    return cast("Thread", found[0])


def visible_post_or_404(request: MemberRequest, pk: int, number: int) -> Post:
    """Return the post, with its thread, if its text is for the reader."""
    thread = visible_thread_or_404(request, pk)
    post = get_object_or_404(thread.posts.select_related("author__organisation", "attachment"), number=number)
    post.thread = thread
    if not allows(request.user, "discussions.view_post", post):
        raise Http404
    return post


def thread_page(
    request: MemberRequest, thread: Thread, form: ReplyForm | None = None, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Answer with one page of the thread: a range of numbers, so that it costs the same at the end as at the start."""
    reader = request.user
    page = _asked_page(request, thread)
    posts = _POSTS.objects(reader, thread.pk, (page.number - 1) * POSTS_PER_PAGE + 1, page.number * POSTS_PER_PAGE)
    may_write = thread.takes_posts and reader.has_perm("discussions.post_thread", thread)
    rows = shown(posts, thread, reader, may_write=may_write)
    if may_write and form is None:
        form = reply_form(request, thread)
    context = {
        "thread": thread,
        "page_obj": page,
        "rows": rows,
        "form": form,
        "may_lead": reader.has_perm("discussions.lead_thread", thread),
        "why_closed": "" if may_write else _why_closed(request, thread),
        "topics": _TOPICS.objects(reader, thread.pk),
        "level": _level(reader, thread),
        "about": _about(request, thread),
        "sees_group": reader.has_perm("members.view_group", thread.group),
        "said": request.GET.get("said", ""),
        **_unread(thread, page),
        **more,
    }
    return render(request, "discussions/thread_detail.html", context, status=status)


def reply_form(request: MemberRequest, thread: Thread, data: Any = None, files: Any = None) -> ReplyForm:
    """Return the form for a reply, with the draft or the quoted post in it."""
    labels = None if thread.is_named else labels_for(request.user, thread)
    if data is not None:
        return ReplyForm(data, files, labels=labels)
    return ReplyForm(initial={"text": _begun(request, thread)}, labels=labels)


def _begun(request: MemberRequest, thread: Thread) -> str:
    drafts = _DRAFT.rows(request.user, thread.pk) if thread.is_named else []
    text = drafts[0][0] if drafts else ""
    quoted = request.GET.get("quote", "")
    if not quoted.isdecimal() or len(quoted) > 9:
        return text
    post = thread.posts.filter(number=int(quoted)).first()
    if post is None:
        return text
    post.thread = thread
    if not allows(request.user, "discussions.view_post", post):
        return text
    lines = "\n".join(f"> {line}".rstrip() for line in typed_again(post.text).splitlines())
    return f"{text}\n\n#{post.number}:\n\n{lines}\n\n".lstrip("\n")


def _level(reader: Member, thread: Thread) -> str:
    rows = _LEVEL.rows(reader, thread.pk)
    return rows[0][0] if rows else ""


def _asked_page(request: MemberRequest, thread: Thread) -> Page:
    return Paginator(range(thread.last_number), POSTS_PER_PAGE).get_page(request.GET.get("page"))


def _why_closed(request: MemberRequest, thread: Thread) -> str:
    try:
        actions.check_takes_posts(thread)
    except Refused as refusal:
        return str(refusal)
    return ""


def _about(request: MemberRequest, thread: Thread) -> Event | Publication | None:
    """What the thread is about, if the reader may see that."""
    if thread.event is not None:
        return thread.event if allows(request.user, "events.view_event", thread.event) else None
    paper = thread.publication
    return paper if paper and allows(request.user, "publications.view_publication", paper) else None


def _unread(thread: Thread, page: Page) -> dict[str, Any]:
    """Where the unread posts begin, and how far reading this page would lead."""
    read = getattr(thread, "read_number", 0)
    first = read + 1 if getattr(thread, "is_unread", False) else 0
    return {
        "first_unread": first,
        "unread_count": thread.last_number - read if first else 0,
        "unread_page": Thread.page_of(first) if first else 0,
        "reads_up_to": page.end_index() if first and page.end_index() > read else 0,
        "passes_over": page.start_index() > read + 1,
    }


@require_safe
def post(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """Lead to one post: its permanent address, on whatever page it stands."""
    thread = visible_thread_or_404(request, pk)
    return redirect(get_object_or_404(thread.posts, number=number))


@require_safe
def post_history(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """What stood in a post before it was edited, for whoever may read the post."""
    found = visible_post_or_404(request, pk, number)
    page = page_of(request, found.revisions.newest_first(), EARLIER_PER_PAGE)
    rows = earlier_texts(found, list(page.object_list), request.user)
    context = {"thread": found.thread, "post": found, "rows": rows, "page_obj": page}
    return render(request, "discussions/post_history.html", context)


@require_POST
def mark_read(request: MemberRequest, pk: int) -> HttpResponse:
    """Note how far the reader has read. The page does it by itself where scripts run."""
    thread = visible_thread_or_404(request, pk)
    number = request.POST.get("number", "")
    if number.isdecimal() and len(number) < 10:
        actions.mark_read(actor=request.user, thread=thread, number=int(number))
    if getattr(request, "htmx", False):
        return HttpResponse(status=204)
    return redirect("discussions:list")
