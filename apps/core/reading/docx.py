"""Looks at one DOCX: whether it is a text document, how much it unpacks to, and what it brings or fetches."""

from __future__ import annotations

from typing import Any, BinaryIO
from zipfile import ZipFile, ZipInfo

from defusedxml.ElementTree import fromstring, iterparse

from apps.core.reading.limits import Fault, read_within_limits

_MEGABYTE = 1024 * 1024
MAX_PARTS = 5_000
MAX_UNPACKED = 200 * _MEGABYTE
# Text packs to a twentieth; a part that packs to less than a two hundredth is made to burst.
MAX_RATIO = 200
RATIO_FROM = 4 * _MEGABYTE
MAX_RELATIONS = 2 * _MEGABYTE

MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# The name under which an OLE object holds a packed file (MS-OLEDS 2.3.6), as its directory spells it.
_PACKED_FILE = "Ole10Native".encode("utf-16-le")


def read(file: BinaryIO) -> dict[str, Any]:
    """Return that the file is fit: a DOCX has no pages."""
    with ZipFile(file) as package:
        parts = listed(package)
        for part in parts:
            refuse_part(part)
        refuse_types(package)
        unpacked = 0
        for part in parts:
            unpacked += unpack(package, part, MAX_UNPACKED - unpacked)
        for part in parts:
            if part.filename.endswith(".rels"):
                refuse_relations(package, part)
        refuse_empty(package)
    return {"pages": None}


def listed(package: ZipFile) -> list[ZipInfo]:
    """Return the parts of a package that can be read one way only and claims a sane size."""
    parts = package.infolist()
    names = {part.filename.casefold() for part in parts}
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Fault("bomb")
    if len(names) < len(parts) or any(name.startswith("/") or ".." in name.split("/") for name in names):
        raise Fault("broken")
    if parts and parts[0].header_offset:
        raise Fault("double")
    return parts


def refuse_part(part: ZipInfo) -> None:
    name = part.filename.casefold()
    if part.flag_bits & 1:
        raise Fault("encrypted")
    if part.file_size > RATIO_FROM and part.file_size > MAX_RATIO * max(part.compress_size, 1):
        raise Fault("bomb")
    if name.endswith(("vbaproject.bin", "vbadata.xml", ".docm", ".xlsm", ".pptm")) or "/activex/" in name:
        raise Fault("macros")


def refuse_types(package: ZipFile) -> None:
    """By what the package says of itself: a text document, and no part of it with macros."""
    if "[Content_Types].xml" not in package.namelist():
        raise Fault("other")
    content = package.read("[Content_Types].xml")
    if len(content) > MAX_RELATIONS:
        raise Fault("broken")
    types = [part.get("ContentType", "").casefold() for part in fromstring(content, forbid_dtd=True)]
    if any("macroenabled" in each or "vbaproject" in each for each in types):
        raise Fault("macros")
    if MAIN not in types:
        raise Fault("other")


def unpack(package: ZipFile, part: ZipInfo, left: int) -> int:
    """Unpack a part to nowhere, as far as is left, and return its true size. A wrong checksum raises."""
    size = 0
    is_object = part.filename.casefold().endswith(".bin")
    kept = b""
    with package.open(part) as opened:
        while chunk := opened.read(65536):
            size += len(chunk)
            if size > left:
                raise Fault("bomb")
            if is_object and _PACKED_FILE in kept + chunk:
                raise Fault("attachment")
            kept = chunk[-len(_PACKED_FILE) :]
    return size


def refuse_relations(package: ZipFile, part: ZipInfo) -> None:
    """Links to be clicked may lead outside; templates, objects, pictures and frames may not."""
    if part.file_size > MAX_RELATIONS:
        raise Fault("broken")
    for relation in fromstring(package.read(part), forbid_dtd=True).iter(_RELATION):
        is_outside = relation.get("TargetMode", "").casefold() == "external"
        kind = relation.get("Type", "").rsplit("/", 1)[-1].casefold()
        if is_outside and kind != "hyperlink":
            raise Fault("outside")
        if kind in {"vbaproject", "attachedtoolbars", "keymapcustomizations"}:
            raise Fault("macros")


def refuse_empty(package: ZipFile) -> None:
    """The text has to be readable to its end, and hold words or a picture."""
    has_content = False
    with package.open(main_part(package)) as opened:
        for _event, element in iterparse(opened, forbid_dtd=True):
            if element.tag == f"{_WORD}t" and (element.text or "").strip():
                has_content = True
            has_content = has_content or element.tag == f"{_WORD}drawing"
            element.clear()
    if not has_content:
        raise Fault("empty")


def main_part(package: ZipFile) -> str:
    """Return the name of the part that holds the text."""
    types = fromstring(package.read("[Content_Types].xml"), forbid_dtd=True)
    for part in types.iter(f"{_TYPES}Override"):
        if part.get("ContentType") == MAIN:
            return part.get("PartName", "").lstrip("/")
    raise Fault("other")


def main() -> None:
    read_within_limits(read)


if __name__ == "__main__":
    main()
