"""What a feed says of a publication."""

from __future__ import annotations

from datetime import UTC, datetime, time

from apps.core import atom
from apps.core.text import to_plain_text
from apps.publications.citing.cited import cited
from apps.publications.models import Publication


def entry_of(publication: Publication) -> atom.Entry:
    """Return the entry. Load the publication with its authors and topics."""
    said = cited(publication)
    return atom.Entry(
        id=atom.tag_uri("publication", publication.pk),
        path=publication.get_absolute_url(),
        title=said.full_title,
        # A date has no hour; that it begins in UTC is as good as any.
        published_at=datetime.combine(said.issued, time.min, UTC),
        updated_at=publication.updated_at,
        summary=to_plain_text(publication.abstract),
        authors=said.shown_names,
        topics=said.topics,
    )
