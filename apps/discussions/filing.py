"""A post's file on its way to the disk, and off it again. Nothing here runs inside a transaction."""

from __future__ import annotations

import logging

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.core.uploads import check_upload
from apps.discussions.models import Attachment, Thread
from apps.discussions.models.attachment import random_name

logger = logging.getLogger(__name__)

NO_ROOM = _("There is no room for this file at the moment. Please try again later; your text is still here.")


def laid_down(thread: Thread, upload: File | None) -> Attachment | None:
    """Check the file and write it; return its row, not yet kept, None for no file.

    Refused for a file that does not pass, in an unattributed thread, and where the disk is full.
    """
    if upload is None:
        return None
    if not thread.is_named:
        raise Refused(_("This thread takes no files: a file carries who made it. Put what matters into the text."))
    try:
        checked = check_upload(upload)
    except ValidationError as refused:
        raise Refused(refused.messages[0]) from refused
    except OSError as full:
        logger.exception("A file could not be checked.")
        raise Refused(NO_ROOM) from full
    facts = {"name": checked.name, "format": checked.format, "size": checked.size, "sha256": checked.sha256}
    attachment = Attachment(**facts)
    attachment.file.name = _written(random_name(attachment, ""), upload)
    return attachment


def taken_away(name: str) -> None:
    """Delete a file once the transaction that forgets it has ended well."""
    transaction.on_commit(lambda: default_storage.delete(name))


def _written(name: str, upload: File) -> str:
    try:
        return default_storage.save(name, upload)
    except OSError as full:
        logger.exception("A file could not be written.")
        default_storage.delete(name)
        raise Refused(NO_ROOM) from full
