"""Files on their way in: the field of a form that checks one, and what keeps a request from filling the disk."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.utils.functional import cached_property

from apps.core.uploads import KINDS, Kind, check_upload

logger = logging.getLogger(__name__)

# A margin above the largest file, so that one beyond it is seen to be larger.
MAX_REQUEST_BYTES = max(kind.max_bytes for kind in KINDS) + 1024 * 1024


class UploadField(forms.FileField):
    """A file of one of the accepted kinds: what is wrong with it stands beside the field. It bears its verdict."""

    def __init__(self, *, accepted: Sequence[Kind] = KINDS, **options: Any) -> None:
        self.accepted = accepted
        attributes = {"accept": ",".join(kind.accept for kind in accepted)}
        super().__init__(**{"widget": forms.FileInput(attrs=attributes), **options})

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if upload:
            check_upload(upload, accepted=self.accepted)
        return upload


class CappedUploadHandler(FileUploadHandler):
    """Stands before the others and lets no request fill memory or disk: what comes after so many bytes is thrown away.

    What is left is larger than any file may be, so its check refuses it. Of who brings no session nothing is kept;
    whose it is can not be asked yet, as forms are read before that is known.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.received = 0

    @cached_property
    def limit(self) -> int:
        cookies = self.request.COOKIES if self.request else {}
        return MAX_REQUEST_BYTES if settings.SESSION_COOKIE_NAME in cookies else 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        return raw_data if self.received <= self.limit else None

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that come after."""


class DiskUploadHandler(TemporaryFileUploadHandler):
    """Django's own for larger files, which goes on where the disk is full: the check of the file says so to the sender,
    who keeps the page with what was typed.
    """

    is_full = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().new_file(*args, **kwargs)
        except OSError:
            logger.exception("There is no room for an upload.")
            self.is_full = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.is_full:
            return
        try:
            self.file.write(raw_data)
            self.file.flush()
        except OSError:
            logger.exception("There is no room for an upload.")
            self.is_full = True

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if not self.is_full:
            return super().file_complete(file_size)
        with suppress(OSError, AttributeError):  # it may never have been made
            self.file.close()
        unkept = SimpleUploadedFile(self.file_name or "file", b"-")
        unkept.is_unkept = True  # type: ignore[attr-defined]  # read by check_upload
        return unkept
