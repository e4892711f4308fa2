"""The matrix as a file, for those who lead a circulation; and the empty template for everybody who is asked."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import audit
from apps.core.models import AuditEntry
from apps.members.requests import MemberRequest
from apps.publications.matrix import comment_cells
from apps.publications.standing import day_of
from apps.publications.views.circulating import visible_circulation_or_404

# What writes the office formats takes 30 MB of every process that imports it, so these pages import it when asked.


@require_safe
def matrix_file(request: MemberRequest, slug: str, code: str, ending: str) -> HttpResponse:
    """All comments known today with what became of them; ``?edition=public`` names neither people nor organisations.

    Every export is on the record.
    """
    circulation = visible_circulation_or_404(request, slug, code)
    if not request.user.has_perm("publications.export_circulation", circulation):
        raise PermissionDenied
    from apps.publications.matrixfiles import WRITERS  # noqa: PLC0415  see above

    if ending not in WRITERS:
        raise Http404
    is_public = request.GET.get("edition") == "public"
    known = circulation.comments.known(day_of(timezone.now())).select_related("resolved_in")
    comments = known.defer("resolved_in__text").in_place().iterator(chunk_size=500)
    rows = (comment_cells(comment, names=not is_public) for comment in comments)
    write, media_type = WRITERS[ending]
    content = write(rows, _("Comments on “%(title)s”") % {"title": circulation.publication.title})
    edition = "public" if is_public else "names"
    audit.record(AuditEntry.Event.EXPORT, actor=request.user, about=circulation, detail=f"matrix.{ending} ({edition})")
    return _download(content, media_type, f"{slug}-comments{'-public' if is_public else ''}.{ending}")


@require_safe
def template_file(request: MemberRequest, slug: str, code: str) -> HttpResponse:
    """The empty matrix, to fill in offline and send back."""
    from apps.publications.matrixfiles import WRITERS, template  # noqa: PLC0415  see above

    visible_circulation_or_404(request, slug, code)
    return _download(template(), WRITERS["xlsx"][1], f"{slug}-template.xlsx")


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
