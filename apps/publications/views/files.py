"""Handing out a publication's file: the policy is asked each time, and the browser may do nothing with it but save."""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from apps.core.uploads import KINDS
from apps.members.permissions import allows
from apps.members.requests import reader_of
from apps.publications.downloads import count_when_sent
from apps.publications.models import Version
from apps.publications.querysets import VersionQuerySet
from apps.publications.views.reading import visible_publication_or_404

logger = logging.getLogger(__name__)

# What a file could do if a browser opened it on our pages' own address after all: nothing.
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
MEDIA_TYPES = {kind.format: kind.media_type for kind in KINDS}


@login_not_required
@require_safe
def publication_file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The newest version of a publication that the reader may see."""
    publication = visible_publication_or_404(request, slug)
    readable = publication.versions.visible_to(reader_of(request)).select_related("publication")
    version = get_object_or_404(readable.newest_first()[:1])
    return _hand_out(request, version, publication.slug)


@login_not_required
@require_safe
def version_file(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """One version, also where its publication has no page for the reader: who is asked for comments gets the file."""
    version = visible_version_or_404(request, slug, number)
    return _hand_out(request, version, f"{slug}-v{number}")


def visible_version_or_404(request: HttpRequest, slug: str, number: int) -> Version:
    """Return the version with its publication and group if the reader may open it. One query beside the roles'."""
    return get_object_or_404(visible_versions(request), publication__slug=slug, number=number)


def visible_versions(request: HttpRequest) -> VersionQuerySet:
    """Return those the reader may open. The text, which may be long, is loaded when it is asked for."""
    found: VersionQuerySet = Version.objects.visible_to(reader_of(request))
    return found.select_related("publication__group").defer("text")


def _hand_out(request: HttpRequest, version: Version, name: str) -> HttpResponseBase:
    filename, media_type = f"{name}.{version.format}", MEDIA_TYPES[version.format]

    def answer() -> HttpResponseBase:
        try:
            file = version.file.open("rb")
        except OSError:
            logger.exception("The file of version %s is not in its place.", version.pk)
            context = {"publication": version.publication}
            return render(request, "publications/file_missing.html", context, status=404)
        return FileResponse(file, as_attachment=True, filename=filename, content_type=media_type)

    unchanged = get_conditional_response(request, etag=quote_etag(version.sha256))
    response = unchanged or answer()
    count_when_sent(request, response, version)
    return seal(response, version)


def seal(response: HttpResponseBase | HttpResponse, version: Version, etag: str = "") -> HttpResponseBase:
    """Add what every file of a version goes out with; ``etag`` where it is not the whole file."""
    response.headers["Cache-Control"] = "no-store, private"
    if response.status_code == 404:
        return response
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["ETag"] = quote_etag(etag or version.sha256)
    if allows(None, "publications.view_version", version):
        # A browser may keep what everybody may read, but has to ask each time whether they still may.
        response.headers["Cache-Control"] = "no-cache"
    return response
