"""The members for each other: the directory, one person, who is in a group. Strangers meet nobody."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.core.paging import PreparedRows, page_of, prepared_page_of
from apps.core.swaps import render_list
from apps.members.directory import LISTED, directory_rows, group_rows, people_in
from apps.members.filters import MemberFilter
from apps.members.models import Group, Member
from apps.members.portraits import any_member, portrait_of
from apps.members.requests import MemberRequest

PER_PAGE = 50


@require_safe
def member_list(request: MemberRequest) -> HttpResponse:
    """The directory, narrowed and sorted."""
    filters = MemberFilter(request.GET, Member.objects.none(), reader=request.user)
    if filters.is_narrowed or request.GET.get("sort"):
        filters.queryset = _people(request.user)
        page = page_of(request, filters.qs.values_list(*LISTED), PER_PAGE)
    else:
        page = prepared_page_of(request, _EVERYBODY, request.user)
    context = {
        "filter": filters,
        "page_obj": page,
        "rows": directory_rows(page.object_list, request.user),
        "kept": {},
    }
    return _private(render_list(request, "members/member_list.html", context))


def _people(reader: Member) -> QuerySet[Member]:
    return Member.objects.visible_to(reader).active().as_seen_by(reader).order_by("name", "pk")


_EVERYBODY = PreparedRows(lambda reader: _people(reader).values_list(*LISTED), PER_PAGE)


@require_safe
def member_detail(request: MemberRequest, pk: int) -> HttpResponse:
    """One person, as far as the reader sees them."""
    person = get_object_or_404(Member.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    context = {"person": person, "portrait": portrait_of(person, request.user)}
    return _private(render(request, "members/member_detail.html", context))


@require_safe
def profile_preview(request: MemberRequest) -> HttpResponse:
    """One's own page as every other member meets it."""
    reader = any_member()
    is_met = reader.has_perm("members.view_member", request.user)
    context = {"portrait": portrait_of(request.user, reader) if is_met else None}
    return _private(render(request, "members/profile_preview.html", context))


@require_safe
def group_members(request: MemberRequest, slug: str) -> HttpResponse:
    """Everybody in a group; to those outside it, who leads it."""
    group = get_object_or_404(Group.objects.visible_to(request.user), slug=slug)
    page = page_of(request, people_in(group, request.user), PER_PAGE)
    context = {
        "group": group,
        "page_obj": page,
        "rows": group_rows(page.object_list),
        "sees_all": request.user.has_perm("members.see_members_group", group),
    }
    return _private(render(request, "members/group_members.html", context))


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
