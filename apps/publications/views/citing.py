"""A publication's citation as a file, for reference managers."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from apps.publications.citing.bibtex import write_bibtex
from apps.publications.citing.cited import Cited, cited
from apps.publications.citing.csl import write_csl
from apps.publications.citing.ris import write_ris
from apps.publications.views.reading import visible_publication_or_404

# By the ending of the address: the writer, and the media type that reference managers know.
FORMATS: dict[str, tuple[Callable[[Cited], str], str]] = {
    "bib": (write_bibtex, "application/x-bibtex; charset=utf-8"),
    "ris": (write_ris, "application/x-research-info-systems; charset=utf-8"),
    "json": (write_csl, "application/vnd.citationstyles.csl+json; charset=utf-8"),
}


@login_not_required
@require_safe
def citation(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    """The citation of a publication that is out and the reader may see. A draft has none: nobody should cite it."""
    publication = visible_publication_or_404(request, slug)
    if publication.is_draft:
        raise Http404
    write, media_type = FORMATS[ending]
    response = HttpResponse(write(cited(publication)), content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{publication.slug}.{ending}")
    return response
