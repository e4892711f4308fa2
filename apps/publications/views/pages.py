"""Reading a version page by page: a picture with its text over it. Each page and each picture asks the policy."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import OuterRef, Subquery, prefetch_related_objects
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import panels
from apps.members.permissions import allows
from apps.members.requests import reader_of
from apps.publications.leaves import leaf_of
from apps.publications.models import Version, VersionPage
from apps.publications.views.files import seal, visible_version_or_404, visible_versions

logger = logging.getLogger(__name__)


@login_not_required
@require_safe
def version_page(request: HttpRequest, slug: str, number: int, page: int) -> HttpResponse:
    """One page, with whatever belongs beside it: panels of ``publications:page`` get a ``VersionPage``, which has no
    key where nothing is drawn.
    """
    reader = reader_of(request)
    found = visible_versions(request).annotate(earlier=_earlier(request))
    version: Any = get_object_or_404(found, publication__slug=slug, number=number)
    leaf = leaf_of(version, page)
    if not leaf.is_there:
        raise Http404
    # Whether the reader wrote the paper is asked here and by the panels.
    prefetch_related_objects([version.publication], "authors")
    about = leaf.row or VersionPage(version=version, number=page)
    about.version = version
    context = {
        "publication": version.publication,
        "version": version,
        "leaf": leaf,
        "has_page": allows(reader, "publications.view_publication", version.publication),
        "earlier": version.earlier,
        "panels": panels.collect("publications:page", about, reader, timezone.now()),
    }
    return render(request, "publications/version_page.html", context)


def _earlier(request: HttpRequest) -> Subquery:
    """The number of the version before a version that the reader may open too."""
    readable = Version.objects.visible_to(reader_of(request))
    before = readable.filter(publication=OuterRef("publication"), number__lt=OuterRef("number"))
    return Subquery(before.newest_first().values("number")[:1])


@login_not_required
@require_safe
def version_start(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """To the page asked for as ``?page=``, as near as there is one; to the first otherwise."""
    version = visible_version_or_404(request, slug, number)
    wanted = request.GET.get("page", "")
    page = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 else 1
    page = min(max(page, 1), leaf_of(version, 1).total)
    return redirect("publications:page", slug=slug, number=number, page=page)


@login_not_required
@require_safe
def page_image(request: HttpRequest, slug: str, number: int, page: int) -> HttpResponseBase:
    """The picture of a page, under the version's own permission. One that is not there is said in plain text: a browser
    that asks for a picture shows no page of ours.
    """
    version = visible_version_or_404(request, slug, number)
    row = version.page_set.defer("runs").filter(number=page).first()
    if row is None:
        is_coming = version.reading == Version.Reading.WAITING and 1 <= page <= (version.pages or 0)
        return _no_picture(version, _("It is still being made.") if is_coming else "")
    etag = f"{version.sha256}-{page}"
    unchanged = get_conditional_response(request, etag=quote_etag(etag))
    if unchanged:
        return seal(unchanged, version, etag)
    try:
        picture = row.image.open("rb")
    except (OSError, ValueError):  # the latter: the row names no file at all
        logger.exception("The picture of page %s is not in its place.", row.pk)
        return _no_picture(version, _("The file itself can be downloaded."))
    return seal(FileResponse(picture, content_type="image/png"), version, etag)


def _no_picture(version: Version, why: str) -> HttpResponseBase:
    words = f"{_('There is no picture of this page.')} {why}".strip()
    return seal(HttpResponse(words, status=404, content_type="text/plain; charset=utf-8"), version)
