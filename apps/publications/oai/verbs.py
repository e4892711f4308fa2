"""The six verbs (4). Each reads first, and says no by a fault; what it returns then writes the body."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parseaddr
from functools import partial

from django.conf import settings
from django.db.models import F, Min
from django.http import QueryDict
from django.utils import translation

from apps.core.linkeddata import GROUP_NAME
from apps.core.links import absolute_url
from apps.members.models import Topic
from apps.publications.models import HarvestRecord, Publication
from apps.publications.oai.arguments import FORMAT, Arguments, check_format, read_arguments
from apps.publications.oai.document import Body, Document, write_document
from apps.publications.oai.faults import Fault
from apps.publications.oai.listing import Leaf, leaf_of, record_of
from apps.publications.oai.places import LIFETIME
from apps.publications.oai.records import NAMESPACE, SCHEMA, add_header, add_record, local_name
from apps.publications.oai.stamps import write_stamp

# No datestamp lies before the group's first day.
_BEGINNING = datetime(2019, 6, 1, tzinfo=UTC)

type Verb = Callable[[Arguments, datetime], Body]


def answer(query: QueryDict, now: datetime) -> str:
    """Return the answer to a request as XML, in the portal's first language: harvesters have none."""
    repeated: dict[str, str] = {}
    with translation.override(settings.LANGUAGE_CODE):
        try:
            arguments = read_arguments(query)
            repeated = {"verb": arguments.verb, **arguments.given}
            check_format(arguments)
            body = _VERBS[arguments.verb](arguments, now)
        except Fault as fault:
            repeated = {} if fault.hides_arguments else repeated
            body = partial(_write_fault, fault)
        return write_document(body, now, repeated)


def _write_fault(fault: Fault, document: Document) -> None:
    document.add("error", str(fault), code=fault.code)


def _identify(arguments: Arguments, now: datetime) -> Body:
    earliest = HarvestRecord.objects.aggregate(at=Min("changed_at"))["at"] or _BEGINNING
    said = {
        "repositoryName": GROUP_NAME,
        "baseURL": absolute_url("publications:oai"),
        "protocolVersion": "2.0",
        "adminEmail": parseaddr(settings.MAIL_REPLY_TO)[1],
        "earliestDatestamp": write_stamp(earliest),
        "deletedRecord": "persistent",
        "granularity": "YYYY-MM-DDThh:mm:ssZ",
        "compression": "gzip",
    }

    def body(document: Document) -> None:
        with document.inside("Identify"):
            for name, text in said.items():
                document.add(name, text)

    return body


def _list_metadata_formats(arguments: Arguments, now: datetime) -> Body:
    if "identifier" in arguments.given:
        record_of(local_name(arguments["identifier"]))

    def body(document: Document) -> None:
        with document.inside("ListMetadataFormats"), document.inside("metadataFormat"):
            document.add("metadataPrefix", FORMAT)
            document.add("schema", SCHEMA)
            document.add("metadataNamespace", NAMESPACE)

    return body


def _list_sets(arguments: Arguments, now: datetime) -> Body:
    if "resumptionToken" in arguments.given:
        raise Fault("badResumptionToken", "The list of sets comes whole.")
    kinds = [(f"kind:{kind.value}", str(kind.label)) for kind in Publication.Kind]
    areas_first = F("parent__position").asc(nulls_first=True)
    topics = Topic.objects.order_by(areas_first, "position", "title").values_list("slug", "title")
    sets = [*kinds, *((f"topic:{slug}", title) for slug, title in topics)]

    def body(document: Document) -> None:
        with document.inside("ListSets"):
            for spec, name in sets:
                with document.inside("set"):
                    document.add("setSpec", spec)
                    document.add("setName", name)

    return body


def _get_record(arguments: Arguments, now: datetime) -> Body:
    record = record_of(local_name(arguments["identifier"]))

    def body(document: Document) -> None:
        with document.inside("GetRecord"):
            add_record(document, record)

    return body


def _list(add: Callable[[Document, HarvestRecord], None], arguments: Arguments, now: datetime) -> Body:
    leaf = leaf_of(arguments)

    def body(document: Document) -> None:
        with document.inside(arguments.verb):
            for record in leaf.records:
                add(document, record)
            if not leaf.is_whole:
                _add_token(document, leaf, now)

    return body


def _add_token(document: Document, leaf: Leaf, now: datetime) -> None:
    """An empty token ends a list that came in parts (3.5)."""
    counts = {"completeListSize": str(leaf.place.size), "cursor": str(leaf.place.cursor)}
    if leaf.next_place is None:
        document.add("resumptionToken", **counts)
    else:
        expiry = write_stamp(now + LIFETIME)
        document.add("resumptionToken", leaf.next_place.token(), expirationDate=expiry, **counts)


_VERBS: dict[str, Verb] = {
    "Identify": _identify,
    "ListMetadataFormats": _list_metadata_formats,
    "ListSets": _list_sets,
    "GetRecord": _get_record,
    "ListIdentifiers": partial(_list, add_header),
    "ListRecords": partial(_list, add_record),
}
