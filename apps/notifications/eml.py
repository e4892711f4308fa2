"""The mailer of the embedded mode: every mail becomes an ``.eml`` file in the data folder."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from apps.notifications.wire import wire_bytes


class EmailBackend(BaseEmailBackend):
    """Writes each message to ``folder``, whole or not at all, readable by the owner only."""

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
        identity = str(message.extra_headers.get("Message-ID", "")).strip("<>").partition("@")[0]
        path = self.folder / f"{timezone.now():%Y%m%dT%H%M%S%f}-{identity[:40]}.eml"
        unfinished = path.with_suffix(".part")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(wire_bytes(message))
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
