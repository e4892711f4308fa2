"""The only check of files that people send. What passes is what it says it is, of a sane size, and holds no surprise.

A file is looked at from outside first: its name, its size, its first bytes. Only then a process of its own, with limits
to its memory and time, opens it (``apps.core.reading``). What kinds there are stands in ``KINDS``; each place that
takes files says which of them it accepts.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import File

from apps.core.lines import one_line
from apps.core.reading.process import verdict_of
from apps.core.refusals import KIND, OLD_WORD, sentence

logger = logging.getLogger(__name__)

_MEGABYTE = 1024 * 1024
READER_SECONDS = 30
_EDGE = 2048
# How an old Word file, or a new one under a password, begins (MS-CFB 2.2); and what the latter names its content.
_COMPOUND, _SEALED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage".encode("utf-16-le")

type Scanner = Callable[[File], None]

# Where a virus scanner is hung in: a function that reads the file and raises ValidationError with a sentence. It is
# asked last, when the file is otherwise fit, and what it raises besides is a fault: nothing passes unscanned.
scanners: list[Scanner] = []


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: its slug, its name for people, how it begins, its largest size, the module that opens it."""

    format: str
    label: str
    begins: bytes
    ends: bytes
    max_bytes: int
    reader: str
    media_type: str

    @property
    def accept(self) -> str:
        """What a browser's file dialogue is told."""
        return f".{self.format},{self.media_type}"


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = Kind("pdf", "PDF", b"%PDF-", b"%%EOF", 50 * _MEGABYTE, "apps.core.reading.pdf", "application/pdf")
DOCX = Kind("docx", "DOCX", b"PK\x03\x04", b"PK\x05\x06", 20 * _MEGABYTE, "apps.core.reading.docx", _WORD)
KINDS = (PDF, DOCX)


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of a file that passed. ``pages`` is None where the kind has none; ``name`` is one safe line."""

    format: str
    size: int
    sha256: str
    pages: int | None
    name: str


def check_upload(upload: File, *, accepted: Sequence[Kind] = KINDS) -> Checked:
    """Return what is known of the file, or raise ValidationError with a sentence that says what is wrong with it.

    A file of the largest size takes a few seconds, a hostile one ``READER_SECONDS`` at most, so do not call it first
    inside a transaction. The verdict stays with the file: asking again costs nothing.
    """
    _check_name(upload.name or "")
    if getattr(upload, "is_unkept", False):
        raise refusal("room")
    if not upload.size:
        raise refusal("nothing")
    kind = _kind_of(upload, accepted)
    if upload.size > kind.max_bytes:
        raise refusal("large", kind.format)
    verdict: Checked | ValidationError = getattr(upload, "verdict", None) or _verdict(upload, kind)
    upload.seek(0)
    upload.verdict = verdict  # type: ignore[attr-defined]  # a mark of our own
    if isinstance(verdict, ValidationError):
        raise verdict
    return verdict


def refusal(fault: str, of_format: str = "") -> ValidationError:
    return ValidationError(str(sentence(fault, of_format)), code=fault)


def _check_name(name: str) -> None:
    is_path = "/" in name or "\\" in name or name in {".", ".."}
    if is_path or not name or len(name) > 255 or any(ord(letter) < 32 for letter in name):
        raise refusal("name")


def _kind_of(upload: File, accepted: Sequence[Kind]) -> Kind:
    """By how the file begins, whatever its name says."""
    upload.seek(0)
    head = upload.read(_EDGE)
    for kind in accepted:
        if head.startswith(kind.begins):
            return kind
    if DOCX in accepted and head.startswith(_COMPOUND):
        raise _old_word(upload)
    kinds = ", ".join(kind.label for kind in accepted)
    raise ValidationError(KIND, code="kind", params={"kinds": kinds})


def _old_word(upload: File) -> ValidationError:
    if any(_SEALED in chunk for chunk in upload.chunks()):
        return refusal("encrypted", DOCX.format)
    return ValidationError(OLD_WORD, code="old")


def _verdict(upload: File, kind: Kind) -> Checked | ValidationError:
    try:
        return _check(upload, kind)
    except ValidationError as refused:
        return refused
    except OSError:
        logger.exception("There is no room to check an upload.")
        return refusal("room")


def _check(upload: File, kind: Kind) -> Checked:
    with tempfile.TemporaryFile() as copy:
        sha256 = _copy(upload, copy)
        _check_end(copy, kind)
        verdict = verdict_of(kind.reader, copy, seconds=READER_SECONDS)
    if "fault" in verdict:
        raise refusal(verdict["fault"], kind.format)
    for scan in scanners:
        upload.seek(0)
        scan(upload)
    upload.seek(0)
    return Checked(kind.format, upload.size, sha256, verdict["pages"], one_line(upload.name or ""))


def _copy(upload: File, copy: IO[bytes]) -> str:
    """Write the file to one that another process can read, and return the hash of its content."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
        copy.write(chunk)
    copy.flush()
    return digest.hexdigest()


def _check_end(file: IO[bytes], kind: Kind) -> None:
    """Archivers look at a file's end, browsers and mail programs at its beginning: both have to say the same."""
    file.seek(-min(_EDGE, file.seek(0, os.SEEK_END)), os.SEEK_END)
    foot = file.read()
    if kind.ends not in foot:
        raise refusal("broken", kind.format)
    if kind != DOCX and zipfile.is_zipfile(file):
        raise refusal("double", kind.format)
