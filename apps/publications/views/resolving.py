"""Settling the comments: as a list, and one after another."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from apps.core.paging import page_of
from apps.core.refused import Refused
from apps.core.swaps import is_swap, render_list
from apps.members.requests import MemberRequest
from apps.publications import actions
from apps.publications.actions.resolving import is_last_day_over, later_versions
from apps.publications.actions.telling import answered_consultees
from apps.publications.filters import CommentFilter
from apps.publications.forms import ResolutionForm
from apps.publications.models import Circulation, Comment
from apps.publications.progress import progress_of
from apps.publications.remarks import PER_PAGE
from apps.publications.standing import day_of
from apps.publications.views.circulating import visible_circulation_or_404


@require_safe
def resolution(request: MemberRequest, slug: str, code: str) -> HttpResponse:
    """All comments known today, in the order of the document, with what became of them."""
    circulation = _led_circulation(request, slug, code)
    today = day_of(timezone.now())
    known = circulation.comments.known(today).select_related("resolved_in").defer("resolved_in__text").in_place()
    filters = CommentFilter(request.GET, known)
    context = {
        **_of(circulation),
        "filter": filters,
        "page_obj": page_of(request, filters.qs, PER_PAGE),
        "progress": progress_of(circulation, today),
        "first_open": circulation.comments.known(today).unresolved().in_place().values_list("pk", flat=True).first(),
    }
    return render_list(request, "publications/resolution.html", context)


def tell_resolved(request: MemberRequest, slug: str, code: str) -> HttpResponse:
    """Tell those who answered what became of the comments, after a page that says how many they are."""
    circulation = _led_circulation(request, slug, code)
    if request.method != "POST":
        return _ask_before_telling(request, circulation)
    try:
        told = actions.tell_resolved(actor=request.user, circulation=circulation, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext("%(count)d person will be told.", "%(count)d people will be told.", told)
        messages.success(request, said % {"count": told})
    return redirect("publications:resolution", slug=slug, code=code)


def _ask_before_telling(request: MemberRequest, circulation: Circulation) -> HttpResponse:
    """As many as are known to have answered: a number that grew with each answer would tell its hour."""
    now = timezone.now()
    context = {
        **_of(circulation),
        "count": answered_consultees(circulation, day_of(now)).count(),
        "is_early": not is_last_day_over(circulation, now),
    }
    return render(request, "publications/resolution_tell.html", context)


def resolve(request: MemberRequest, slug: str, code: str, pk: UUID) -> HttpResponse:
    """One comment: read it, and say what becomes of it. In the list in place (htmx), else on a page of its own."""
    circulation = _led_circulation(request, slug, code)
    known = circulation.comments.known(day_of(timezone.now())).select_related("resolved_in", "resolved_by")
    comment = known.defer("resolved_in__text").filter(pk=pk).first()
    if comment is None:
        return _not_there(request, slug, code)
    comment.circulation = circulation
    if circulation.publication.has_final_answers and request.method != "POST":
        return redirect("publications:resolution", slug=slug, code=code)
    form = ResolutionForm(request.POST or None, comment=comment, versions=later_versions(circulation))
    if request.method == "POST" and _try_to_resolve(request, comment, form):
        return _after(request, circulation, comment)
    context = {**_of(circulation), "comment": comment, "form": form}
    if is_swap(request):
        return render(request, "publications/_resolving.html", context)
    return render(request, "publications/resolve.html", {**context, **_neighbours(circulation, comment)})


def _not_there(request: MemberRequest, slug: str, code: str) -> HttpResponse:
    """A comment that its writer took back while somebody was settling it: who pressed the button reads that."""
    if request.method != "POST":
        raise Http404
    messages.error(request, _("This comment is not there any more. Its writer may have taken it back."))
    back = reverse("publications:resolution", kwargs={"slug": slug, "code": code})
    return HttpResponseClientRedirect(back) if is_swap(request) else redirect(back)


def _try_to_resolve(request: MemberRequest, comment: Comment, form: ResolutionForm) -> bool:
    """Whether it was saved. Where somebody else was first, the form shows what they saved beside what was typed."""
    if not form.is_valid():
        return False
    try:
        actions.resolve_comment(actor=request.user, comment=comment, now=timezone.now(), **form.cleaned_data)
    except actions.Overtaken as overtaken:
        form.say_overtaken(overtaken.present, str(overtaken))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return not form.errors


def _after(request: MemberRequest, circulation: Circulation, comment: Comment) -> HttpResponse:
    """In the list the comment as it stands now; else on to the next open one."""
    if is_swap(request):
        present = Comment.objects.select_related("resolved_in").get(pk=comment.pk)
        return render(request, "publications/_settled.html", {**_of(circulation), "comment": present, "is_fresh": True})
    messages.success(request, _("Saved."))
    following = _neighbours(circulation, comment)["next_open"]
    slug, code = circulation.publication.slug, circulation.code
    if following is None:
        return redirect("publications:resolution", slug=slug, code=code)
    return redirect("publications:resolve", slug=slug, code=code, pk=following)


def _neighbours(circulation: Circulation, comment: Comment) -> dict[str, Any]:
    """Return where the comment stands in the document, what lies before and after it, and the next open one. One query.

    The next open one is sought behind it, then from the beginning.
    """
    known = circulation.comments.known(day_of(timezone.now())).in_place()
    rows = list(known.values_list("pk", "disposition"))
    ids = [pk for pk, _disposition in rows]
    if comment.pk not in ids:  # Taken back since it was read.
        raise Http404
    at = ids.index(comment.pk)
    still_open = [pk for pk, disposition in rows[at + 1 :] + rows[:at] if not disposition]
    return {
        "position": at + 1,
        "total": len(ids),
        "previous": ids[at - 1] if at else None,
        "next": ids[at + 1] if at + 1 < len(ids) else None,
        "next_open": still_open[0] if still_open else None,
    }


def _of(circulation: Circulation) -> dict[str, Any]:
    return {"circulation": circulation, "publication": circulation.publication, "leads": True}


def _led_circulation(request: MemberRequest, slug: str, code: str) -> Circulation:
    circulation = visible_circulation_or_404(request, slug, code)
    if not request.user.has_perm("publications.lead_circulation", circulation):
        raise PermissionDenied
    return circulation
