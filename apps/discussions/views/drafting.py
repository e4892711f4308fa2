"""Keeping what is typed while it is being written. The pages ask for it by themselves where scripts run, and not where
there are no names.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.discussions import actions
from apps.discussions.forms.posting import may_open_any
from apps.discussions.models import Thread
from apps.discussions.views.reading import visible_post_or_404, visible_thread_or_404
from apps.members.requests import MemberRequest


@require_POST
def save_draft(request: MemberRequest, pk: int) -> HttpResponse:
    """Keep a reply, of named threads only."""
    thread = visible_thread_or_404(request, pk)
    text = request.POST.get("text", "")
    return _said(request, is_kept=actions.save_draft(actor=request.user, thread=thread, text=text))


@require_POST
def save_thread_draft(request: MemberRequest) -> HttpResponse:
    """Keep the thread that is being opened, as long as it is to have names."""
    if not may_open_any(request.user):
        raise PermissionDenied
    is_kept = actions.save_thread_draft(
        actor=request.user,
        title=request.POST.get("title", ""),
        text=request.POST.get("text", ""),
        is_named=request.POST.get("mode") == Thread.Mode.NAMED,
    )
    return _said(request, is_kept=is_kept)


@require_POST
def save_edit_draft(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """Keep a new text for one's own post, in named threads only."""
    post = visible_post_or_404(request, pk, number)
    if not request.user.has_perm("discussions.change_post", post):
        raise PermissionDenied
    revision = request.POST.get("revision", "")
    is_kept = actions.save_edit_draft(
        actor=request.user,
        post=post,
        text=request.POST.get("text", ""),
        revision=int(revision) if revision.isdecimal() and len(revision) < 10 else post.revision,
    )
    return _said(request, is_kept=is_kept)


def _said(request: MemberRequest, *, is_kept: bool) -> HttpResponse:
    return render(request, "discussions/_draft_saved.html", {"is_kept": is_kept, "now": timezone.now()})
