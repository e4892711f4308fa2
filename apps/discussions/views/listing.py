"""The list of threads: what is unread first, then the newest."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.core.paging import PreparedRows, page_of, prepared_page_of
from apps.core.prepared import Prepared
from apps.core.swaps import render_list
from apps.discussions.board import entries, listed
from apps.discussions.filters import ThreadFilter
from apps.discussions.forms.posting import may_open_any
from apps.discussions.models import Thread
from apps.discussions.querysets import UNREAD_FOR, ThreadQuerySet
from apps.members.models import Member
from apps.members.requests import MemberRequest

PER_PAGE = 50


@require_safe
def thread_list(request: MemberRequest) -> HttpResponse:
    """The threads the reader may see."""
    reader, since = request.user, timezone.now() - UNREAD_FOR
    filters = ThreadFilter(request.GET, Thread.objects.none(), reader=reader)
    if filters.is_narrowed:
        filters.queryset = _in_order(Thread.objects.filter(_SEEN.holds(reader)), reader, since)
        page = page_of(request, listed(filters.qs), PER_PAGE)
    else:
        page = prepared_page_of(request, _ALL, reader, since)
    context = {
        "filter": filters,
        "page_obj": page,
        "count": page.paginator.count,
        "rows": entries(page.object_list, reader),
        "may_open": may_open_any(reader),
        "kept": {},
    }
    return render_list(request, "discussions/thread_list.html", context)


def _in_order(threads: ThreadQuerySet, reader: Member, since: datetime) -> ThreadQuerySet:
    return threads.with_unread_since(reader, since).order_by("-is_unread", "-is_pinned", "-last_posted_at", "-pk")


_SEEN = Prepared(lambda reader: Thread.objects.visible_to(reader).values("pk"))
_ALL = PreparedRows(lambda reader, since: listed(_in_order(Thread.objects.visible_to(reader), reader, since)), PER_PAGE)
