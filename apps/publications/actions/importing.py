"""Drafts from a filled-in matrix: kept after the dry run, turned into drafts once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.members.models import Member
from apps.publications.actions.commenting import check_room
from apps.publications.models import Circulation, CommentSheet, DraftComment
from apps.publications.models.comment import ANCHOR_FIELDS
from apps.publications.models.sheet import KEPT_FOR


@transaction.atomic
def keep_sheet(*, actor: Member, circulation: Circulation, texts: list[dict[str, Any]], now: datetime) -> CommentSheet:
    """Keep the rows until they are imported; an earlier upload gives way. Forgotten ones of others go as well.

    Refused for who was never asked.
    """
    if not circulation.consultees.filter(member=actor.pk).exists():
        raise Refused(_("You were not asked to comment on this paper."))
    circulation.lock()  # One upload after the other: each takes the place of the one before.
    forget_sheets(now)
    circulation.comment_sheets.filter(member=actor.pk).delete()
    return CommentSheet.objects.create(circulation=circulation, member=actor, texts=texts)


@transaction.atomic
def import_sheet(*, actor: Member, circulation: Circulation, code: str) -> tuple[int, int]:
    """Make the kept rows drafts. Returns how many, and how many were left out because the actor has such a draft, or
    has sent such a comment: files are sent again with a few rows more.

    Refused when the sheet is imported already or forgotten, and when the drafts become too many.
    """
    circulation.lock()
    sheet = circulation.comment_sheets.filter(member=actor.pk).first()
    if sheet is None or sheet.code != code:
        raise Refused(_("These rows were imported already, or sent too long ago. Nothing was imported now."))
    own = circulation.draft_comments.of(actor)
    drafted = {_key(text) for text in own.values(*ANCHOR_FIELDS)}
    known = drafted | _sent(actor, circulation)
    fresh = [text for text in sheet.texts if _key(text) not in known]
    check_room(len(drafted) + len(fresh))
    drafts = [DraftComment(circulation=circulation, member=actor, **text) for text in fresh]
    DraftComment.objects.bulk_create(drafts, batch_size=500)
    sheet.delete()
    return len(fresh), len(sheet.texts) - len(fresh)


def forget_sheets(now: datetime) -> int:
    """Forget what nobody has imported in time: beside its sender it would tell whose comments these became."""
    return CommentSheet.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]


def _sent(actor: Member, circulation: Circulation) -> set[tuple[Any, ...]]:
    """Return what the actor has sent. One query, one HMAC for each comment of the circulation."""
    rows = circulation.comments.only("owner_mark", *ANCHOR_FIELDS).iterator(chunk_size=500)
    return {_key({name: getattr(row, name) for name in ANCHOR_FIELDS}) for row in rows if row.is_of(actor)}


def _key(text: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(text.get(name) or "" for name in ANCHOR_FIELDS)
