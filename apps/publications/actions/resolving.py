"""Settling the comments on a paper, one by one, and telling those who answered when all are settled."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.members.models import Member
from apps.publications.actions.circulating import hold
from apps.publications.actions.telling import tell_answered
from apps.publications.models import Circulation, Comment, Version
from apps.publications.standing import day_of

_Disposition = Comment.Disposition
# Who reads that less was done than asked for also reads why.
_WITH_REASON = (_Disposition.PARTLY, _Disposition.NOT_ACCEPTED)


class Overtaken(Refused):
    """Somebody else settled or changed the comment meanwhile; ``present`` is how it stands now."""

    def __init__(self, present: Comment) -> None:
        super().__init__(
            _("Somebody else saved this comment meanwhile. Nothing of yours is lost, and nothing is saved yet.")
        )
        self.present = present


@transaction.atomic
def resolve_comment(
    *,
    actor: Member,
    comment: Comment,
    disposition: str,
    reason: str = "",
    resolved_in: Version | None = None,
    revision: int,
    now: datetime,
) -> Comment:
    """Settle one comment, or open it again with ``disposition`` "". ``revision`` is the one the actor has read.

    Refused without the right, in a circulation that was cancelled, once the paper is cleared, without a reason where it
    was not wholly accepted, and for a version of another paper or an earlier one. Raises ``Overtaken`` when the comment
    is not as it was read.
    """
    circulation = comment.circulation
    # Who is taken off the title page meanwhile settles nothing more, nor who only entered a paper that came out.
    circulation.publication.lock()
    circulation.publication.refresh_from_db(fields=["state"])
    if not actor.has_perm("publications.resolve_publication", circulation.publication):
        raise Refused(_("Only the authors, the group's chair and coordinators and the secretariat settle comments."))
    if not circulation.is_out:
        raise Refused(_("This circulation was cancelled; its comments stay as they are."))
    if circulation.publication.has_final_answers:
        raise Refused(_("The paper is cleared by it: what became of the comments stands."))
    _check(circulation, disposition, reason, resolved_in)
    is_open = disposition == _Disposition.OPEN
    changed = Comment.objects.filter(pk=comment.pk, revision=revision).update(
        disposition=disposition,
        reason=reason,
        resolved_in=resolved_in,
        resolved_by=None if is_open else actor,
        resolved_at=None if is_open else now,
        revision=F("revision") + 1,
    )
    present = Comment.objects.select_related("circulation__publication", "resolved_in").filter(pk=comment.pk).first()
    if present is None:
        raise Refused(_("This comment was taken back by who wrote it."))
    if not changed:
        raise Overtaken(present)
    return present


@transaction.atomic
def tell_resolved(*, actor: Member, circulation: Circulation, now: datetime) -> int:
    """Tell everybody who has answered, once and in the same words, that all comments are settled. Returns how many.

    To those with comments and those without alike: the ledger then holds who has answered, as everybody may know from
    the next day on, and not who commented. Until then only who leads sees how a comment was settled. Clearing the paper
    tells them too, where nobody has. Refused without the right, before the circulation is closed and its last day is
    over, while a comment is open, and the second time.
    """
    hold(circulation)
    if not actor.has_perm("publications.resolve_publication", circulation.publication):
        raise Refused(_("Only the authors, the group's chair and coordinators and the secretariat settle comments."))
    if circulation.state != Circulation.State.CLOSED:
        raise Refused(_("Comments can still come in: this is for a circulation that is closed."))
    if circulation.told_at is not None:
        raise Refused(_("They were told already."))
    if not is_last_day_over(circulation, now):
        raise Refused(_("The comments and answers of the last day show tomorrow. Tell them then."))
    if circulation.comments.unresolved().exists():
        raise Refused(_("A comment is not settled yet."))
    return tell_answered(actor, circulation, now)


def is_last_day_over(circulation: Circulation, now: datetime) -> bool:
    """Whether it was closed on an earlier day: then everything that was said is known to those who lead."""
    return circulation.closed_at is None or day_of(circulation.closed_at) < day_of(now)


def _check(circulation: Circulation, disposition: str, reason: str, resolved_in: Version | None) -> None:
    if disposition not in _Disposition.values:
        raise Refused(_("Choose one of the dispositions."))
    if disposition in _WITH_REASON and not reason.strip():
        raise Refused(_("Give a reason in the observations: not all of this comment was accepted."))
    if resolved_in is None:
        return
    if disposition not in (_Disposition.ACCEPTED, _Disposition.PARTLY):
        raise Refused(_("A version is named for what was accepted only."))
    if resolved_in not in later_versions(circulation):
        raise Refused(_("Choose a version of this paper that came after the circulated one."))


def later_versions(circulation: Circulation) -> list[Version]:
    """Return the versions in which a comment can have been followed, the newest first. One query."""
    versions = circulation.publication.versions.filter(number__gt=circulation.version.number)
    return list(versions.newest_first().defer("text"))
