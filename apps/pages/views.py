"""The public pages, and what a member meets first."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.core.paging import PreparedRows, prepared_page_of
from apps.core.prepared import Prepared
from apps.core.waiting import things_waiting
from apps.discussions import board
from apps.events.models import Event
from apps.events.standing import LISTED_IN_GROUP, standings
from apps.members.directory import first_people_in
from apps.members.models import Group, Member, Phase, StakeholderGroup, Topic
from apps.members.permissions import LEADING_ROLES, is_visible
from apps.members.requests import MemberRequest, reader_of
from apps.pages.dossier import dossier_of, topics_at
from apps.pages.linkeddata import group_data
from apps.pages.needs import ahead_of, needed, notices_of, papers_of
from apps.publications import shelf

PUBLIC_EVENTS_SHOWN = 4
PUBLICATIONS_SHOWN = 3
PER_PAGE = 50
PEOPLE_SHOWN = 25


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the group is, its key areas, the next public events, the latest papers: the same for everybody."""
    now = timezone.now()
    public = Event.objects.visible_to(None).scheduled().upcoming(now).select_related("group", "occasion")
    rows = standings(public.order_by("starts_at", "pk")[:PUBLIC_EVENTS_SHOWN], reader_of(request), now)
    areas = Topic.objects.filter(parent=None).order_by("position", "title")
    context = {
        "next": rows[:1],
        "later": rows[1:],
        "areas": areas,
        "publications": shelf.latest(None, PUBLICATIONS_SHOWN),
        "linked_data": group_data(),
    }
    return render(request, "pages/home.html", context)


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Who we are and how we work."""
    context = {"phases": Phase.objects.order_by("starts_on"), "stakeholders": StakeholderGroup.choices}
    return render(request, "pages/about.html", context)


@login_not_required
@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    """The key areas and the finer topics below them."""
    areas = Topic.objects.filter(parent=None).order_by("position", "title").prefetch_related("finer_topics")
    return render(request, "pages/topic_list.html", {"areas": areas})


@login_not_required
@require_safe
def topic_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One topic: what it covers, and its papers, events, threads and people as far as the reader may see them."""
    topic, finer = topics_at(slug)
    dossier = dossier_of([topic, *finer], reader_of(request), timezone.now())
    context = {"topic": topic, "finer": finer, **dossier}
    return render(request, "pages/topic_detail.html", context)


@login_not_required
@require_safe
def group_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One group: its purpose, and of its people, events and papers what the reader may see."""
    reader = reader_of(request)
    group = _group_or_404(reader, slug)
    context = {
        "group": group,
        "is_public": is_visible(None, group),
        "publications": shelf.of_group(group, reader),
        **_people(group, reader),
        **_events_page(request, group),
    }
    return render(request, "pages/group_detail.html", context)


def _group_or_404(reader: Member | None, slug: str) -> Group:
    for group in _AT_SLUG.objects(reader, slug):
        return group
    raise Http404


_AT_SLUG = Prepared(lambda reader, slug: Group.objects.visible_to(reader).filter(slug=slug))


def _people(group: Group, reader: Member | None) -> dict[str, Any]:
    """Those who lead it, and a first few of the others; nobody to strangers. One query."""
    if reader is None:
        return {}
    rows = first_people_in(group, reader, PEOPLE_SHOWN + 1)
    leading = [row for row in rows if row.role in LEADING_ROLES]
    return {
        "leading": leading,
        "others": rows[len(leading) : PEOPLE_SHOWN],
        "has_more_people": len(rows) > PEOPLE_SHOWN,
    }


@require_safe
def dashboard(request: MemberRequest) -> HttpResponse:
    """What needs the reader first, then what comes next, then what is new."""
    now = timezone.now()
    ahead = ahead_of(request.user, now)
    papers = papers_of(request.user, now)
    notices = notices_of(request.user)
    context = {
        "owed": papers.owed,
        "papers": papers.others,
        "needs": ahead.needs,
        "more_needs": ahead.more_needs,
        "need_count": needed(ahead, papers),
        "coming": ahead.coming,
        "threads": board.unread_by(request.user, now),
        "notices": notices,
        # The masthead need not count them again.
        "unread_count": notices[0].unread_count if notices else 0,
        # Only the secretariat may open the desk.
        "desk_count": things_waiting() if request.user.is_staff else 0,
        "now": now,
    }
    return render(request, "pages/dashboard.html", context)


def _events_page(request: HttpRequest, group: Group) -> dict[str, object]:
    """One page of the group's events, latest first, without drafts."""
    reader = reader_of(request)
    page = prepared_page_of(request, _EVENTS, reader, group.pk)
    for event in page.object_list:
        event.group = group
    return {"page_obj": page, "rows": standings(page.object_list, reader, timezone.now())}


def _of_group(reader: Member | None, group: int) -> QuerySet[Event]:
    events = Event.objects.visible_to(reader).filter(group=group).exclude(Event.draft_q())
    return events.only(*LISTED_IN_GROUP).order_by("-starts_at", "-pk")


_EVENTS = PreparedRows(_of_group, PER_PAGE)
