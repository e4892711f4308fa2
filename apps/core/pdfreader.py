"""Reads one PDF in a process of its own and says in a word what it is: ``python pdfreader.py < file``.

Run by ``apps.core.uploads`` as a script, never imported by the portal: it knows nothing of Django, may use so much
memory and time and no more, and whatever a hostile file does to it ends with it. Prints one line of JSON, ``{"pages":
12}`` or ``{"fault": "encrypted"}``. Costs about a third of a second, and a few more for a file of the largest size.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 20

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


class Fault(Exception):
    """Why the file is not taken: the word for it."""


def main() -> None:
    """Read the PDF on standard input under limits, and print the verdict."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    logging.disable()
    print(json.dumps(verdict(sys.stdin.buffer)))  # noqa: T201 - the one thing this script is for


def verdict(file: BinaryIO) -> dict[str, Any]:
    """Return how many pages the PDF has, or the word for what is wrong with it."""
    try:
        return {"pages": read(file)}
    except Fault as fault:
        return {"fault": str(fault)}
    except Exception:  # noqa: BLE001 - a parser of hostile files raises anything, and all of it means the same
        return {"fault": "broken"}


def read(file: BinaryIO) -> int:
    """Return the number of pages of a PDF that holds nothing but pages."""
    reader = PdfReader(file)
    if reader.is_encrypted:
        raise Fault("encrypted")
    pages = count_pages(reader)
    for thing in every_object(reader):
        refuse_active(thing)
    return pages


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
            kids = node["/Kids"]
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


if __name__ == "__main__":
    main()
