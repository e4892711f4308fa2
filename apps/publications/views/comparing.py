"""Two versions of a paper side by side. Each is opened under its own permission."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.members.permissions import allows
from apps.members.requests import reader_of
from apps.publications.comparing import compare, units_of
from apps.publications.models import Version
from apps.publications.views.files import visible_version_or_404


@login_not_required
@require_safe
def version_compare(request: HttpRequest, slug: str, before: int, after: int) -> HttpResponse:
    """What changed from one version to another, in whichever order; a few seconds at the most."""
    if before == after:
        raise Http404
    old, new = (visible_version_or_404(request, slug, number) for number in (before, after))
    waiting = [version for version in (old, new) if version.reading != Version.Reading.READY]
    context = {
        "publication": new.publication,
        "old": old,
        "new": new,
        "waiting": waiting,
        "comparison": None if waiting else compare(units_of(old), units_of(new)),
        "has_page": allows(reader_of(request), "publications.view_publication", new.publication),
    }
    return render(request, "publications/version_compare.html", context)
