"""Commenting on a version in circulation: writing drafts, and sending them under a label.

Nothing here is on the record and no log line names a comment: beside a member's number it would say who wrote what.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.members.models import Member
from apps.members.permissions import Role
from apps.publications.labels import Label, label_for
from apps.publications.models import Attribution, Circulation, Comment, Consultee, DraftComment
from apps.publications.models.comment import ANCHOR_FIELDS
from apps.publications.querysets import DraftCommentQuerySet
from apps.publications.standing import day_of

# As many as a spreadsheet may bring.
MAX_DRAFTS = 2000


@dataclass(frozen=True, slots=True)
class Opened:
    """What a form says of the draft it holds: its code, its ``stamp_of`` when it was read, and which opening of the
    form this is, sent for the how manieth time (0: no script counts).
    """

    draft: str = ""
    seen: str = ""
    opening: UUID | None = None
    turn: int = 0


@transaction.atomic
def save_draft(
    *, actor: Member, circulation: Circulation, text: dict[str, Any], opened: Opened = Opened()
) -> DraftComment:
    """Keep what is being written (``ANCHOR_FIELDS``), also when it can not be sent any more.

    One opening of the form is one draft: of two savings on their way at once the later sent one stays, in whatever
    order they come. Where another window saved the draft since, or sent or deleted it, this text becomes a draft of its
    own, so that neither is lost. A draft can be emptied, but nothing written begins none. Refused for who was never
    asked, and where the form holds word for word what its writer has sent: it was on its way while the draft was sent
    from another window.
    """
    circulation.lock()
    if not circulation.consultees.filter(member=actor.pk).exists():
        raise Refused(_("You were not asked to comment on this paper."))
    own = circulation.draft_comments.of(actor)
    draft = _draft_of(own, opened)
    if draft is not None and _is_overtaken(draft, opened):
        return draft
    if draft is None or not _may_save_over(draft, opened):
        if not _is_written(text):
            raise Refused(_("Write something first."))
        if same := own.filter(**text).first():
            return same
        if (opened.opening or opened.draft) and _is_sent(actor, circulation, text):
            raise Refused(_("You have sent this comment already. No second draft is made of it."))
        check_room(own.count() + 1)
        of_its_own = None if draft is not None and draft.opening == opened.opening else opened.opening
        draft = DraftComment(circulation=circulation, member=actor, opening=of_its_own)
    else:
        draft.opening = opened.opening
    for name, value in text.items():
        setattr(draft, name, value)
    draft.turn = opened.turn
    draft.save()
    return draft


def _draft_of(own: DraftCommentQuerySet, opened: Opened) -> DraftComment | None:
    """Return the draft which this opening of the form has saved, else the one it was opened with."""
    found: DraftComment | None = None
    if opened.opening:
        found = own.filter(opening=opened.opening).first()
    return found or own.coded(opened.draft)


def _is_overtaken(draft: DraftComment, opened: Opened) -> bool:
    """Whether this was sent before what is saved already: it holds nothing that the later one does not."""
    return 0 < opened.turn <= draft.turn and draft.opening == opened.opening


def _may_save_over(draft: DraftComment, opened: Opened) -> bool:
    if opened.seen == stamp_of(draft):
        return True
    if opened.opening and draft.opening == opened.opening:
        return opened.turn > draft.turn
    return not opened.seen


def _is_written(text: dict[str, Any]) -> bool:
    """Whether there is more than what the form brings with it: beside a page its number, and a type."""
    return any(value for name, value in text.items() if name not in {"page", "kind"})


def _is_sent(actor: Member, circulation: Circulation, text: dict[str, Any]) -> bool:
    """Whether a comment of the actor says just this. Its mark alone tells whose it is: one HMAC for each alike."""
    alike = circulation.comments.filter(**text).only("owner_mark")
    return any(comment.is_of(actor) for comment in alike)


def check_room(count: int) -> None:
    """Refuse more drafts of one person in one circulation than ``MAX_DRAFTS``."""
    if count > MAX_DRAFTS:
        raise Refused(_("You have too many drafts here. Send or delete some of them first."))


def stamp_of(draft: DraftComment) -> str:
    """Return what changes whenever the draft is saved."""
    return draft.updated_at.isoformat()


def delete_draft(*, actor: Member, circulation: Circulation, code: str) -> None:
    """Throw one draft away. Refused when it is not there, or not the actor's."""
    draft = circulation.draft_comments.of(actor).coded(code)
    if draft is None:
        raise Refused(_("This draft is not there any more."))
    draft.delete()


@transaction.atomic
def send_drafts(
    *,
    actor: Member,
    circulation: Circulation,
    attribution: str,
    keep: Collection[str] = (),
    only: Collection[str] | None = None,
    seen_at: datetime | None = None,
    now: datetime,
) -> list[Comment]:
    """Turn the actor's drafts into comments under one label, but for those to ``keep`` (their codes) and those that say
    nothing yet; ``only`` those of these codes, None for all.

    What was written after ``seen_at``, when the actor looked at the drafts, stays: nobody meant to send it.

    The label is settled here; see ``labels``. Refused when too late, cancelled, not asked (any more), for a label that
    says more than the circulation allows, and when there is nothing to send. About ten queries, however many drafts.
    """
    circulation.lock()  # What another window is saving comes before or after this, not in between.
    circulation.refresh_from_db()
    consultee = writing_consultee(actor, circulation, now)
    label = _label(actor, circulation, attribution)
    ready = circulation.draft_comments.of(actor).ready()
    if seen_at is not None:
        ready = ready.filter(updated_at__lte=seen_at)
    drafts = [draft for draft in ready if draft.code not in keep and (only is None or draft.code in only)]
    if not drafts:
        raise Refused(_("There is no draft to send, or it was changed meanwhile. Look at what stands there now."))
    comments = [_comment(draft, label, day_of(now)) for draft in drafts]
    Comment.objects.bulk_create(comments, batch_size=500)
    DraftComment.objects.filter(pk__in=[draft.pk for draft in drafts]).delete()
    consultee.note_answer(day_of(now))
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
    if attribution not in Attribution.values:
        raise Refused(_("Choose how your comments are shown."))
    wanted = Attribution(attribution)
    if Attribution(circulation.attribution).is_wider_than(wanted):
        raise Refused(_("In this circulation a comment shows less than that. Choose another label."))
    return label_for(circulation, actor, wanted)


def _comment(draft: DraftComment, label: Label, day: date) -> Comment:
    comment = Comment(circulation_id=draft.circulation_id, attribution=label.attribution, label=label.text, sent_on=day)
    for name in ANCHOR_FIELDS:
        setattr(comment, name, getattr(draft, name))
    comment.author = draft.member if label.attribution == Attribution.NAME else None
    comment.sign_for(draft.member)
    comment.take_place()
    return comment
