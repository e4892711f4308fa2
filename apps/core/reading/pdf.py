"""Looks at one PDF: how many pages it has, and whether it holds anything but pages."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from apps.core.reading.limits import Fault, read_within_limits

MAX_PAGES = 400
# Of the tree of pages, whose branches a hostile file may share or tie in a circle; and of all objects.
MAX_NODES = 10_000
MAX_OBJECTS = 500_000
MAX_DEPTH = 50

# PDF 32000-1, 12.6.4: actions that start a program, run a script, leave the file or bring in another.
ACTIVE = frozenset(
    ["/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/Rendition", "/RichMediaExecute", "/Movie"]
)
# Subtypes of annotations that hold a file or a player.
HOLDING = frozenset(["/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/3D"])


def read(file: BinaryIO) -> dict[str, Any]:
    """Return the number of pages of a PDF that holds nothing but pages."""
    content = file.read()
    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        raise Fault("encrypted")
    pages = count_pages(reader)
    refuse_undrawable(content)
    for thing in every_object(reader):
        refuse_active(thing)
    return {"pages": pages}


def refuse_undrawable(content: bytes) -> None:
    """Let the library that will draw the pages open the file and its first page."""
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as fault:
        is_locked = fault.err_code in {pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY}
        raise Fault("encrypted" if is_locked else "broken") from fault
    if pdfium_c.FPDF_GetSecurityHandlerRevision(document.raw) != -1:
        raise Fault("encrypted")
    document[0].get_size()


def count_pages(reader: PdfReader) -> int:
    """Walk the tree of pages without trusting its counts; ends after so many pages or branches."""
    waiting: list[Any] = [reader.root_object["/Pages"]]
    pages = nodes = 0
    while waiting:
        node = waiting.pop().get_object()
        nodes += 1
        if not isinstance(node, DictionaryObject) or nodes > MAX_NODES:
            raise Fault("broken")
        if "/Kids" in node:
            kids: Any = node["/Kids"]
            if len(kids) > MAX_NODES:
                raise Fault("long")
            waiting += kids
            continue
        pages += 1
        if pages > MAX_PAGES:
            raise Fault("long")
    if not pages:
        raise Fault("empty")
    return pages


def every_object(reader: PdfReader) -> Iterator[Any]:
    """Yield every dictionary of the file, also those that nothing refers to. What can not be read can not act."""
    numbers = {(number, generation) for generation, found in reader.xref.items() for number in found}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MAX_OBJECTS:
        raise Fault("broken")
    yield from inside(reader.trailer)
    for number, generation in sorted(numbers):
        try:
            found = IndirectObject(number, generation, reader).get_object()
        except (MemoryError, RecursionError):
            raise
        except Exception:  # noqa: BLE001, S112 - as the docstring says
            continue
        yield from inside(found)


def inside(thing: Any) -> Iterator[Any]:
    """Yield the dictionaries in one object, itself among them, as deep as it is written in one place."""
    waiting = [(thing, 0)]
    while waiting:
        each, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise Fault("broken")
        if isinstance(each, DictionaryObject):
            yield each
            waiting += [(value, depth + 1) for value in dict.values(each)]
        elif isinstance(each, ArrayObject):
            waiting += [(value, depth + 1) for value in list.__iter__(each)]


def refuse_active(thing: DictionaryObject) -> None:
    """Refuse what runs, starts or plays something, and what holds another file."""
    if name(thing, "/S") in ACTIVE or "/JS" in thing or "/XFA" in thing:
        raise Fault("active")
    if "/EF" in thing or "/EmbeddedFiles" in thing or name(thing, "/Subtype") in HOLDING:
        raise Fault("attachment")
    if isinstance(thing, StreamObject) and name(thing, "/Type") == "/EmbeddedFile":
        raise Fault("attachment")


def name(thing: DictionaryObject, key: str) -> str:
    """Return what stands under a key, also where it stands elsewhere in the file."""
    value = dict.get(thing, key)
    if not isinstance(value, IndirectObject):
        return str(value)
    try:
        return str(value.get_object())
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - what can not be read can not act
        return ""


def main() -> None:
    read_within_limits(read)


if __name__ == "__main__":
    main()
