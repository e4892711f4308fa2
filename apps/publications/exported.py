"""What the export of one's own data says of publications: those one is named in as an author."""

from __future__ import annotations

from typing import Any

from apps.members import export
from apps.members.models import Member
from apps.publications.models import Author

_FIELDS = ("publication__title", "publication__published_on", "position", "name", "organisation", "orcid")


def offer() -> None:
    """Register. Called once, when the application is ready."""
    export.register("publications.author.member", _authorships)
    export.exempt(
        "publications.publication.created_by", "Publications are the group's; who entered one is in its history."
    )
    export.exempt("publications.version.made_by", "The files are the group's; who added one is in the paper's history.")


def _authorships(member: Member) -> list[dict[str, Any]]:
    return export.rows(Author.objects.filter(member=member), *_FIELDS)
