"""Comments beside the page or the paragraphs they are about, and the form for another, on the pages of a version in
circulation.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.db import models
from django.urls import reverse

from apps.members.models import Member
from apps.publications.forms import CommentForm
from apps.publications.leaves import Leaf
from apps.publications.models import Circulation, VersionPage
from apps.publications.remarks import Remark, remarks_at_paragraphs, remarks_on_page
from apps.publications.standing import Standing, day_of, standing_of

# The page of all comments has the others.
SHOWN = 100


def comments_on_page(about: models.Model, member: Any, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """Show what the reader may see of the comments on this page. Six queries beside the roles' at most."""
    page, reader = cast("VersionPage", about), cast("Member | None", member)
    circulation = _circulation_of(page, reader)
    if circulation is None or reader is None:
        return None
    standing = standing_of(circulation, reader, now)
    number = page.number if page.version.pages else None
    return "publications/_page_comments.html", {
        "circulation": circulation,
        "version": page.version,
        "number": number,
        "remarks": _remarks(standing, page, number),
        "standing": standing,
        "form": CommentForm(initial={"page": number}, circulation=circulation) if standing.may_comment else None,
        "next": reverse("publications:page", args=[page.version.publication.slug, page.version.number, page.number]),
    }


def _remarks(standing: Standing, page: VersionPage, number: int | None) -> list[Remark]:
    circulation = standing.circulation
    place = (circulation, standing.reader, day_of(standing.now))
    for_reader: dict[str, Any] = {
        "is_asked": standing.consultee is not None,
        "is_told": circulation.told_at is not None or standing.leads,
        "limit": SHOWN,
    }
    if number is None:
        return remarks_at_paragraphs(*place, Leaf(page.version, page.number, None), **for_reader)
    return remarks_on_page(*place, number, **for_reader)


def _circulation_of(page: VersionPage, reader: Member | None) -> Circulation | None:
    """Return the latest circulation of this version that the reader may see, with ``draft_count``."""
    if reader is None:
        return None
    found = Circulation.objects.visible_to(reader).filter(version=page.version_id, state__in=Circulation.OUT)
    circulation: Circulation | None = found.with_draft_count(reader).order_by("-opened_at", "-pk").first()
    if circulation is not None:
        circulation.version, circulation.publication = page.version, page.version.publication
    return circulation
