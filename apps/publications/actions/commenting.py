"""Commenting on a version in circulation: writing drafts, and sending them under a label.

Nothing here is on the record and no log line names a comment: beside a member's number it would say who wrote what.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.members.models import Member
from apps.members.permissions import Role
from apps.publications.labels import Label, label_for
from apps.publications.models import Attribution, Circulation, Comment, Consultee, DraftComment
from apps.publications.models.comment import ANCHOR_FIELDS
from apps.publications.standing import day_of

# As many as a spreadsheet may bring.
MAX_DRAFTS = 2000


def save_draft(
    *, actor: Member, circulation: Circulation, text: dict[str, Any], draft_id: int | None = None, seen: str = ""
) -> DraftComment:
    """Keep what is being written (``ANCHOR_FIELDS``), also when it can not be sent any more.

    ``seen`` is the ``stamp_of`` the draft as it was opened: where another window saved it since, or sent or deleted it,
    this text becomes a draft of its own, so that neither is lost. Refused for who was never asked.
    """
    if not circulation.consultees.filter(member=actor.pk).exists():
        raise Refused(_("You were not asked to comment on this paper."))
    own = circulation.draft_comments.of(actor)
    draft = own.filter(pk=draft_id).first() if draft_id else None
    if draft is None or (seen and seen != stamp_of(draft)):
        if same := own.filter(**text).first():  # The button was pressed while the text was being saved as typed.
            return same
        draft = DraftComment(circulation=circulation, member=actor)
        check_room(own.count() + 1)
    for name, value in text.items():
        setattr(draft, name, value)
    draft.save()
    return draft


def check_room(count: int) -> None:
    """Refuse more drafts of one person in one circulation than ``MAX_DRAFTS``."""
    if count > MAX_DRAFTS:
        raise Refused(_("You have too many drafts here. Send or delete some of them first."))


def stamp_of(draft: DraftComment) -> str:
    """Return what changes whenever the draft is saved."""
    return draft.updated_at.isoformat()


def delete_draft(*, actor: Member, circulation: Circulation, draft_id: int) -> None:
    """Throw one draft away. Refused when it is not there, or not the actor's."""
    deleted, _rows = circulation.draft_comments.of(actor).filter(pk=draft_id).delete()
    if not deleted:
        raise Refused(_("This draft is not there any more."))


@transaction.atomic
def send_drafts(
    *,
    actor: Member,
    circulation: Circulation,
    attribution: str,
    keep: Collection[int] = (),
    now: datetime,
) -> list[Comment]:
    """Turn the actor's drafts into comments under one label, but for those to ``keep`` and those that say nothing yet.

    The label is settled here; see ``labels``. Refused when too late, cancelled, not asked (any more), for a label that
    says more than the circulation allows, and when there is nothing to send. About ten queries, however many drafts.
    """
    circulation.lock()
    circulation.refresh_from_db()
    consultee = writing_consultee(actor, circulation, now)
    label = _label(actor, circulation, attribution)
    drafts = list(circulation.draft_comments.of(actor).ready().exclude(pk__in=keep))
    if not drafts:
        raise Refused(_("There is no draft to send."))
    comments = [_comment(draft, label, day_of(now)) for draft in drafts]
    Comment.objects.bulk_create(comments, batch_size=500)
    DraftComment.objects.filter(pk__in=[draft.pk for draft in drafts]).delete()
    _note_answer(consultee, day_of(now))
    return comments


def writing_consultee(actor: Member, circulation: Circulation, now: datetime) -> Consultee:
    """Return the actor's row in a circulation that takes their comments now; refused otherwise. Two queries."""
    if circulation.state == Circulation.State.CANCELLED:
        raise Refused(_("This circulation was cancelled. What you wrote stays among your drafts."))
    consultee: Consultee | None = circulation.consultees.live_for(actor).first()
    if consultee is None:
        raise Refused(_("You do not take part in this circulation any more. What you wrote stays among your drafts."))
    if actor.group_roles().get(circulation.owning_group_id) == Role.OBSERVER:
        raise Refused(_("Observers of the group read along; they do not comment."))
    if not circulation.is_open or now >= circulation.takes_comments_until(consultee):
        raise Refused(
            _("The deadline has passed. What you wrote stays among your drafts. Ask the secretariat for more time.")
        )
    return consultee


def _label(actor: Member, circulation: Circulation, attribution: str) -> Label:
    every = list(Attribution)
    if attribution not in every:
        raise Refused(_("Choose how your comments are shown."))
    if every.index(Attribution(attribution)) < every.index(Attribution(circulation.attribution)):
        raise Refused(_("In this circulation a comment shows less than that. Choose another label."))
    return label_for(circulation, actor, Attribution(attribution))


def _comment(draft: DraftComment, label: Label, day: date) -> Comment:
    comment = Comment(circulation_id=draft.circulation_id, attribution=label.attribution, label=label.text, sent_on=day)
    for name in ANCHOR_FIELDS:
        setattr(comment, name, getattr(draft, name))
    comment.author = draft.member if label.attribution == Attribution.NAME else None
    comment.sign_for(draft.member)
    comment.take_place()
    return comment


def _note_answer(consultee: Consultee, day: date) -> None:
    """Note the day of the first answer: a later one would show on which days this person sent something.

    The time of the last change stays as it was, being finer than a day.
    """
    consultee.answered_on = consultee.answered_on or day
    consultee.has_no_comments = False
    consultee.save(update_fields=["answered_on", "has_no_comments"])
