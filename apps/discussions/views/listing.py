"""The list of threads: what is unread first, then the newest."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.core.paging import page_of
from apps.core.swaps import render_list
from apps.discussions.board import entries, listed
from apps.discussions.filters import ThreadFilter
from apps.discussions.forms.posting import groups_of
from apps.discussions.models import Thread
from apps.members.requests import MemberRequest

PER_PAGE = 50


@require_safe
def thread_list(request: MemberRequest) -> HttpResponse:
    """The threads the reader may see."""
    reader = request.user
    seen = Thread.objects.visible_to(reader).with_unread(reader, timezone.now())
    rows = seen.order_by("-is_unread", "-is_pinned", "-last_posted_at", "-pk")
    filters = ThreadFilter(request.GET, rows, reader=reader)
    page = page_of(request, listed(filters.qs), PER_PAGE)
    context = {
        "filter": filters,
        "page_obj": page,
        "count": page.paginator.count,
        "rows": entries(page.object_list, reader),
        "may_open": groups_of(reader).exists(),
        "kept": {},
    }
    return render_list(request, "discussions/thread_list.html", context)
