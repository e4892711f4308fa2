"""A record and its header (2.5), with what is said of the publication as unqualified Dublin Core (7.1)."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from apps.publications.citing.cited import cited
from apps.publications.models import HarvestRecord, Publication
from apps.publications.oai.arguments import FORMAT
from apps.publications.oai.document import Document
from apps.publications.oai.stamps import write_stamp

NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_ROOT = {
    f"xmlns:{FORMAT}": NAMESPACE,
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xsi:schemaLocation": f"{NAMESPACE} {SCHEMA}",
}


def full_name(record: HarvestRecord) -> str:
    """Return the name harvesters know a record by (OAI identifier format: scheme, repository, local name)."""
    return f"{_prefix()}{record.identifier}"


def local_name(name: str) -> str:
    """Return what is ours of a full name; "" for a foreign one."""
    return name.removeprefix(_prefix()) if name.startswith(_prefix()) else ""


def _prefix() -> str:
    return f"oai:{urlsplit(settings.SITE_URL).hostname}:"


def shown(record: HarvestRecord) -> Publication | None:
    """Return the publication as far as harvesters may read it now, whatever the record still says."""
    publication = None if record.is_deleted else record.publication
    return publication if publication and publication.is_open_to_all else None


def add_header(document: Document, record: HarvestRecord) -> None:
    with document.inside("header", {} if shown(record) else {"status": "deleted"}):
        document.add("identifier", full_name(record))
        document.add("datestamp", write_stamp(record.changed_at))
        for spec in record.sets.split():
            document.add("setSpec", spec)


def add_record(document: Document, record: HarvestRecord) -> None:
    """Write the header and, of what is not gone, the metadata. No query where it was read ``with_publications``."""
    publication = shown(record)
    with document.inside("record"):
        add_header(document, record)
        if publication is not None:
            with document.inside("metadata"), document.inside(f"{FORMAT}:dc", _ROOT):
                for element, text in cited(publication).dublin_core:
                    document.add(f"dc:{element}", text)
