"""The mailer of the embedded mode: every mail becomes an ``.eml`` file in the data folder."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from apps.core.leftovers import remove_untouched
from apps.notifications.wire import wire_bytes


class EmailBackend(BaseEmailBackend):
    """Writes each message to ``folder``, whole or not at all, readable by the owner only.

    A mail that goes again, because nobody knew that it had gone, is the same file again and no second one.
    """

    def __init__(self, *, folder: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.folder = Path(folder)

    def send_messages(self, email_messages: Iterable[EmailMessage]) -> int:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        messages = list(email_messages)
        for message in messages:
            self._write(message)
        return len(messages)

    def _write(self, message: EmailMessage) -> None:
        content = wire_bytes(message)
        # Made for the owner only, and under a name of its own: a worker that was too slow may be writing the same mail.
        with NamedTemporaryFile(dir=self.folder, suffix=".part", delete=False) as unfinished:
            path = Path(unfinished.name)
            try:
                unfinished.write(content)
                unfinished.flush()
                os.fsync(unfinished.fileno())
                path.rename(self.folder / _file_name(message))
            except BaseException:
                path.unlink()
                raise


def remove_files(folder: Path, before: datetime) -> int:
    """Remove the mails in ``folder`` that were written before ``before``, and what a killed worker left half written;
    return how many files that were.

    They are as they went out: the codes and links in them are nowhere masked.
    """
    return remove_untouched(chain(folder.glob("*.eml"), folder.glob("*.part")), before)


def _file_name(message: EmailMessage) -> str:
    """When the mail was written, which it stays when it goes again, and its Message-ID."""
    written_at = message.extra_headers.get("Date")
    if not isinstance(written_at, datetime):
        written_at = timezone.now()
    identity = str(message.extra_headers.get("Message-ID", "")).strip("<>").partition("@")[0]
    return f"{written_at:%Y%m%dT%H%M%S%f}-{identity[:40]}.eml"
