"""Two versions of a paper side by side. Each is opened under its own permission."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.members.permissions import allows
from apps.members.requests import reader_of
from apps.publications.comparing import compared, known
from apps.publications.models import Version
from apps.publications.views.files import visible_version_or_404

# Seconds of work, and nobody reads that many in a minute. A big office asks from one address.
RATES = {"compare": "12/m/ip"}


@login_not_required
@require_safe
def version_compare(request: HttpRequest, slug: str, before: int, after: int) -> HttpResponseBase:
    """What changed from one version to another, in whichever order; a few seconds at the most."""
    if before == after:
        raise Http404
    old, new = (visible_version_or_404(request, slug, number) for number in (before, after))
    waiting = [version for version in (old, new) if version.reading != Version.Reading.READY]
    comparison = None if waiting else known(old, new)
    if comparison is None and not waiting:
        if not ratelimit.consume(request, app="apps.publications", action="compare", config=RATES, limit_get=True):
            return ratelimit.respond_429(request)
        comparison = compared(old, new)
    context = {
        "publication": new.publication,
        "old": old,
        "new": new,
        "waiting": waiting,
        "comparison": comparison,
        "has_page": allows(reader_of(request), "publications.view_publication", new.publication),
    }
    is_busy = comparison is None and not waiting
    response = render(request, "publications/version_compare.html", context, status=503 if is_busy else 200)
    if is_busy:
        response.headers["Retry-After"] = "10"
    return response
