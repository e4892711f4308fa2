"""The only check of files that people send. What passes is what it says it is, of a sane size, and holds no surprise.

A file is looked at from outside first: its size, its first bytes, whether it is another kind of file as well. Only then
a process of its own, with limits to its memory and time, opens it (``apps.core.pdfreader``). No text is taken out here.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import puremagic
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.lines import one_line

logger = logging.getLogger(__name__)

MAX_BYTES = 50 * 1024 * 1024
READER = Path(__file__).with_name("pdfreader.py")
# A margin above the largest file, so that one beyond it is seen to be larger.
MAX_REQUEST_BYTES = MAX_BYTES + 1024 * 1024
READER_SECONDS = 30
_EDGE = 2048

type Scanner = Callable[[File], None]

# Where a virus scanner is hung in: a function that reads the file and raises ValidationError with a sentence. It is
# asked last, when the file is otherwise fit, and what it raises besides is a fault: nothing passes unscanned.
scanners: list[Scanner] = []

_SENTENCES: dict[str, Promise] = {
    "name": _("The name of this file holds characters that no file name may hold. Please rename it."),
    "nothing": _("This file is empty."),
    "large": _("This file is larger than 50 MB. Please make it smaller."),
    "kind": _("This is not a PDF, whatever its name says. Please send a PDF."),
    "double": _("This file is a PDF and another kind of file at once. Please save it as a PDF anew."),
    "encrypted": _("This PDF is protected by a password or against changes. Please send it without protection."),
    "broken": _("This PDF can not be read. Please save it anew, best with another program."),
    "empty": _("This PDF has no pages."),
    "long": _("This PDF has more than 400 pages. Please send it in parts."),
    "active": _("This PDF holds scripts, forms or actions that run by themselves. Please save it without them."),
    "attachment": _("This PDF holds other files or players. Please save it without attachments."),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of a file that passed: its name as one safe line, size in bytes, hash of its content, pages."""

    name: str
    size: int
    sha256: str
    pages: int


def check_pdf(upload: File) -> Checked:
    """Return what is known of the PDF, or raise ValidationError with a sentence that says what is wrong with it.

    A file of the largest size takes a few seconds, a hostile one ``READER_SECONDS`` at most, so do not call it first
    inside a transaction. The verdict stays with the file: asking again costs nothing.
    """
    verdict: Checked | ValidationError = getattr(upload, "verdict", None) or _verdict(upload)
    upload.verdict = verdict  # type: ignore[union-attr]  # a mark of our own
    if isinstance(verdict, ValidationError):
        raise verdict
    return verdict


def _verdict(upload: File) -> Checked | ValidationError:
    try:
        return _check(upload)
    except ValidationError as refused:
        return refused


def _check(upload: File) -> Checked:
    name, size = upload.name or "", upload.size
    _check_name(name)
    if not size:
        raise refusal("nothing")
    if size > MAX_BYTES:
        raise refusal("large")
    with tempfile.TemporaryFile() as copy:
        sha256 = _copy(upload, copy)
        _check_kind(copy)
        pages = _count_pages(copy)
    for scan in scanners:
        upload.seek(0)
        scan(upload)
    upload.seek(0)
    return Checked(one_line(name), size, sha256, pages)


def _copy(upload: File, copy: IO[bytes]) -> str:
    """Write the file to one that another process can read, and return the hash of its content."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
        copy.write(chunk)
    copy.flush()
    return digest.hexdigest()


def refusal(what: str) -> ValidationError:
    return ValidationError(_SENTENCES[what], code=what)


def _check_name(name: str) -> None:
    is_path = "/" in name or "\\" in name or name in {".", ".."}
    if is_path or not name or len(name) > 255 or any(ord(letter) < 32 for letter in name):
        raise refusal("name")


def _check_kind(file: IO[bytes]) -> None:
    """By what the file holds: browsers and mail programs go by the first bytes, archivers by the last."""
    file.seek(0)
    head = file.read(_EDGE)
    file.seek(-min(_EDGE, file.seek(0, os.SEEK_END)), os.SEEK_END)
    foot = file.read()
    if not head.startswith(b"%PDF-") or not _looks_like_pdf(head):
        raise refusal("kind")
    if b"%%EOF" not in foot:
        raise refusal("broken")
    if zipfile.is_zipfile(file):
        raise refusal("double")


def _looks_like_pdf(head: bytes) -> bool:
    try:
        return any(found.mime_type == "application/pdf" for found in puremagic.magic_string(head))
    except (puremagic.PureError, ValueError):
        return False


def _count_pages(file: IO[bytes]) -> int:
    """Let another process open the file. One that dies or takes too long has met a file that can not be read."""
    file.seek(0)
    try:
        done = subprocess.run(  # noqa: S603 - our own script; the command holds nothing of the sender's
            [sys.executable, "-I", "-B", str(READER)],
            stdin=file,
            capture_output=True,
            timeout=READER_SECONDS,
            check=False,
        )
        verdict: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        logger.warning("A PDF could not be read within the limits.")
        verdict = {"fault": "broken"}
    if "fault" in verdict:
        raise refusal(verdict["fault"])
    pages: int = verdict["pages"]
    return pages


class PdfField(forms.FileField):
    """A form's field for a PDF: what is wrong with it stands beside the field. The checked file bears its verdict."""

    widget = forms.FileInput(attrs={"accept": ".pdf,application/pdf"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if upload:
            check_pdf(upload)
        return upload


class CappedUploadHandler(FileUploadHandler):
    """Stands before the others and lets no request fill the disk: what comes after so many bytes is thrown away.

    What is left is larger than any file may be, so its check refuses it.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        return raw_data if self.received <= MAX_REQUEST_BYTES else None

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that come after."""
