"""The page of a circulation: what is asked, until when, and who takes part as far as the reader may know."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.prepared import Prepared
from apps.core.refused import Refused
from apps.members.models import Member
from apps.members.permissions import allows
from apps.members.requests import MemberRequest
from apps.publications import actions
from apps.publications.models import Circulation, Publication
from apps.publications.participants import counts_of, participants_page
from apps.publications.standing import Standing, day_of, standing_of


@require_safe
def circulation_detail(request: MemberRequest, slug: str, code: str) -> HttpResponse:
    """One circulation for who is asked, who wrote the paper, and who leads its group."""
    circulation = visible_circulation_or_404(request, slug, code)
    now = timezone.now()
    standing = standing_of(circulation, request.user, now)
    context = {
        "circulation": circulation,
        "publication": circulation.publication,
        "version": circulation.version,
        "standing": standing,
        "may_comment": standing.may_comment,
        "sees_paper": allows(request.user, "publications.view_publication", circulation.publication),
        "counts": counts_of(circulation, day_of(now)),
        **_participants(request, standing),
    }
    return render(request, "publications/circulation_detail.html", context)


@require_POST
def answer_none(request: MemberRequest, slug: str, code: str) -> HttpResponse:
    """Note that the reader has no comments, and go back to where the button stood."""
    circulation = visible_circulation_or_404(request, slug, code)
    try:
        actions.answer_without_comments(actor=request.user, circulation=circulation, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Noted: you have no comments. You may still send some until the deadline."))
    from_list = request.POST.get("from") == "dashboard"
    return HttpResponseRedirect(reverse("pages:dashboard") if from_list else circulation.get_absolute_url())


def _participants(request: HttpRequest, standing: Standing) -> dict[str, Any]:
    """The names, for those who lead the circulation only."""
    if not standing.leads:
        return {}
    today = day_of(standing.now)
    return {"participants": participants_page(request, standing.circulation, standing.reader, today)}


def visible_circulation_or_404(request: MemberRequest, slug: str, code: str) -> Circulation:
    """Return the circulation if the reader may see it, with its paper, version and group; ``draft_count``: of own
    drafts in it.
    """
    for circulation in _AT_CODE.objects(request.user, slug, code):
        # The policy need not ask for it again.
        circulation.publication.known_authors[request.user.pk] = circulation.is_written
        return circulation
    raise Http404


def _at_code(reader: Member | None, slug: str, code: str) -> QuerySet[Circulation]:
    found = Circulation.objects.visible_to(reader).filter(publication__slug=slug, code=code)
    if reader is None:
        return found.none()
    written = Publication.objects.filter(Publication.authored_q(reader), pk=OuterRef("publication"))
    found = found.with_draft_count(reader).annotate(is_written=Exists(written))
    return found.select_related("publication__group", "version").defer("publication__abstract", "version__text")


_AT_CODE = Prepared(_at_code)
