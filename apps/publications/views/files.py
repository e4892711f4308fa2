"""Handing out a publication's file: the policy is asked each time, and the browser may do nothing with it but save."""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from apps.members.permissions import Visibility
from apps.publications.models import Publication, Version
from apps.publications.views.reading import visible_publication_or_404

logger = logging.getLogger(__name__)

# What a file could do if a browser opened it on our pages' own address after all: nothing.
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


@login_not_required
@require_safe
def publication_file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The newest version of a publication that the reader may see."""
    publication = visible_publication_or_404(request, slug)
    version = get_object_or_404(publication.versions.newest_first()[:1])
    etag = quote_etag(version.sha256)
    unchanged = get_conditional_response(request, etag=etag)
    response = unchanged or _answer(request, publication, version)
    is_public = publication.visibility == Visibility.PUBLIC and not publication.is_draft
    response.headers["Cache-Control"] = "no-store, private"
    if response.status_code != 404:
        response.headers["ETag"] = etag
        # A browser may keep what everybody may read, but has to ask each time whether they still may.
        response.headers["Cache-Control"] = "no-cache" if is_public else "no-store, private"
    return response


def _answer(request: HttpRequest, publication: Publication, version: Version) -> HttpResponseBase:
    try:
        file = version.file.open("rb")
    except OSError:
        logger.exception("The file of version %s is not in its place.", version.pk)
        return render(request, "publications/file_missing.html", {"publication": publication}, status=404)
    response = FileResponse(
        file, as_attachment=True, filename=f"{publication.slug}.pdf", content_type="application/pdf"
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
