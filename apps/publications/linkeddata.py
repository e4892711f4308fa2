"""A public paper as schema.org has it (https://schema.org/ScholarlyArticle), for search engines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps.core.linkeddata import organization
from apps.core.links import absolute, absolute_url
from apps.core.text import to_plain_text
from apps.publications.dates import machine_date

if TYPE_CHECKING:
    from apps.publications.models import Author, Publication, Version

_MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def publication_data(publication: Publication, version: Version | None) -> dict[str, Any] | None:
    """Return the paper for ``{% json_ld data %}``, None where it is not to be found by everybody.

    ``version`` is the file it is read as. Never the group, which strangers may not know. No query after a prefetch of
    the authors.
    """
    if not publication.is_open_to_all:
        return None
    day = publication.published_on
    return {
        "@type": "ScholarlyArticle",
        "headline": publication.title,
        "alternativeHeadline": publication.subtitle or None,
        "author": [_author(each) for each in publication.authors.all()] or [organization()],
        "datePublished": machine_date(day, day_is_known=publication.day_is_known) if day else None,
        "abstract": to_plain_text(publication.abstract).strip() or None,
        "inLanguage": publication.language,
        "license": publication.licence_url or None,
        "identifier": _doi(publication.doi) if publication.doi else None,
        "sameAs": publication.doi_url or None,
        "url": absolute(publication.get_absolute_url()),
        "isAccessibleForFree": True,
        "encoding": _encoding(publication, version) if version else None,
        "publisher": organization(),
    }


def _author(author: Author) -> dict[str, Any]:
    """A person with their organisation and ORCID iD, or the organisation where no person is named."""
    if not author.name:
        return {"@type": "Organization", "name": author.organisation}
    person: dict[str, Any] = {"@type": "Person", "name": author.name}
    if author.organisation:
        person["affiliation"] = {"@type": "Organization", "name": author.organisation}
    return person | ({"sameAs": author.orcid_url} if author.orcid else {})


def _doi(doi: str) -> dict[str, str]:
    return {"@type": "PropertyValue", "propertyID": "DOI", "value": doi}


def _encoding(publication: Publication, version: Version) -> dict[str, str]:
    return {
        "@type": "MediaObject",
        "contentUrl": absolute_url("publications:file", slug=publication.slug),
        "encodingFormat": _MEDIA_TYPES[version.format],
        "contentSize": f"{version.size} B",
    }
