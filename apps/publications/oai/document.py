"""The XML around every answer (3.2), and the elements in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import StringIO
from xml.sax.xmlreader import AttributesImpl

from django.utils.xmlutils import SimplerXMLGenerator

from apps.core.links import absolute_url
from apps.core.xmltext import xml_text
from apps.publications.oai.stamps import write_stamp

_NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
_ROOT = {
    "xmlns": _NAMESPACE,
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": f"{_NAMESPACE} {_NAMESPACE}OAI-PMH.xsd",
}


class Document:
    """Writes elements, whatever the texts in them hold."""

    def __init__(self) -> None:
        self._file = StringIO()
        self._xml = SimplerXMLGenerator(self._file, "UTF-8", short_empty_elements=True)

    def add(self, name: str, text: str = "", **attributes: str) -> None:
        self._xml.addQuickElement(name, xml_text(text), _clean(attributes))

    @contextmanager
    def inside(self, name: str, attributes: dict[str, str] | None = None) -> Iterator[None]:
        self._xml.startElement(name, AttributesImpl(_clean(attributes or {})))
        yield
        self._xml.endElement(name)

    @property
    def text(self) -> str:
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{self._file.getvalue()}\n'


type Body = Callable[[Document], None]


def write_document(body: Body, now: datetime, repeated: dict[str, str]) -> str:
    """Return the whole answer. ``repeated`` are the arguments, where they made sense."""
    document = Document()
    with document.inside("OAI-PMH", _ROOT):
        document.add("responseDate", write_stamp(now))
        document.add("request", absolute_url("publications:oai"), **repeated)
        body(document)
    return document.text


def _clean(attributes: dict[str, str]) -> dict[str, str]:
    return {name: xml_text(value) for name, value in attributes.items()}
