"""A post's file on its way to the disk, and off it again. Nothing here runs inside a transaction."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.core.uploads import check_upload
from apps.discussions.models import Attachment, Post, Thread
from apps.discussions.models.attachment import random_name

logger = logging.getLogger(__name__)

NO_ROOM = _("There is no room for this file at the moment. Please try again later; your text is still here.")


@contextmanager
def laid_down(thread: Thread, upload: File | None) -> Iterator[Attachment | None]:
    """Check the file, write it and give its row, None for no file. It goes again unless the block puts it on a post
    and ends well.

    Refused for a file that does not pass, in an unattributed thread, and where the disk is full.
    """
    if upload is None:
        yield None
        return
    attachment = _checked(thread, upload)
    attachment.file.name = name = _written(random_name(attachment, ""), upload)
    try:
        yield attachment
    except BaseException:
        default_storage.delete(name)
        raise
    if attachment.post_id is None:
        default_storage.delete(name)


def put_on(post: Post, attachment: Attachment | None) -> None:
    """Give a file that was laid down to its post, which has none. Call it inside the transaction."""
    if attachment is not None:
        attachment.post = post
        attachment.save(force_insert=True)


def take_off(post: Post) -> None:
    """Take its file from a post, for good once the transaction has ended well."""
    for attachment in Attachment.objects.filter(post=post):
        _forget(str(attachment.file.name))
        attachment.delete()


def _forget(name: str) -> None:
    """Delete a file once the transaction that forgets it has ended well."""
    transaction.on_commit(lambda: default_storage.delete(name))


def _checked(thread: Thread, upload: File) -> Attachment:
    if not thread.is_named:
        raise Refused(_("This thread takes no files: a file carries who made it. Put what matters into the text."))
    try:
        checked = check_upload(upload)
    except ValidationError as refused:
        raise Refused(refused.messages[0]) from refused
    except OSError as full:
        logger.exception("A file could not be checked.")
        raise Refused(NO_ROOM) from full
    return Attachment(name=checked.name, format=checked.format, size=checked.size, sha256=checked.sha256)


def _written(name: str, upload: File) -> str:
    try:
        return default_storage.save(name, upload)
    except OSError as full:
        logger.exception("A file could not be written.")
        default_storage.delete(name)
        raise Refused(NO_ROOM) from full
