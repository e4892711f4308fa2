"""What a commenter can still do with a comment that was sent: change it, take it back, show less of themself.

A comment is named by its id, and found by its mark: nothing in the database says whose it is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.members.models import Member
from apps.publications.actions.commenting import writing_consultee
from apps.publications.labels import wider_labels
from apps.publications.models import Attribution, Circulation, Comment, DraftComment
from apps.publications.models.comment import ANCHOR_FIELDS


@transaction.atomic
def change_comment(
    *, actor: Member, circulation: Circulation, comment_id: UUID, text: dict[str, Any], revision: int, now: datetime
) -> Comment:
    """Put ``text`` in the place of what was sent, until the deadline and while nobody has settled it.

    ``revision`` is the one that was changed; refused when it is not the present one. The day of sending stays.
    """
    comment = _open_comment(actor, circulation, comment_id, now)
    for name, value in text.items():
        setattr(comment, name, value)
    comment.take_place()
    rows = Comment.objects.filter(pk=comment.pk, revision=revision)
    if rows.update(**text, place=comment.place, revision=F("revision") + 1) != 1:
        raise Refused(_("This comment was changed in another window meanwhile. Nothing of yours is saved over it."))
    return comment


@transaction.atomic
def take_back_comment(*, actor: Member, circulation: Circulation, comment_id: UUID, now: datetime) -> DraftComment:
    """Make the comment a draft again, until the deadline and while nobody has settled it.

    That the actor has answered stays noted: an answer that goes together with a comment would say whose it was.
    """
    comment = _open_comment(actor, circulation, comment_id, now)
    text = {name: getattr(comment, name) for name in ANCHOR_FIELDS}
    draft = DraftComment.objects.create(circulation=circulation, member=actor, **text)
    if not Comment.objects.filter(pk=comment.pk, disposition="").delete()[0]:
        raise Refused(_("This comment has been settled meanwhile."))
    return draft


@transaction.atomic
def widen_label(*, actor: Member, circulation: Circulation, comment_id: UUID, attribution: str) -> Comment:
    """Have the comment say less of who wrote it, at any time. Refused for a label that says as much or more."""
    circulation.lock()
    comment = _own_comment(actor, circulation, comment_id)
    if attribution not in Attribution.values or not Attribution(attribution).is_wider_than(
        Attribution(comment.attribution)
    ):
        raise Refused(_("A label can only be changed to one that says less."))
    wanted, wider = Attribution(attribution), wider_labels(circulation, actor, comment)
    label = next(label for label in wider if not wanted.is_wider_than(label.attribution))
    comment.attribution, comment.label, comment.author = label.attribution, label.text, None
    comment.save(update_fields=["attribution", "label", "author"])
    return comment


def _open_comment(actor: Member, circulation: Circulation, comment_id: UUID, now: datetime) -> Comment:
    circulation.lock()
    circulation.refresh_from_db()
    writing_consultee(actor, circulation, now)
    comment = _own_comment(actor, circulation, comment_id)
    if comment.is_resolved:
        raise Refused(_("This comment has been settled; it can not be changed any more."))
    return comment


def _own_comment(actor: Member, circulation: Circulation, comment_id: UUID) -> Comment:
    """Return the comment, refused in the same words whether it is another's or does not exist."""
    comment = circulation.comments.filter(pk=comment_id).first()
    if comment is None or not comment.is_of(actor):
        raise Refused(_("This comment is not there any more."))
    return comment
